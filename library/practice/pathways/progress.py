"""How far a learner is in a pathway, worked out from attempts, watched demos and reviews. Pure: takes the time.

Owns when a point is reached and when an assessment may be done. The order of attempts is that of their numbers: a clock
that was set back makes an assessment later, never earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from library.practice.model import Attempt, AttemptState, Doubt, PracticeLevel, VerdictKind
from library.practice.pathways.model import (
    AttemptReviewed,
    Enrolment,
    KeyedPoint,
    Pathway,
    Point,
    PointKind,
    Watched,
    keyed,
)

_DAY_MS = 86_400_000
_SLACK = 1e-9
_RANK = {PracticeLevel.SEE: 0, PracticeLevel.TRY: 1, PracticeLevel.ALONE: 2}
_SEEN = {VerdictKind.DONE, VerdictKind.MOVED, VerdictKind.RENAMED}


class PointState(StrEnum):
    """REACHED; OPEN: may be done; WAITING: an assessment that comes too early; GONE: its demo was removed."""

    REACHED = "reached"
    OPEN = "open"
    WAITING = "waiting"
    GONE = "gone"


class PointProgress(NamedTuple):
    """A point as far as the learner is. Times are 0 for what is not known.

    ``from_unix_ms``: an assessment may be done from then on. ``changed``: the demo's steps are others since then.
    """

    keyed: KeyedPoint
    state: PointState
    reached_unix_ms: int = 0
    from_unix_ms: int = 0
    changed: bool = False

    @property
    def level_to_try(self) -> PracticeLevel | None:
        """The level at which it is tried; None for one that is not done by trying."""
        practised = self.keyed.point.kind in {PointKind.PRACTISE, PointKind.ASSESS}
        return self.keyed.level if practised and self.state is not PointState.GONE else None


class PathwayProgress(NamedTuple):
    """The points in order."""

    points: tuple[PointProgress, ...]

    @property
    def reached(self) -> int:
        """How many points are reached."""
        return sum(one.state is PointState.REACHED for one in self.points)

    @property
    def counted(self) -> int:
        """How many there are, without those whose demo was removed before they were reached."""
        return sum(one.state is not PointState.GONE for one in self.points)

    @property
    def complete(self) -> bool:
        """Whether all are reached; an empty pathway never is."""
        return 0 < self.counted == self.reached

    @property
    def next(self) -> PointProgress | None:
        """The first point that may be done now."""
        return next((one for one in self.points if one.state is PointState.OPEN), None)


class LearnerFacts(NamedTuple):
    """What the learner did. ``attempts`` in any order; ``enrolment``: None for who has not joined."""

    attempts: Sequence[Attempt] = ()
    watched: Sequence[Watched] = ()
    reviews: Sequence[AttemptReviewed] = ()
    enrolment: Enrolment | None = None


class _Timed(NamedTuple):
    """An attempt, and the earliest time at which it can have been, whatever its clock said."""

    attempt: Attempt
    at_unix_ms: int


def progress_of(
    pathway: Pathway, facts: LearnerFacts, steps: Mapping[str, Sequence[str]], now_unix_ms: int
) -> PathwayProgress:  # fmt: skip
    """Progress at each point. ``steps``: titles of the steps of each demo that is in the library."""
    state = _Learner(pathway, facts)
    return PathwayProgress(tuple(state.at(one, steps, now_unix_ms) for one in keyed(pathway.points)))


def share_seen(attempt: Attempt, *, disputes: bool) -> float | None:
    """The share of the counted steps that were seen, 0 to 1; None when nothing can be told.

    With ``disputes`` a step whose verdict the learner marked as wrong counts as seen.
    """
    if attempt.comparison is None or not (counted := [one for one in attempt.comparison.verdicts if one.counts]):
        return None
    agreed = set(attempt.disputed) if disputes else set()
    whole = sum(one.was in _SEEN or one.step in agreed for one in counted)
    half = sum(one.was is VerdictKind.PARTLY and one.step not in agreed for one in counted)
    return (whole + half / 2) / len(counted)


class _Learner:
    """The facts by demo, in order."""

    def __init__(self, pathway: Pathway, facts: LearnerFacts) -> None:
        self._demos = {point.demo_id for point in pathway.points if point.demo_id}
        self._watched = {one.demo_id: one for one in facts.watched}
        self._by_demo: dict[str, list[_Timed]] = {}
        for one in _timed(facts):
            self._by_demo.setdefault(one.attempt.demo_id, []).append(one)
        self._reviews: dict[str, list[AttemptReviewed]] = {}
        for review in facts.reviews:
            self._reviews.setdefault(review.attempt_id, []).append(review)

    def at(self, one: KeyedPoint, steps: Mapping[str, Sequence[str]], now_unix_ms: int) -> PointProgress:
        """Progress at one point."""
        point = one.point
        waits_until = self._from(point) if point.kind is PointKind.ASSESS else 0
        reached, attempt = self._reached(one)
        if reached:
            known = steps.get(point.demo_id)
            changed = attempt is not None and known is not None and [s.title for s in attempt.steps] != list(known)
            return PointProgress(one, PointState.REACHED, reached, changed=changed)
        if point.kind is not PointKind.SIGN_OFF and point.demo_id not in steps:
            return PointProgress(one, PointState.GONE)
        early = now_unix_ms < waits_until
        return PointProgress(one, PointState.WAITING if early else PointState.OPEN, from_unix_ms=waits_until)

    def _reached(self, one: KeyedPoint) -> tuple[int, Attempt | None]:
        """When a point was reached first, 0 for not yet, and by which attempt."""
        point = one.point
        if point.kind is PointKind.WATCH:
            seen = self._watched.get(point.demo_id)
            return (max(1, seen.at_unix_ms), None) if seen is not None else (0, None)
        if point.kind in {PointKind.REVIEW, PointKind.SIGN_OFF}:
            return self._reviewed(point), None
        tries = self._by_demo.get(point.demo_id, ())
        for number, timed in enumerate(tries):
            whole = self._assessed(point, tries, number) if point.kind is PointKind.ASSESS else _practised(one, timed)
            if whole:
                return max(1, timed.attempt.take.started_unix_ms), timed.attempt
        return 0, None

    def _assessed(self, point: Point, tries: Sequence[_Timed], number: int) -> bool:
        attempt = tries[number].attempt
        if not _compared(attempt) or attempt.level is not PracticeLevel.ALONE or attempt.hints:
            return False
        if attempt.take.started_unix_ms < self._after(point, tries[:number], attempt):
            return False
        share = share_seen(attempt, disputes=False)
        if share is None:  # nothing could be compared: somebody has to say so
            return any(review.signed_off for review in self._reviews.get(attempt.attempt_id, ()))
        return share + _SLACK >= point.pass_share

    def _from(self, point: Point) -> int:
        """The time from which an assessment may be done, as far as is known now."""
        return self._after(point, self._by_demo.get(point.demo_id, ()), None)

    def _after(self, point: Point, before: Sequence[_Timed], attempt: Attempt | None) -> int:
        """The days of the point after what was practised before, and watched before ``attempt`` (None: at all)."""
        practised = [one.at_unix_ms for one in before]
        seen = self._watched.get(point.demo_id)
        if seen is not None and (
            attempt is None or seen.attempts < attempt.number or seen.at_unix_ms <= attempt.take.started_unix_ms
        ):
            practised.append(seen.at_unix_ms)
        return max(practised) + point.after_days * _DAY_MS if practised else 0

    def _reviewed(self, point: Point) -> int:
        demos = {point.demo_id} if point.demo_id else self._demos
        found = [
            max(1, review.at_unix_ms)
            for demo in demos
            for timed in self._by_demo.get(demo, ())
            for review in self._reviews.get(timed.attempt.attempt_id, ())
            if _fits(point, review)
        ]
        return min(found, default=0)


def _fits(point: Point, review: AttemptReviewed) -> bool:
    return may_sign(point, review.by) and (review.signed_off or point.kind is PointKind.REVIEW)


def may_sign(point: Point, name: str) -> bool:
    """Whether somebody of this name is one of those whose word counts at a point."""
    return not point.by or name.casefold() in {one.casefold() for one in point.by}


def _practised(one: KeyedPoint, timed: _Timed) -> bool:
    attempt = timed.attempt
    if not _compared(attempt) or _RANK[attempt.level] < _RANK[one.level]:
        return False
    share = share_seen(attempt, disputes=True)
    return share is None or share + _SLACK >= one.point.pass_share  # what cannot be told is not held against anybody


def _compared(attempt: Attempt) -> bool:
    done = attempt.state is not AttemptState.RUNNING and attempt.comparison is not None
    return done and attempt.comparison is not None and Doubt.OTHER_TASK not in attempt.comparison.doubts


def _timed(facts: LearnerFacts) -> Iterable[_Timed]:
    """The attempts in their order, none earlier than one before it, and none after the joining earlier than that."""
    floor = 0
    for attempt in sorted(facts.attempts, key=lambda one: (one.number, one.take.started_unix_ms)):
        joined = facts.enrolment
        if joined is not None and attempt.number > joined.attempts:
            floor = max(floor, joined.joined_unix_ms)
        floor = max(floor, attempt.take.started_unix_ms)
        yield _Timed(attempt, floor)
