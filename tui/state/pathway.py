"""State of the screens of pathways: which points can be done how, and when a replay came to its end. Pure."""

from __future__ import annotations

from library.practice.model import PracticeLevel
from library.practice.pathways.model import PointKind
from library.practice.pathways.progress import PointProgress, PointState
from library.practice.pathways.words import state_words

_END_MS, _STRIDE_MS = 2_000, 3_000
"""How near its end a replay has come to it; and between two looks a longer step is a jump."""


class ReplayEnd:
    """Whether a demo was played to its end, and half of it at least: a jump to the end is no watching."""

    def __init__(self, duration_ms: int) -> None:
        self._duration_ms, self._played_ms = duration_ms, 0
        self._last_ms: int | None = None
        self._told = False

    def follow(self, at_ms: int | None) -> bool:
        """Take the player's position in clip time, None when none plays; True once, when the end is reached."""
        if at_ms is not None and self._last_ms is not None and 0 < at_ms - self._last_ms <= _STRIDE_MS:
            self._played_ms += at_ms - self._last_ms
        self._last_ms = at_ms
        ended = at_ms is not None and at_ms >= self._duration_ms - _END_MS and self._duration_ms > 0
        if self._told or not ended or self._played_ms < self._duration_ms / 2 - _END_MS:
            return False
        self._told = True
        return True


def level_to_try(one: PointProgress) -> PracticeLevel | None:
    """The level at which a point is tried; None for one that is not done by trying."""
    practised = one.keyed.point.kind in {PointKind.PRACTISE, PointKind.ASSESS}
    return one.keyed.level if practised and one.state is not PointState.GONE else None


def hindrance(one: PointProgress) -> str:
    """Why a point cannot be done now, in a line; empty when it can."""
    if one.state is PointState.GONE:
        return "The demo of this point was removed"
    if one.state is PointState.WAITING:
        return f"Assess yourself {state_words(one)}: sooner it would only be practice"
    if one.keyed.point.kind in {PointKind.REVIEW, PointKind.SIGN_OFF}:
        return "This point is reached when somebody answers a try that you hand over"
    return ""
