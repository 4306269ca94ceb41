"""Audio back end for Windows, macOS and systems without PulseAudio or PipeWire: PortAudio in its own process."""
