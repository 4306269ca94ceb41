"""Widgets shared by the screens: title and key bars, result and step lists, still, timeline, meter."""
