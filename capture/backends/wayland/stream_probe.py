"""StreamScreen and StreamProbe: the pixels and the changes of a target, from the pictures of one or more monitors.

Both look at the same streams: the probe polls them once a tick, the screen copies boxes out of what it found.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from capture.desktop.frame_diff import Pixels
from capture.desktop.picture_stream import PictureStream
from capture.desktop.screen_grabber import OffScreen, describe
from capture.desktop.screen_source import DesktopState
from capture.model import Region

_SLEEP_S = 0.01


@dataclass
class PlacedStream:
    """A stream, and the desktop pixel of its upper left corner."""

    stream: PictureStream
    x: int = 0
    y: int = 0

    @property
    def region(self) -> Region:
        """The part of the desktop that it shows."""
        return Region(self.x, self.y, *self.stream.size)


class StreamScreen:
    """A PixelSource over streams."""

    def __init__(self, parts: Sequence[PlacedStream]) -> None:
        self._parts = parts

    @property
    def desktop(self) -> Region:
        """The region of all streams together."""
        return reduce(Region.unite, (part.region for part in self._parts))

    def grab(self, region: Region) -> Pixels:
        """A copy of the region's pixels, black where no stream reaches. Raises OffScreen when one became smaller."""
        first = self._parts[0]
        if len(self._parts) == 1 or region.intersect(first.region) == region:
            return _grab(first, region)
        pixels = np.zeros((region.height, region.width), np.uint32)
        for part in self._parts:
            seen = region.intersect(part.region)
            if not seen.empty:
                rows = slice(seen.y - region.y, seen.bottom - region.y)
                pixels[rows, seen.x - region.x : seen.right - region.x] = _grab(part, seen)
        return pixels

    def close(self) -> None:
        """Stop the pictures."""
        for part in self._parts:
            part.stream.close()


def _grab(part: PlacedStream, region: Region) -> Pixels:
    pixels = part.stream.grab(Region(region.x - part.x, region.y - part.y, region.width, region.height))
    if pixels is None:
        raise OffScreen(f"The region {describe(region)} is off the screen")
    return pixels


class StreamProbe:
    """A DesktopProbe over streams. ``region`` is the part of the desktop to record; None: all that the streams show,
    whatever size they get. ``name`` is the target's name in notices."""

    def __init__(self, parts: Sequence[PlacedStream], label: str, region: Region | None) -> None:
        self.label, self._parts, self._fixed = label, parts, region
        self._shown = True
        self._size: tuple[int, int] | None = None

    def await_pictures(self, seconds: float) -> None:
        """Wait a moment for the first pictures, so that a take does not begin black; harmless when none comes."""
        deadline = time.monotonic() + seconds
        while not self._ready and time.monotonic() < deadline:
            time.sleep(_SLEEP_S)
            for part in self._parts:
                part.stream.poll()

    @property
    def _ready(self) -> bool:
        return all(part.stream.ready for part in self._parts)

    def refresh(self) -> DesktopState:
        """Current state. Raises ScreenGone. Without a picture nothing is known but the size."""
        suspects: list[Region] | None = []
        for part in self._parts:
            shot = part.stream.poll()
            if shot is None:
                continue
            if shot.damage is None or suspects is None:
                suspects = None
            else:
                suspects += [Region(box.x + part.x, box.y + part.y, box.width, box.height) for box in shot.damage]
        state = DesktopState(self._frame(), suspects, answers=self._ready)
        state.notices = self._notices(state.frame)
        self._add_pointer(state)
        return state

    def _frame(self) -> Region | None:
        if not any(part.stream.shows for part in self._parts):
            return None
        return self._fixed or reduce(Region.unite, (part.region for part in self._parts))

    def _notices(self, frame: Region | None) -> list[str]:
        notices = []
        if (frame is not None) != self._shown:
            self._shown = frame is not None
            gone = f"The {self.label} is gone; its last picture stays until it is back."
            notices.append(f"The {self.label} is back." if self._shown else gone)
        if frame is not None and self._size not in (None, (frame.width, frame.height)):
            notices.append(f"The {self.label} is now {frame.width}x{frame.height}; the video keeps its size.")
        if frame is not None:
            self._size = (frame.width, frame.height)
        return notices

    def _add_pointer(self, state: DesktopState) -> None:
        for part in self._parts:
            pointer = part.stream.pointer
            if pointer is not None and pointer.visible:
                state.pointer = pointer.sprite
                state.pointer_x, state.pointer_y = pointer.x + part.x, pointer.y + part.y

    def confirm(self) -> bool:
        """Always true: the pixels are the monitor's or window's own, whatever lies over it."""
        return True

    def close(self) -> None:
        """Nothing to release: the screen closes the streams."""
