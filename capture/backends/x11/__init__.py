"""The X11 back end: damage boxes, cursor, input events, windows and hotkeys."""
