"""Back end for sound cards without such a server, and for Windows and macOS: PortAudio in a process of its own."""
