"""Microphones: list them, open one, read blocks of samples with the time they were heard."""
