"""Plays a clip from a given time: in mpv, the system player, the browser, or the terminal."""
