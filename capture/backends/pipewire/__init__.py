"""Pictures of a screen from PipeWire, for desktops that give theirs through a portal."""
