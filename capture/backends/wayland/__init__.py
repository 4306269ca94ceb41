"""Wayland desktops: screencopy where the compositor offers it, else the ScreenCast portal and PipeWire."""
