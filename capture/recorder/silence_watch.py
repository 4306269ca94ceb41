"""SilenceWatch: tells that nothing is heard from a microphone: never, no longer, or only in part. Pure.

Does not mute or repair anything, and does not know why: a switch on the cable leaves no other trace than silence.
"""

from __future__ import annotations

from capture.audio.level import DEAD_DB
from capture.model import FLOOR_DB

NS_PER_S = 1_000_000_000
NEVER_NS, LATER_NS = 3 * NS_PER_S, 20 * NS_PER_S
"""Silence that is told: at the start; and after something was heard, as noise suppression makes pauses silent."""
MAYBE = "it may be muted or turned down"


class SilenceWatch:
    """Watches one microphone's blocks. ``name`` is what to call it.

    ``peak_db`` is the loudest sample so far, in dBFS; ``heard``: whether anything came from the device open now.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.peak_db = FLOOR_DB
        self.heard = False
        self._since_ns: int | None = None
        self._told = self._told_cancelling = False

    def update(self, peak_db: float, start_ns: int, end_ns: int, *, cancelling: bool = False) -> list[str]:
        """Notices after a block from ``start_ns`` to ``end_ns`` of the monotonic clock, with its loudest sample."""
        notices = []
        if cancelling and not self._told_cancelling:
            self._told_cancelling = True
            notices.append(f"Channels of the {self._name} cancel each other out; the loudest one is recorded.")
        patience_ns = LATER_NS if self.heard else NEVER_NS
        self.peak_db = max(self.peak_db, peak_db)
        if peak_db > DEAD_DB:
            self.heard, self._since_ns = True, None
            if self._told:
                self._told = False
                notices.append(f"The {self._name} is heard now.")
            return notices
        self._since_ns = start_ns if self._since_ns is None else self._since_ns
        if not self._told and end_ns - self._since_ns >= patience_ns:
            self._told = True
            no_more = "any more " if self.heard else ""
            notices.append(f"Nothing is heard {no_more}from the {self._name}: {MAYBE}.")
        return notices

    def renamed(self, name: str) -> None:
        """Another device gives the sound now."""
        self._name, self._since_ns = name, None
        self.heard = self._told = self._told_cancelling = False

    def lost(self) -> None:
        """The device went away, which is another notice's matter."""
        self._since_ns = None
