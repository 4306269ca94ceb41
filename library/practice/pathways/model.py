"""Records of pathways: Pathway and Point in the library, Enrolment and Watched of a learner. Frozen; names as on disk.

What is read from a library is not trusted: ``trusted`` cleans and limits it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from library.practice.model import PracticeLevel
from library.text import TITLE_LENGTH, clean, is_demo_id

MOST_POINTS, MOST_PEOPLE, MOST_DAYS = 1_000, 50, 365
ASK_LENGTH, NAME_LENGTH = 500, 100
LEAST_LEARNERS = 5
"""Nothing is said of fewer people."""
ASSESS_DAYS = 3
"""Days between the last practice and an assessment, by default: what is done on the same day says little of later."""


class PointKind(StrEnum):
    """What is to be done at a point.

    WATCH: see the demo. PRACTISE: do it, with help at first. REVIEW: hand a try to somebody who says something of it.
    ASSESS: do it alone, without hints, some days later. SIGN_OFF: somebody with a role signs a try off.
    """

    WATCH = "watch"
    PRACTISE = "practise"
    REVIEW = "review"
    ASSESS = "assess"
    SIGN_OFF = "sign_off"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a pathway.

    ``title`` and ``version`` are those of the demo when the point was made, to name it when it is gone. ``ask``: what
    is asked for, in words. ``pass_share``: the share of the steps that must be seen, 0 to 1. ``after_days``: days
    between the last practice and an assessment. ``role`` signs off; ``by``: the people who have it, empty for anybody
    but the learner.
    """

    kind: PointKind
    demo_id: str = ""
    title: str = ""
    version: int = 0
    ask: str = ""
    pass_share: float = 1.0
    after_days: int = 0
    role: str = ""
    by: tuple[str, ...] = ()


class Pathway(msgspec.Struct, frozen=True, kw_only=True):
    """Points in the order in which they are meant; each change is a new version. ``closed``: nobody joins any more."""

    pathway_id: str
    title: str
    schema_version: int = 1
    version: int = 1
    about: str = ""
    owner: str = ""
    points: tuple[Point, ...] = ()
    created_unix_ms: int = 0
    updated_unix_ms: int = 0
    edited_by: str = ""
    closed: bool = False


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway that the learner joined; kept by the learner only.

    ``attempts``: how many attempts there were then. ``learner_id``: a random name under which reached points are told
    to the library while ``shares``. ``demo_ids``: the demos of its points, as they were seen last. ``library``: the
    address of the library in which they are shared.
    """

    pathway_id: str
    title: str
    learner_id: str
    joined_unix_ms: int
    attempts: int = 0
    shares: bool = False
    library: str = ""
    demo_ids: tuple[str, ...] = ()


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A demo that the learner watched to its end, or says so. ``attempts``: how many attempts there were then."""

    demo_id: str
    at_unix_ms: int
    attempts: int = 0


class AttemptReviewed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody said something of an attempt. ``signed_off``: at last, that it is done as it should be."""

    attempt_id: str
    by: str
    signed_off: bool = False
    at_unix_ms: int = 0


class LearnerCounts(NamedTuple):
    """How many learners share their progress, and how many of them reached each point; None for fewer than five."""

    learners: int | None
    reached: tuple[int | None, ...]


class KeyedPoint(NamedTuple):
    """A point with its name within the pathway, which stays when points are moved, and the level that it asks for."""

    key: str
    point: Point
    level: PracticeLevel


def keyed(points: Sequence[Point]) -> list[KeyedPoint]:
    """The points with their names and levels. Help fades: see, then try, at a demo that was practised before alone."""
    times, found = Counter[str](), list[KeyedPoint]()
    for point in points:
        name = f"{point.kind}:{point.demo_id or point.role}"
        times[name] += 1
        key = name if times[name] == 1 else f"{name}:{times[name]}"
        found.append(KeyedPoint(key, point, _level(point, times[name])))
    return found


def _level(point: Point, time: int) -> PracticeLevel:
    if point.kind is PointKind.WATCH:
        return PracticeLevel.SEE
    first = point.kind is PointKind.PRACTISE and time == 1
    return PracticeLevel.TRY if first else PracticeLevel.ALONE


def demo_ids(points: Sequence[Point]) -> list[str]:
    """The demos of the points, each once, in order."""
    return list(dict.fromkeys(point.demo_id for point in points if point.demo_id))


def trusted(pathway: Pathway) -> Pathway:
    """What is taken of a record that anybody may have written: clean text, numbers within their limits."""
    return replace(
        pathway,
        title=clean(pathway.title, TITLE_LENGTH) or pathway.pathway_id,
        about=clean(pathway.about, ASK_LENGTH),
        owner=clean(pathway.owner, NAME_LENGTH),
        edited_by=clean(pathway.edited_by, NAME_LENGTH),
        points=tuple(map(_trusted, pathway.points[:MOST_POINTS])),
    )


def _trusted(point: Point) -> Point:
    return replace(
        point,
        demo_id=point.demo_id if is_demo_id(point.demo_id) else "",
        title=clean(point.title, TITLE_LENGTH),
        ask=clean(point.ask, ASK_LENGTH),
        pass_share=point.pass_share if 0 <= point.pass_share <= 1 else 1.0,
        after_days=max(0, min(point.after_days, MOST_DAYS)),
        role=clean(point.role, NAME_LENGTH),
        by=tuple(name for one in point.by[:MOST_PEOPLE] if (name := clean(one, NAME_LENGTH))),
    )
