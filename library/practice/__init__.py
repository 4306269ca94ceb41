"""Trying a demo: attempts of the learner, what was seen of the demo in them, and the folder that keeps them."""
