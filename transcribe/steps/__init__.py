"""Turns a transcript and events into numbered steps with titles. Pure."""
