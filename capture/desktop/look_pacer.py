"""LookPacer: how often a screen is looked at where only comparing pictures tells whether it changed.

A look costs 2 ms on an X server and 25 to 60 ms on Windows, where it waits for the monitor. Thirty a second would make
every tick late there; fifteen already look like motion. Does not read a clock.
"""

from __future__ import annotations

MOST, MOST_STILL, LEAST = 15, 10, 4
"""Looks a second: at most, at most while nothing changes, and at least, whatever a look costs."""
SHARE = 1 / 3
"""The part of the time that may be spent looking."""
STILL_S = 2.0
"""Without a change for so long, a screen is still."""
_SMOOTH = 0.2
_JITTER_S = 0.01
"""A tick may come a little early; waiting for the next one would make the looks rarer than asked."""


class LookPacer:
    """Ask ``due`` at each tick and tell each look. All times are seconds of one clock."""

    def __init__(self) -> None:
        self._looked_s = self._changed_s = float("-inf")
        self._cost_s: float | None = None

    def due(self, now_s: float) -> bool:
        """Whether to look now."""
        return now_s - self._looked_s >= self._interval_s(now_s) - _JITTER_S

    def looked(self, at_s: float, cost_s: float, *, changed: bool) -> None:
        """A look began at ``at_s``, took ``cost_s``, and found a change or none."""
        self._looked_s = at_s
        before_s = cost_s if self._cost_s is None else self._cost_s
        self._cost_s = before_s + _SMOOTH * (cost_s - before_s)
        if changed:
            self._changed_s = at_s

    def _interval_s(self, now_s: float) -> float:
        most = MOST if now_s - self._changed_s < STILL_S else MOST_STILL
        return min(max(1 / most, (self._cost_s or 0.0) / SHARE), 1 / LEAST)
