"""When a learner practises again: prompts with a cap and without debt, and what leads to them."""
