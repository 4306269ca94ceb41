"""Ticker: ticks at absolute deadlines, with statistics of late ones. Missed ticks are skipped, not made up for.

A tick is late when it begins more than half an interval after its deadline; skipped ticks count as late too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from capture.audio.monotonic import monotonic_ns

_NS = 1_000_000_000
_WATCHED_S, _MANY = 10, 0.25
"""Late ticks are told once they are more than a quarter of ten seconds: then movement is visibly jerky."""


class Ticker:
    """``fps`` ticks a second from construction on. ``now`` (ns) and ``sleep`` (s) are of the monotonic clock."""

    def __init__(
        self, fps: int, now: Callable[[], int] = monotonic_ns, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._interval, self._now, self._sleep = _NS // fps, now, sleep
        self._due = now()
        self._recent: deque[int] = deque(maxlen=max(2, fps))
        self._watched: deque[tuple[int, int]] = deque(maxlen=fps * _WATCHED_S)
        self._told = False
        self.ticks = self.late = 0

    def wait(self) -> None:
        """Sleep until the next tick is due."""
        self._due += self._interval
        behind = self._now() - self._due
        missed = 0
        if behind < 0:
            self._sleep(-behind / _NS)
        elif behind >= self._interval:
            missed = behind // self._interval
            self._due += missed * self._interval
        now = self._now()
        late = missed + (now - self._due > self._interval // 2)
        self.ticks += 1 + missed
        self.late += late
        self._recent.append(now)
        self._watched.append((1 + missed, late))

    def notices(self) -> list[str]:
        """A notice for the user, once, when many of the recent ticks were late."""
        ticks, late = (sum(counts) for counts in zip(*self._watched, strict=True)) if self._watched else (0, 0)
        if self._told or ticks < (self._watched.maxlen or 0) or late < ticks * _MANY:
            return []
        self._told = True
        what = f"This computer does not keep up: {late} of the last {ticks} looks at the screen came late."
        return [f"{what} Movement will be jerky; a region or a window costs less than the whole screen."]

    @property
    def fps(self) -> float:
        """Ticks a second, averaged over about the last second."""
        if len(self._recent) < 2 or self._recent[-1] == self._recent[0]:
            return 0.0
        return round((len(self._recent) - 1) * _NS / (self._recent[-1] - self._recent[0]), 1)
