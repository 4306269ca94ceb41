"""Plays a clip from a step: mpv, the system player, the browser, or inside the terminal."""
