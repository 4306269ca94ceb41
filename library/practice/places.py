"""Where a place of a demo's picture lies in the pictures of an attempt: another screen, a window that was moved.

Pure. Learns it from pairs of clicks that are known to be the same, by medians, so that a wrong pair does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from statistics import median

from library.practice.actions import PracticeAction
from library.practice.likeness import Place

Pair = tuple[PracticeAction, PracticeAction]
_SPREAD_PX = 300  # a scale from nearer places is a chance: nobody clicks the same spot of a button
_NO_SCALE = 0.07  # nearer to 1 it is that chance too
_FEWEST = 2
_SCALES = (0.4, 2.5)  # screens differ by no more


class PlaceMap:
    """Maps places by window where it knows some, else by program, else by the sizes of the pictures.

    ``sizes``: width and height in px of the demo's and the attempt's pictures. Pictures of different size whose windows
    are not known yet tell nothing.
    """

    def __init__(self, sizes: tuple[tuple[int, int], tuple[int, int]], pairs: Iterable[Pair] = ()) -> None:
        self._same_size = sizes[0] == sizes[1]
        by_window: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
        for wanted, seen in pairs:
            if wanted.place is not None and seen.place is not None:
                by_window[wanted.program, wanted.window].append((wanted, seen))
                by_window[wanted.program,].append((wanted, seen))
        self._fits = {key: _Fit(many) for key, many in by_window.items() if len(many) >= _FEWEST}

    def __call__(self, wanted: PracticeAction) -> Place | None:
        """The place of a demo's action in the attempt's pictures; None when it is not known."""
        if wanted.place is None:
            return None
        for key in ((wanted.program, wanted.window), (wanted.program,)):
            if fit := self._fits.get(key):
                return fit.at(wanted.place)
        return (float(wanted.place[0]), float(wanted.place[1])) if self._same_size else None


class _Fit:
    """Scale and offset of each axis."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        both = [(wanted.place or (0, 0), seen.place or (0, 0)) for wanted, seen in pairs]
        self._axes = [_axis([(a[n], b[n]) for a, b in both]) for n in (0, 1)]

    def at(self, place: tuple[int, int]) -> Place:
        """Where a place lies."""
        (scale_x, left), (scale_y, top) = self._axes
        return place[0] * scale_x + left, place[1] * scale_y + top


def _axis(points: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Scale and offset of one axis, by the median of all slopes (Theil and Sen)."""
    slopes = [(d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2) if abs(c - a) >= _SPREAD_PX]
    scale = min(max(median(slopes), _SCALES[0]), _SCALES[1]) if slopes else 1.0
    scale = 1.0 if abs(scale - 1) < _NO_SCALE else scale
    return scale, median(b - a * scale for a, b in points)
