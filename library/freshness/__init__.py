"""Whether a demo is still right, told from its use: what learners note, whether it helps as before, its review date."""
