"""Widgets that more than one screen could use: meter, timeline, still, step list."""
