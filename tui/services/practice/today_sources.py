"""Lines of Today that are none of practice: tries to review, own demos that may be out of date, needs one may know.

Each is one small class behind ``TodaySource``; the factory says which there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from library.format import count, join
from library.freshness.reasons import line_of
from library.learning.needs.model import Need, NeedState
from tui.services.learning.protocol import LearningService
from tui.services.practice.feedback_protocol import FeedbackService
from tui.services.practice.prompt_protocol import TodayKind, TodayLine

MOST = 5
"""Lines of a kind: the rest is on screens of its own."""
_LOOKED_AT = 20
"""Needs whose experts are looked for, most wanted first: each is a search."""


class WaitingReviews:
    """Tries that others handed to the user and that wait for a word, oldest first."""

    def __init__(self, feedback: FeedbackService) -> None:
        self._feedback = feedback

    def lines(self) -> Sequence[TodayLine]:
        """At most ``MOST`` lines."""
        handed = [one.handed for one in self._feedback.received().received if one.waits]
        handed.sort(key=lambda one: one.at_unix_ms)
        return [
            TodayLine(TodayKind.REVIEW, one.hand_id, one.attempt.title, f"from {one.learner.name}", one.message)
            for one in handed[:MOST]
        ]


class OwnDemos:
    """Demos of the user that may be out of date, those first of which most people said something."""

    def __init__(self, learning: LearningService, author: str) -> None:
        self._learning, self._author = learning, author

    def lines(self) -> Sequence[TodayLine]:
        """At most ``MOST`` lines; none for a user without a name."""
        found = self._learning.stale_of_mine()[:MOST] if self._author else ()
        return [TodayLine(TodayKind.STALE, one.demo.demo_id, one.demo.title, why=line_of(one.reasons)) for one in found]


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
