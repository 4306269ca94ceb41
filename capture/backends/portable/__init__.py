"""Back end for Windows and macOS: pictures compared, input by pynput in a process of its own, their permissions."""
