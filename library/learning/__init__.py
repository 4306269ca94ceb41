"""Evaluation of searches and feedback: what the library lacks and which demos do not help."""
