"""Comparer: which boxes of a picture changed, by comparing pixels; and joining of many small boxes into few.

Pure functions over arrays and regions. Does not know where candidate boxes come from: XDamage reports boxes that may
have changed, other systems report everything, and the comparison of pixels decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.model import Region

BLOCK = 16
"""Pixels; changes at most two blocks apart count as one. 16x16 blocks separate a caret from typing; means cannot."""
BOXES = 8
"""Maximum boxes a tick: each costs its own conversion, and screens seldom change in more places."""
COLOUR = np.uint32(0x00FFFFFF)
"""Mask without the fourth byte of a pixel, which is unused on a 24-bit screen and may hold anything."""

_SMALL = 64 * 64
_STRIP = 128 * 1024  # pixels: half a megabyte, 68 rows at 1080p
_EXACT_CHECKSUM = 256 * 256
_FREE_WASTE = 32 * 1024  # pixels: cost of one more grab (50 us); grabbing a smaller gap is cheaper than a second grab

Pixels = NDArray[np.uint32]


class Comparer:
    """Compares new pixels with old ones in strips, so that the differences stay in the processor's cache."""

    def __init__(self) -> None:
        self._scratch = np.empty(_STRIP, np.uint32)

    def changed(self, old: Pixels, new: Pixels) -> list[Region]:
        """Tight boxes, at most BOXES, around the differences between two arrays of the same shape."""
        height, width = new.shape
        whole = Region(0, 0, width, height)
        if height * width <= _SMALL:
            islands = [] if (box := _tighten(np.bitwise_xor(old, new), whole)).empty else [box]
        else:
            islands = [_trim(old, new, box.intersect(whole)) for box in islands_of(self._grid(old, new))]
        return gather(islands, BOXES)

    def _grid(self, old: Pixels, new: Pixels) -> NDArray[np.bool_]:
        """Which blocks differ: bool (rows of blocks, columns of blocks)."""
        height, width = new.shape
        if self._scratch.size < BLOCK * width:
            self._scratch = np.empty(BLOCK * width, np.uint32)
        strip = max(1, self._scratch.size // (width * BLOCK)) * BLOCK
        rows = np.empty(((height + BLOCK - 1) // BLOCK, width), np.uint32)
        for top in range(0, height, strip):
            bottom = min(top + strip, height)
            delta = self._scratch[: (bottom - top) * width].reshape(bottom - top, width)
            np.bitwise_xor(old[top:bottom], new[top:bottom], out=delta)
            _fold(delta, rows[top // BLOCK :])
        blocks = np.bitwise_or.reduceat(rows, np.arange(0, width, BLOCK), axis=1)
        return np.asarray((blocks & COLOUR) != 0)


def _fold(delta: Pixels, rows: Pixels) -> None:
    """OR every sixteen rows into one. By reduce: 0.16 ms at 1080p; reduceat along this axis takes 2.4 ms."""
    height, width = delta.shape
    whole = height - height % BLOCK
    blocks = delta[:whole].reshape(whole // BLOCK, BLOCK, width)
    np.bitwise_or.reduce(blocks, axis=1, out=rows[: whole // BLOCK])
    if whole < height:
        np.bitwise_or.reduce(delta[whole:], axis=0, out=rows[whole // BLOCK])


def islands_of(grid: NDArray[np.bool_]) -> list[Region]:
    """Boxes, in pixels, around groups of changed blocks; groups at most two blocks apart are one."""
    ys, xs = np.nonzero(grid)
    if not len(xs):
        return []
    bounds = _bounds(xs, ys)
    # The common cases (a caret, a letter, a scrolling page) are one box and need no OpenCV (170 us).
    if (np.ptp(xs) <= 2 and np.ptp(ys) <= 2) or len(xs) * BLOCK * BLOCK * 2 >= bounds.width * bounds.height:
        return [bounds]
    grown = cv2.dilate(grid.astype(np.uint8), np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(grown)
    members = labels[ys, xs]
    return [_bounds(xs[members == label], ys[members == label]) for label in range(1, count)]


def _bounds(xs: NDArray[np.intp], ys: NDArray[np.intp]) -> Region:
    left, top = int(xs.min()) * BLOCK, int(ys.min()) * BLOCK
    return Region(left, top, (int(xs.max()) + 1) * BLOCK - left, (int(ys.max()) + 1) * BLOCK - top)


def _trim(old: Pixels, new: Pixels, box: Region) -> Region:
    """A box of changed blocks, cut to its differences. Each edge lies within its outermost blocks, so only those are
    compared again."""
    edge = min(BLOCK, box.height), min(BLOCK, box.width)
    across, down = slice(box.x, box.right), slice(box.y, box.bottom)
    top = _differing(old, new, slice(box.y, box.y + edge[0]), across, axis=1)
    bottom = _differing(old, new, slice(box.bottom - edge[0], box.bottom), across, axis=1)
    left = _differing(old, new, down, slice(box.x, box.x + edge[1]), axis=0)
    right = _differing(old, new, down, slice(box.right - edge[1], box.right), axis=0)
    x, y = box.x + int(left[0]), box.y + int(top[0])
    return Region(x, y, box.right - edge[1] + int(right[-1]) + 1 - x, box.bottom - edge[0] + int(bottom[-1]) + 1 - y)


def _differing(old: Pixels, new: Pixels, rows: slice, columns: slice, axis: int) -> NDArray[np.intp]:
    return np.flatnonzero(np.bitwise_or.reduce(old[rows, columns] ^ new[rows, columns], axis=axis) & COLOUR)


def _tighten(delta: Pixels, box: Region) -> Region:
    """The smallest box inside ``box`` that contains every difference; an empty one when there is none."""
    part = delta[box.y : box.bottom, box.x : box.right]
    rows = np.flatnonzero(np.bitwise_or.reduce(part, axis=1) & COLOUR)
    if not len(rows):
        return Region(0, 0, 0, 0)
    columns = np.flatnonzero(np.bitwise_or.reduce(part, axis=0) & COLOUR)
    left, top = int(columns[0]), int(rows[0])
    return Region(box.x + left, box.y + top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def gather(boxes: Iterable[Region], limit: int, free_waste: int = 0) -> list[Region]:
    """Join boxes into few: a box joins the one with the least waste, if that is free or the limit is reached.

    Waste is the number of extra pixels covered; up to ``free_waste`` of them are free. One pass, so that hundreds of
    boxes cost little.
    """
    joined: list[Region] = []
    for box in boxes:
        costs = [_waste(box, other) for other in joined]
        best = min(range(len(joined)), key=costs.__getitem__, default=-1)
        if best >= 0 and (costs[best] <= free_waste or len(joined) >= limit):
            joined[best] = joined[best].unite(box)
        else:
            joined.append(box)
    return joined


def cheap_to_grab(boxes: Iterable[Region]) -> list[Region]:
    """Candidate boxes, joined where one grab is cheaper than two."""
    return gather(boxes, BOXES, _FREE_WASTE)


def _waste(one: Region, other: Region) -> int:
    both = one.unite(other)
    return both.width * both.height - one.width * one.height - other.width * other.height


def checksum(pixels: Pixels) -> int:
    """CRC-32 of a box: equal for equal pixels. Over every byte up to 65,536 pixels (a caret, a clock, a field); above
    that over the sums of rows and columns, which takes a fifth of the time and distinguishes pictures as well."""
    if pixels.size <= _EXACT_CHECKSUM:
        return zlib.crc32(np.ascontiguousarray(pixels).data)
    rows = pixels.sum(axis=1, dtype=np.uint64)
    return zlib.crc32(pixels.sum(axis=0, dtype=np.uint64).data, zlib.crc32(rows.data))
