"""Overlay: draws the pointer and the click rings over a clean picture, and removes them again.

Owns blending and the boxes it changes. Does not query the system for the pointer's position or shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from capture.model import Region

Picture = NDArray[np.uint8]
"""Shape (height, width, 4), BGRA."""

RING_MS = 400
"""How long a click ring is shown."""
RING_STAGES = 4
"""Stages in which a ring grows: each is one more changed picture to encode, and four already look like motion."""
_MOST_RINGS = 8
_RING_COLOUR = (0x20, 0x9A, 0xFF)  # BGR: amber, visible on white forms and on dark terminals


@dataclass(frozen=True, eq=False)
class Sprite:
    """A small picture, premultiplied BGRA (h, w, 4), and its hot spot: the pixel placed at the given position."""

    pixels: Picture
    hot_x: int
    hot_y: int

    def box(self, x: int, y: int) -> Region:
        """The box it covers when its hot spot is at (x, y)."""
        height, width = self.pixels.shape[:2]
        return Region(x - self.hot_x, y - self.hot_y, width, height)


class Mark(NamedTuple):
    """A sprite at a position of the picture."""

    sprite: Sprite
    x: int
    y: int

    @property
    def box(self) -> Region:
        """The box it covers."""
        return self.sprite.box(self.x, self.y)


def part(picture: NDArray[np.generic], box: Region) -> NDArray[np.generic]:
    """A view of the part of a picture inside a box."""
    return picture[box.y : box.bottom, box.x : box.right]


def blend(picture: Picture, mark: Mark) -> None:
    """Draw a mark over a picture, clipped to it."""
    whole = Region(0, 0, picture.shape[1], picture.shape[0])
    box = mark.box
    seen = box.intersect(whole)
    if seen.empty:
        return
    left, top = seen.x - box.x, seen.y - box.y
    source = mark.sprite.pixels[top : top + seen.height, left : left + seen.width]
    target = picture[seen.y : seen.bottom, seen.x : seen.right]
    through = 255 - source[..., 3:].astype(np.uint16)
    target[:] = source + ((target * through + 127) // 255).astype(np.uint8)


class Overlay:
    """Keeps ``picture`` equal to ``clean`` with ``marks`` drawn over it."""

    def __init__(self, clean: Picture, picture: Picture) -> None:
        self._clean, self._picture = clean, picture
        self._whole = Region(0, 0, picture.shape[1], picture.shape[0])
        self.marks: list[Mark] = []

    def update(self, marks: list[Mark], fresh: list[Region]) -> list[Region]:
        """Copy the clean picture's ``fresh`` boxes and draw the marks; returns the boxes that the marks changed."""
        for box in fresh:
            self._restore(box)
        marks = list(dict.fromkeys(marks))  # a double click is one ring, not one drawn twice as strong
        stayed = [mark for mark in marks if mark in self.marks]
        moved = set(marks) ^ set(self.marks)
        if stayed != [mark for mark in self.marks if mark in marks]:
            moved |= set(stayed)  # their stacking order changed
        touched = moved or any(not box.intersect(mark.box).empty for box in fresh for mark in marks)
        if touched:
            # Remove all, then draw all: an edge blended twice would be darker than one blended once.
            for mark in (*self.marks, *marks):
                self._restore(mark.box)
            for mark in marks:
                blend(self._picture, mark)
        self.marks = marks
        boxes = (mark.box.intersect(self._whole) for mark in moved)
        return [box for box in boxes if not box.empty]

    def _restore(self, box: Region) -> None:
        seen = box.intersect(self._whole)
        part(self._picture, seen)[:] = part(self._clean, seen)


class Rings:
    """The click rings being shown. ``add`` may be called from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._clicks: tuple[tuple[int, int, float], ...] = ()

    def __bool__(self) -> bool:
        """Whether a ring is shown or due."""
        return bool(self._clicks)

    def add(self, x: int, y: int, now_s: float) -> None:
        """Add the ring of a click at a position of the picture."""
        with self._lock:
            self._clicks = (*self._clicks, (x, y, now_s))[-_MOST_RINGS:]

    def marks(self, now_s: float) -> list[Mark]:
        """The rings to draw now."""
        with self._lock:
            shown = self._clicks = tuple(click for click in self._clicks if (now_s - click[2]) * 1000 < RING_MS)
        stage_s = RING_MS / RING_STAGES / 1000
        return [Mark(ring_sprite(min(RING_STAGES - 1, int((now_s - at) / stage_s))), x, y) for x, y, at in shown]


@cache
def ring_sprite(stage: int) -> Sprite:
    """The ring of a stage, 0 to RING_STAGES - 1: each is larger and fainter."""
    radius, strength = 11.0 + 4.0 * stage, 1.0 - 0.2 * stage
    reach = int(radius) + 3
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    alpha = np.clip(2.0 - np.abs(np.hypot(xs, ys) - radius), 0.0, 1.0) * strength
    return _sprite(alpha, np.broadcast_to(np.array(_RING_COLOUR, float), (*alpha.shape, 3)), reach, reach)


@cache
def arrow_sprite() -> Sprite:
    """A white arrow with a black edge, for systems that do not report the pointer's shape."""
    height, width = 19, 13
    ys, xs = np.mgrid[0:height, 0:width].astype(float)
    inside = (xs <= ys * 0.72) & ((ys <= 13.5 - xs * 0.25) | ((ys - xs * 2 < 8.0) & (ys - xs * 2 > 1.5) & (ys < 18)))
    core = inside.copy()
    core[1:-1, 1:-1] = inside[1:-1, 1:-1] & inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    core[0], core[-1], core[:, 0], core[:, -1] = False, False, False, False
    colour = np.where(core[..., None], 255.0, 0.0) * np.ones(3)
    return _sprite(inside.astype(float), colour, 0, 0)


@cache
def enlarged(sprite: Sprite, times: int) -> Sprite:
    """A sprite for a picture with more pixels for each unit of the desktop."""
    pixels = sprite.pixels.repeat(times, axis=0).repeat(times, axis=1)
    return Sprite(pixels, sprite.hot_x * times, sprite.hot_y * times)


def _sprite(alpha: NDArray[np.float64], colour: NDArray[np.float64], hot_x: int, hot_y: int) -> Sprite:
    pixels = np.dstack((colour * alpha[..., None], alpha * 255.0))
    return Sprite(np.rint(pixels).astype(np.uint8), hot_x, hot_y)
