"""Transcription during a recording: endpointing, the process that transcribes, and its log."""
