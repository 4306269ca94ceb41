"""The path of the pointer: from its events, else from the changes that the recorder marked as the pointer's, else, in a
film, from small boxes that follow each other across the picture.

Owns telling a moving pointer from typing by the boxes alone. Does not read pixels, nor say what the pointer did.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from capture.model import Change, Event, Pointer, Region

POINTER_WIDTH = 80
"""Pixels; a wider change shows more than the pointer."""
MOVE_GAP_MS = 350
"""A longer gap ends a movement: positions come every 33 to 100 ms."""

_FIRST_MS = 50  # an earlier position describes the take's start
_WIDEST, _HIGHEST = 240, 112  # pixels: a pointer at two places, or one with the button that lights up under it
_LINE = 48  # pixels: boxes of typed text stay within a line
_FASTEST = 40  # pixels between two boxes of typed text; a pointer moves farther
_TOUCHING = 16  # pixels: one block of a film's comparison
_KEYS, _WRITTEN = 6, 32  # so many moments along a line, and so many pixels on, are text: a resting pointer has fewer
_STILL = 3  # pixels: a hand that rests moves the pointer so far


@dataclass(frozen=True)
class PointerPath:
    """Where the pointer moved: times (ms, sorted) and its position (x, y) then. ``drawn``: indices of changes that only
    show the pointer."""

    times: Sequence[int] = ()
    places: Sequence[tuple[int, int]] = ()
    drawn: frozenset[int] = frozenset()

    def moves_in(self, start_ms: int, end_ms: int) -> bool:
        """Whether the pointer moves within ``[start_ms, end_ms)``."""
        return bisect_left(self.times, start_ms) < bisect_left(self.times, end_ms)

    def last_move_ms(self, at_ms: int) -> int | None:
        """Time of the last movement until ``at_ms``; None before the first."""
        at = bisect_right(self.times, at_ms) - 1
        return self.times[at] if at >= 0 else None

    def next_move_ms(self, at_ms: int) -> int | None:
        """Time of the first movement after ``at_ms``; None after the last."""
        at = bisect_right(self.times, at_ms)
        return self.times[at] if at < len(self.times) else None

    def place(self, at_ms: int) -> tuple[int, int] | None:
        """Position at ``at_ms``; None before the first movement."""
        at = bisect_right(self.times, at_ms) - 1
        return self.places[at] if at >= 0 else None

    def approach_ms(self, at_ms: int) -> int | None:
        """Time at which the last movement until ``at_ms`` began."""
        at = bisect_right(self.times, at_ms) - 1
        while at > 0 and self.times[at] - self.times[at - 1] <= MOVE_GAP_MS:
            at -= 1
        return self.times[at] if at >= 0 else None


def pointer_path(changes: Sequence[Change], events: Sequence[Event], ambient: set[int]) -> PointerPath:
    """The path in a recording; ``changes`` and ``events`` are sorted by time, ``ambient`` are indices of changes."""
    marked = frozenset(index for index, change in enumerate(changes) if change.pointer)
    if positions := _moved(event for event in events if isinstance(event, Pointer) and event.at_ms > _FIRST_MS):
        return PointerPath([e.at_ms for e in positions], [(e.x, e.y) for e in positions], marked)
    small = sorted(marked) or [i for i, c in enumerate(changes) if i not in ambient and _pointer_sized(c.region)]
    runs = list(_runs(changes, small))
    if not marked:
        runs = [_without_text(changes, run) for run in runs]
        runs = [run for run in runs if run and _travels([changes[index].region for index in run])]
    times, places = [], []
    for run in runs:
        place = changes[run[0]].region
        for at_ms, tick in groupby(run, key=lambda index: changes[index].at_ms):
            place = max((changes[index].region for index in tick), key=lambda box: _distance(box, place))
            times.append(at_ms)
            places.append(_centre(place))
    return PointerPath(times, places, frozenset(index for run in runs for index in run))


def _jumped(box: Region, goes_on: Sequence[Region]) -> bool:
    """Whether a box that touches nothing before is where the pointer is now: small, or it goes on from there."""
    return box.width <= POINTER_WIDTH or any(_touch(box, other) for other in goes_on)


def _moved(positions: Iterable[Pointer]) -> list[Pointer]:
    """The positions that differ from the one before."""
    kept: list[Pointer] = []
    for at in positions:
        if not kept or max(abs(at.x - kept[-1].x), abs(at.y - kept[-1].y)) > _STILL:
            kept.append(at)
    return kept


def _runs(changes: Sequence[Change], small: Sequence[int]) -> Iterator[list[int]]:
    """Indices of small changes, each of which touches one of the moment before, or is of its size and moment."""
    run: list[int] = []
    last: list[Region] = []
    ticks = [(at_ms, list(tick)) for at_ms, tick in groupby(small, key=lambda index: changes[index].at_ms)]
    for (at_ms, tick), (next_ms, later) in zip(ticks, [*ticks[1:], (1 << 60, [])], strict=False):
        near = [index for index in tick if any(_touch(changes[index].region, other) for other in last)]
        if run and not (near and at_ms - changes[run[-1]].at_ms <= MOVE_GAP_MS):
            yield run
            run = []
        if not run:
            near = []
        # A pointer that jumped is seen where it was and where it is; from there it goes on.
        goes_on = [changes[index].region for index in later if next_ms - at_ms <= MOVE_GAP_MS]
        near += [index for index in tick if index not in near and _jumped(changes[index].region, goes_on)]
        run += near
        last = [changes[index].region for index in near]
    if run:
        yield run


def _travels(boxes: Sequence[Region]) -> bool:
    """Whether a run of boxes is a moving pointer: it leaves the line, or goes along it faster than anybody types."""
    both = boxes[0]
    for box in boxes[1:]:
        both = both.unite(box)
    moved = max(_distance(box, boxes[0]) for box in boxes)
    fastest = max((_distance(one, other) for one, other in pairwise(boxes)), default=0)
    return moved >= _TOUCHING and (both.height > _LINE or fastest > _FASTEST)


def _without_text(changes: Sequence[Change], run: Sequence[int]) -> list[int]:
    """The run without the text that is typed where the pointer came to rest."""
    ticks = [list(tick) for _, tick in groupby(run, key=lambda index: changes[index].at_ms)]
    first = len(ticks)
    line = changes[run[-1]].region
    while first and len(ticks[first - 1]) == 1:
        box = changes[ticks[first - 1][0]].region
        later = changes[ticks[first][0]].region if first < len(ticks) else box
        line = line.unite(box)
        if line.height > _LINE or _distance(box, later) > _FASTEST:
            break
        first -= 1
    if len(ticks) - first < _KEYS:
        return list(run)
    written = changes[run[-1]].region.right - changes[ticks[first][0]].region.right
    return [index for tick in ticks[:first] for index in tick] if written >= _WRITTEN else list(run)


def _pointer_sized(box: Region) -> bool:
    return box.width <= _WIDEST and box.height <= _HIGHEST


def _touch(one: Region, other: Region) -> bool:
    wider = Region(one.x - _TOUCHING, one.y - _TOUCHING, one.width + 2 * _TOUCHING, one.height + 2 * _TOUCHING)
    return not wider.intersect(other).empty


def _centre(box: Region) -> tuple[int, int]:
    return box.x + box.width // 2, box.y + box.height // 2


def _distance(one: Region, other: Region) -> int:
    (x, y), (other_x, other_y) = _centre(one), _centre(other)
    return max(abs(x - other_x), abs(y - other_y))
