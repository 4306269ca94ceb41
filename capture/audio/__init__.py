"""Interfaces of the audio back ends, blocks of timestamped samples, and the level meter."""
