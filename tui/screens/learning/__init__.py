"""Screens of what people say and ask for: notes of a demo, needs, insight."""
