"""Figures made of notes, needs and searches: what is missing and which demos do not help."""
