"""The zoom of an mpv window: its view moves to the focus of the running step, and can be switched off and on.

Pure. Owns mpv's numbers for a rectangle (https://mpv.io/manual/stable/#options-video-zoom) and how the view gets there.
Does not talk to mpv.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from capture.model import Region
from library.pictures import focus_at

KEY, MESSAGE = "z", "showhow-zoom"
FRAME_S = 1 / 30
"""Seconds between two steps of the view."""
_SHARE = 0.18  # of the way that is left, at each step: there after about half a second
_NEAR = 0.002  # then it is there


class MpvView(NamedTuple):
    """mpv's ``video-zoom`` (log2), ``video-pan-x`` and ``video-pan-y`` (shares of the zoomed picture)."""

    zoom: float = 0.0
    pan_x: float = 0.0
    pan_y: float = 0.0


class MpvZoom:
    """Where the view of a clip is, for pictures of ``size``; ``moments``: see ``focus_moments``."""

    def __init__(self, moments: Sequence[tuple[int, Region]], size: tuple[int, int], *, on: bool = False) -> None:
        self._moments, self._size, self.on = moments, size, on
        self._view = MpvView()

    def step(self, at_ms: int) -> MpvView | None:
        """The next view on the way to that of a moment; None when it is there."""
        aim = self._aim(at_ms)
        if self._view == aim:
            return None
        near = all(abs(to - at) < _NEAR for at, to in zip(self._view, aim, strict=True))
        moved = (at + (to - at) * _SHARE for at, to in zip(self._view, aim, strict=True))
        self._view = aim if near else MpvView(*moved)
        return self._view

    def jump(self, at_ms: int) -> MpvView:
        """The view of a moment, at once: a clip that stands still shows no way to it."""
        self._view = self._aim(at_ms)
        return self._view

    def _aim(self, at_ms: int) -> MpvView:
        region = focus_at(self._moments, at_ms) if self.on else None
        return MpvView() if region is None else view_of(region, self._size)


def view_of(region: Region, size: tuple[int, int]) -> MpvView:
    """The view in which a region fills a window of the picture's shape."""
    if region.empty or not all(size):
        return MpvView()
    scale = max(1.0, min(size[0] / region.width, size[1] / region.height))
    room = (1 - 1 / scale) / 2  # farther the picture would leave the window

    def pan(begin: int, length: int, whole: int) -> float:
        return max(-room, min(room, 0.5 - (begin + length / 2) / whole))

    return MpvView(math.log2(scale), pan(region.x, region.width, size[0]), pan(region.y, region.height, size[1]))
