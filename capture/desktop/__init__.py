"""Interfaces of the desktop back ends (screen, input, windows), and the code that is the same on every system."""
