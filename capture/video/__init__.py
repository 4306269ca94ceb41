"""Reads and writes media files: video, sound, waveform, repair. With capture/render/ the only importers of av."""
