"""Lines of Today that are none of practice: demos that their owner should look at again, and needs she may know.

Each is one small class behind ``TodaySource``; the factory says which there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from library.format import count, day, join
from library.learning.needs.model import Need, NeedState
from library.model import Demo
from tui.services.learning.protocol import LearningService
from tui.services.practice.prompt_protocol import TodayKind, TodayLine

MOST = 5
"""Lines of a kind: the rest is on screens of its own."""
_LOOKED_AT = 20
"""Needs whose experts are looked for, most wanted first: each is a search."""


class OwnDemos:
    """Demos of the user whose review date has passed, the longest ago first."""

    def __init__(self, demos: Callable[[], Sequence[Demo]], author: str) -> None:
        self._demos, self._author = demos, author

    def lines(self) -> Sequence[TodayLine]:
        """At most ``MOST`` lines; none for a user without a name."""
        now = round(time.time() * 1000)
        mine = [one for one in self._demos() if self._author and self._author == (one.owner or one.author)]
        stale = sorted((one for one in mine if one.stale(now)), key=lambda one: one.review_unix_ms or 0)
        return [
            TodayLine(TodayKind.STALE, one.demo_id, one.title, f"review was due {day(one.review_unix_ms or 0)}")
            for one in stale[:MOST]
        ]


class KnownNeeds:
    """Needs that the user has taken, or is likely to know, most wanted first."""

    def __init__(self, learning: LearningService, author: str) -> None:
        self._learning, self._author = learning, author

    def lines(self) -> Sequence[TodayLine]:
        """At most ``MOST`` lines; none for a user without a name."""
        if not self._author:
            return []
        waiting = [need for need in self._learning.needs() if need.wanted][:_LOOKED_AT]
        mine = [need for need in waiting if self._is_mine(need)]
        return [
            TodayLine(
                TodayKind.NEED, need.need_id, need.query, count(len(need.votes), "vote"),
                join(["you record it" if need.state is NeedState.TAKEN else "", *need.why[:1]]),
            )
            for need in mine[:MOST]
        ]  # fmt: skip

    def _is_mine(self, need: Need) -> bool:
        if need.state is NeedState.TAKEN:
            return need.taken_by == self._author
        return self._author in self._learning.experts(need)
