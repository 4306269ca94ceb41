"""A screen source that a test polls as a recorder does, with all that it told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from capture.desktop.screen_source import ScreenSource
from capture.model import Change
from tests.support.desktop import wait_for


class WatchedSource:
    """``changes`` and ``notices`` are all since the start, or since they were cleared."""

    def __init__(self, source: ScreenSource) -> None:
        self.source = source
        self.changes: list[Change] = []
        self.notices: list[str] = []

    def look(self) -> WatchedSource:
        """Poll once."""
        self.changes += self.source.poll()
        self.notices += self.source.notices()
        return self

    def colour(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour at a place of the picture: blue, green, red."""
        blue, green, red = (int(channel) for channel in self.source.picture[y, x, :3])
        return blue, green, red

    def until_changed(self, count: int = 1) -> WatchedSource:
        """Poll until so many changes were seen."""
        wait_for(lambda: len(self.look().changes) >= count, f"{count} changes of the screen")
        return self

    def until_shows(self, colour: tuple[int, int, int], x: int, y: int) -> WatchedSource:
        """Poll until a place of the picture has a colour, nearly."""
        wait_for(lambda: np.abs(np.subtract(self.look().colour(x, y), colour)).max() < 8, f"{colour} at {x},{y}")
        return self

    def until_told(self, text: str, meanwhile: Callable[[], None] = lambda: None) -> str:
        """Poll until a notice with that text has come; returns it. ``meanwhile`` is done at each look."""

        def told() -> str:
            meanwhile()
            return next((notice for notice in self.look().notices if text in notice), "")

        found: str = wait_for(told, f"the notice “{text}”")
        return found

    def close(self) -> None:
        """Release the screen."""
        self.source.close()
