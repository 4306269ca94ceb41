"""LookPacer: where and how often a screen is looked at where only comparing pictures tells whether it changed.

A look at the whole screen costs 2 to 5 ms on an X server and 25 to 60 ms on Windows, where it waits for the monitor:
thirty a second would make every tick late there. So the whole is looked at a few times a second, and as often as motion
needs it for a while after a click and after something new changed. In between only spots are looked at: small boxes
that change again and again, such as a caret or a line that is typed. Does not read a clock.
"""

from __future__ import annotations

from collections.abc import Iterable

from capture.model import Region

MOST, MOST_CALM, LEAST = 15, 6, 4
"""Looks a second: at most, at the whole at most while nothing new changes, and at least, whatever a look costs."""
SHARE = 1 / 3
"""The part of the time that may be spent looking."""
BUSY_S, SPOT_S = 0.6, 1.5
"""How long something new is followed closely, and how long a spot is kept: a caret blinks once a second."""
_MARGIN, _MOST_SPOTS, _LARGEST = 48, 4, 256 * 256
"""Pixels around a change that belong to its spot, some letters; how many spots; and pixels of the largest change."""
_WORTH = 0.5
"""Spots are left out where a look at them costs more than this part of a look at the whole."""
_SMOOTH = 0.2
_JITTER_S = 0.01
"""A tick may come a little early; waiting for the next one would make the looks rarer than asked."""


class LookPacer:
    """Ask ``look`` at each tick and tell each look. Times are seconds of one clock, boxes are of the picture."""

    def __init__(self) -> None:
        self._looked_s = self._whole_s = self._busy_until_s = float("-inf")
        self._whole_cost_s: float | None = None
        self._spot_cost_s = 0.0
        self._spots: dict[Region, float] = {}

    def look(self, now_s: float) -> list[Region] | None:
        """The boxes to look at now, none if it is not yet time; None for the whole."""
        if now_s - self._looked_s < self._interval_s() - _JITTER_S:
            return []
        rate = MOST if now_s < self._busy_until_s else MOST_CALM
        if now_s - self._whole_s >= 1 / rate - _JITTER_S or self._spot_cost_s > _WORTH * (self._whole_cost_s or 0.0):
            return None
        self._spots = {box: at_s for box, at_s in self._spots.items() if now_s - at_s < SPOT_S}
        return list(self._spots)

    def _interval_s(self) -> float:
        return min(max(1 / MOST, (self._whole_cost_s or 0.0) / SHARE), 1 / LEAST)

    def expect(self, at_s: float) -> None:
        """Somebody clicked: what that changes is followed closely. From any thread."""
        self._busy_until_s = at_s + BUSY_S

    def looked_at_spots(self, at_s: float, cost_s: float, changed: Iterable[Region]) -> None:
        """A look at the spots began at ``at_s``, took ``cost_s``, and found these changes, all inside them."""
        self._looked_s = at_s
        self._spot_cost_s += _SMOOTH * (cost_s - self._spot_cost_s)
        for box in changed:
            self._is_known(box, at_s)

    def looked(self, at_s: float, cost_s: float, changed: Iterable[Region]) -> None:
        """The same of a look at the whole. What no spot holds is new."""
        self._looked_s = self._whole_s = at_s
        before_s = cost_s if self._whole_cost_s is None else self._whole_cost_s
        self._whole_cost_s = before_s + _SMOOTH * (cost_s - before_s)
        for box in changed:
            if not self._is_known(box, at_s):
                self._busy_until_s = at_s + BUSY_S
                self._add_spot(box, at_s)

    def _is_known(self, box: Region, at_s: float) -> bool:
        """Whether a spot holds the box; the spot is kept."""
        holding = [spot for spot in self._spots if spot.intersect(box) == box]
        self._spots |= dict.fromkeys(holding, at_s)
        return bool(holding)

    def _add_spot(self, box: Region, at_s: float) -> None:
        if box.width * box.height > _LARGEST:
            return
        left, top = max(0, box.x - _MARGIN), max(0, box.y - _MARGIN)
        spot = Region(left, top, box.right + _MARGIN - left, box.bottom + _MARGIN - top)
        newest = sorted(self._spots.items(), key=lambda item: -item[1])
        self._spots = {spot: at_s} | dict(newest[: _MOST_SPOTS - 1])
