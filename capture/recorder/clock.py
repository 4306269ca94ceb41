"""The recorder's clock: take time, which does not count pauses.

Owns the monotonic clock and its pauses. Does not use the wall clock: setting that back must not move anything, so only
``started_unix_ms`` of a take is read from it, once and elsewhere. Sound arrives late and timestamped, so the clock can
tell afterwards which parts of a period were recorded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from capture.audio.monotonic import monotonic_ns

NS_PER_MS = 1_000_000


@dataclass
class ActivePeriods:
    """Periods of the monotonic clock in which something was on (a pause, a muted microphone). Thread-safe."""

    _ended: list[tuple[int, int]] = field(default_factory=list)
    _since: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def on(self) -> bool:
        """Whether a period is open now."""
        return self._since is not None

    def begin(self, at_ns: int) -> bool:
        """Open a period; False when one is open already."""
        with self._lock:
            if self._since is not None:
                return False
            self._since = at_ns
            return True

    def end(self, at_ns: int) -> int | None:
        """Close the open period; its length in ns, None when none was open."""
        with self._lock:
            if self._since is None:
                return None
            since = self._since
            self._ended.append((since, max(since, at_ns)))  # first, since ``within`` looks without the lock
            self._since = None
            return max(0, at_ns - since)

    def within(self, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """The parts of ``[start_ns, end_ns)`` in which it was on, in order."""
        if self._since is None and not self._ended:  # by far the most frequent case
            return []
        with self._lock:
            periods = [*self._ended, (self._since, end_ns)] if self._since is not None else list(self._ended)
        clipped = ((max(start_ns, a), min(end_ns, b)) for a, b in periods)
        return [(a, b) for a, b in clipped if b > a]


class Clock:
    """Nanoseconds of take time since ``start``. ``now`` is any monotonic nanosecond clock. Thread-safe."""

    def __init__(self, now: Callable[[], int] = monotonic_ns) -> None:
        self.now = now
        self.started_ns: int | None = None
        self.stopped_ns: int | None = None
        self._pauses = ActivePeriods()
        self._lock = threading.Lock()

    def start(self) -> bool:
        """Set take time zero to now; False when it was stopped before."""
        with self._lock:
            if self.stopped_ns is None:
                self.started_ns = self.now()
            return self.stopped_ns is None

    def stop(self) -> None:
        """Let take time stand still from now on, for good; a second stop changes nothing."""
        with self._lock:
            if self.stopped_ns is None:
                self.stopped_ns = self.now()
                self._pauses.begin(self.stopped_ns)

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self.stopped_ns is not None

    @property
    def paused(self) -> bool:
        """Whether take time is paused, and not stopped."""
        return self.stopped_ns is None and self._pauses.on

    def pause(self) -> bool:
        """Pause take time; False when it stands still already."""
        with self._lock:
            return self._pauses.begin(self.now())

    def resume(self) -> int | None:
        """Resume take time; length of the pause in real ms, None when it was not paused or is stopped."""
        with self._lock:
            paused_ns = None if self.stopped_ns is not None else self._pauses.end(self.now())
        return None if paused_ns is None else round(paused_ns / NS_PER_MS)

    def take_ns(self, at_ns: int | None = None) -> int:
        """Take time of a moment of the monotonic clock (default: now); negative before the start, 0 if not started."""
        if self.started_ns is None:
            return 0
        at_ns = self.now() if at_ns is None else at_ns
        if at_ns <= self.started_ns:
            return at_ns - self.started_ns
        paused = sum(b - a for a, b in self._pauses.within(self.started_ns, at_ns))
        return at_ns - self.started_ns - paused

    @property
    def now_ms(self) -> int:
        """Take time now, whole milliseconds."""
        return self.take_ns() // NS_PER_MS

    def recorded(self, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """The parts of ``[start_ns, end_ns)`` of the monotonic clock that belong to the take, in order."""
        if self.started_ns is None:
            return []
        parts, at = [], max(start_ns, self.started_ns)
        for pause_start, pause_end in self._pauses.within(at, max(at, end_ns)):
            if pause_start > at:
                parts.append((at, pause_start))
            at = pause_end
        return [*parts, (at, end_ns)] if end_ns > at else parts
