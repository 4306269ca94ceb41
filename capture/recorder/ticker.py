"""Ticker: ticks at absolute deadlines, with statistics of late ones. Missed ticks are skipped, not made up for.

A tick is late when it begins more than half an interval after its deadline; skipped ticks count as late too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_NS = 1_000_000_000


class Ticker:
    """``fps`` ticks a second from construction on. ``now`` (ns) and ``sleep`` (s) are of the monotonic clock."""

    def __init__(
        self, fps: int, now: Callable[[], int] = time.monotonic_ns, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._interval, self._now, self._sleep = _NS // fps, now, sleep
        self._due = now()
        self._recent: deque[int] = deque(maxlen=max(2, fps))
        self.ticks = self.late = 0

    def wait(self) -> None:
        """Sleep until the next tick is due."""
        self._due += self._interval
        behind = self._now() - self._due
        if behind < 0:
            self._sleep(-behind / _NS)
        elif behind >= self._interval:
            missed = behind // self._interval
            self._due += missed * self._interval
            self.ticks += missed
            self.late += missed
        now = self._now()
        self.ticks += 1
        self.late += now - self._due > self._interval // 2
        self._recent.append(now)

    @property
    def fps(self) -> float:
        """Ticks a second, averaged over about the last second."""
        if len(self._recent) < 2 or self._recent[-1] == self._recent[0]:
            return 0.0
        return round((len(self._recent) - 1) * _NS / (self._recent[-1] - self._recent[0]), 1)
