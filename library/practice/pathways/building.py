"""Makes and edits the points of a pathway: the usual plan for some demos, points as they are typed, changes by key.

Edits name a point by its key and not by its place, so that two people can edit at the same time. Pure but for looking
up demos.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.model import Demo, LibraryError
from library.practice.pathways.model import (
    ASSESS_DAYS,
    MOST_DAYS,
    NAME_LENGTH,
    Pathway,
    Point,
    PointKind,
    keyed,
)
from library.text import clean

POINT_FORM = "watch:DEMO, practise:DEMO, review:DEMO, assess:DEMO[@DAYS] or sign-off:ROLE[=NAME,NAME]"
_DAYS = re.compile(r"(.+)@(\d{1,3})")


def usual_points(demos: Sequence[Demo], *, sign_off: str = "") -> tuple[Point, ...]:
    """Watch and practise each demo, then do each alone days later; then a sign-off, when a role is given."""
    first = [point_of(kind, demo) for demo in demos for kind in (PointKind.WATCH, PointKind.PRACTISE)]
    alone = [point_of(PointKind.ASSESS, demo) for demo in demos]
    return (*first, *alone, *([_sign_off(sign_off)] if sign_off else []))


def point_of(kind: PointKind, demo: Demo, days: int | None = None) -> Point:
    """A point at a demo; an assessment waits three days unless ``days`` says otherwise."""
    after = (ASSESS_DAYS if days is None else days) if kind is PointKind.ASSESS else 0
    return Point(kind=kind, demo_id=demo.demo_id, title=demo.title, version=demo.version, after_days=after)


def parse_point(text: str, catalog: Catalog) -> Point:
    """A point as it is typed: ``assess:Split an order@5``. Raises LibraryError, DemoNotFound."""
    word, _, rest = text.partition(":")
    kinds = {kind.value.replace("_", "-"): kind for kind in PointKind}
    kind, rest = kinds.get(word.strip().lower().replace("_", "-")), rest.strip()
    if kind is None or not rest:
        raise LibraryError(f"“{clean(text, 60)}” is no point", f"Write {POINT_FORM}.")
    if kind is PointKind.SIGN_OFF:
        return _sign_off(rest)
    days = None
    if kind is PointKind.ASSESS and (found := _DAYS.fullmatch(rest)):
        rest, days = found[1], int(found[2])
        if days > MOST_DAYS:
            raise LibraryError(f"An assessment cannot wait {days} days", f"Give 0 to {MOST_DAYS}.")
    return point_of(kind, catalog.resolve(rest), days)


def _sign_off(text: str) -> Point:
    role, _, names = text.partition("=")
    people = tuple(name for one in names.split(",") if (name := clean(one, NAME_LENGTH)))
    if not (role := clean(role, NAME_LENGTH)):
        raise LibraryError("A sign-off needs a role", "Write sign-off:ROLE or sign-off:ROLE=NAME,NAME.")
    return Point(kind=PointKind.SIGN_OFF, role=role, by=people)


def key_at(pathway: Pathway, number: int) -> str:
    """The key of the point with a number, counted from 1. Raises LibraryError."""
    points = keyed(pathway.points)
    if not 1 <= number <= len(points):
        raise LibraryError(f"“{pathway.title}” has no point {number}", f"It has {len(points)}.")
    return points[number - 1].key


def with_points(pathway: Pathway, points: Sequence[Point], before: str = "") -> Pathway:
    """With more points, before the one of a key; at the end when there is none such (any more)."""
    keys = [one.key for one in keyed(pathway.points)]
    at = keys.index(before) if before in keys else len(keys)
    return replace(pathway, points=(*pathway.points[:at], *points, *pathway.points[at:]))


def without_point(pathway: Pathway, key: str) -> Pathway:
    """Without the point of a key; as it is when somebody else took it out."""
    return replace(pathway, points=tuple(one.point for one in keyed(pathway.points) if one.key != key))


def moved_point(pathway: Pathway, key: str, before: str) -> Pathway:
    """With a point moved before another, or to the end; as it is when somebody else took it out."""
    moved = [one.point for one in keyed(pathway.points) if one.key == key]
    if not moved or key == before:
        return pathway
    return with_points(without_point(pathway, key), moved, before)


def all_of(changes: Sequence[Callable[[Pathway], Pathway]]) -> Callable[[Pathway], Pathway]:
    """The changes one after the other, as one."""

    def change(pathway: Pathway) -> Pathway:
        for one in changes:
            pathway = one(pathway)
        return pathway

    return change
