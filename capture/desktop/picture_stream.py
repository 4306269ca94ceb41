"""PictureStream protocol: the pictures of one monitor or window of a Wayland desktop, and what changed in them.

``capture/backends/wayland/screencopy.py`` and ``capture/backends/pipewire/pipewire_stream.py`` implement it. Here is
also what both need: pixels in the order of a recording. Neither reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from capture.desktop.cursor_overlay import Sprite
from capture.desktop.frame_diff import Pixels
from capture.model import Region


class Shot(NamedTuple):
    """A new picture. ``damage``: the boxes that may differ from the last one, in its pixels; None means anywhere."""

    damage: list[Region] | None

    def then(self, later: Shot) -> Shot:
        """Both as one: the later picture, and what changed until it."""
        return Shot(None if self.damage is None or later.damage is None else self.damage + later.damage)


@dataclass
class StreamPointer:
    """The pointer as the desktop describes it beside the pictures, in their pixels."""

    visible: bool = False
    x: int = 0
    y: int = 0
    sprite: Sprite | None = None


class PictureStream(Protocol):
    """For one thread. ``pointer`` is None where the desktop draws it into the pictures, ``shows`` is false while the
    monitor is off."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the newest picture."""

    @property
    def pointer(self) -> StreamPointer | None:
        """The pointer beside the pictures."""

    @property
    def ready(self) -> bool:
        """Whether there is a picture to grab. Between pictures too, unless the desktop took the last one back."""

    @property
    def shows(self) -> bool:
        """Whether the monitor is there."""

    def poll(self) -> Shot | None:
        """Take the newest picture; None when there is no newer one. Never waits for one. Raises ScreenGone."""

    def grab(self, box: Region) -> Pixels | None:
        """A copy of a box of the newest picture; None before the first one, or when the box reaches over its edge."""

    def close(self) -> None:
        """Stop the pictures; harmless when done twice."""


def copy_box(pixels: NDArray[np.uint32], box: Region, *, swap: bool) -> Pixels | None:
    """A copy of a box as BGRA; None when it reaches over the edge. ``swap``: the pixels are RGBA."""
    height, width = pixels.shape
    if box.x < 0 or box.y < 0 or box.right > width or box.bottom > height:
        return None
    part = pixels[box.y : box.bottom, box.x : box.right].copy()
    if not swap:
        return part
    channels = part.view(np.uint8).reshape(box.height, box.width, 4)
    return np.ascontiguousarray(channels[..., [2, 1, 0, 3]]).view(np.uint32).reshape(box.height, box.width)
