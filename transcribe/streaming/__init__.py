"""Transcription while a recording runs: endpointing, the live process and its log."""
