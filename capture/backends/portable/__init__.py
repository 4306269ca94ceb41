"""Back ends for Windows and macOS: polling and pynput."""
