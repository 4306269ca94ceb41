"""Signals: what is missing and which demos help, for whoever leads those that learn. Pure, but for ``signals``.

Counts no view. Says nothing of a demo with fewer than five notes or from fewer than three machines: so few answers are
known people. A demo's help is judged by the lower bound of Wilson's 95 % interval: 2 of 2 is not above 40 of 45.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from library.catalog.catalog import Catalog
from library.learning.needs.model import Need
from library.learning.needs.needs import Needs
from library.learning.notes.model import Note, NoteCounts, NoteKind
from library.learning.notes.notes import Notes, counted
from library.model import Demo

LEAST_NOTES, LEAST_MACHINES = 5, 3
_ORPHANED_DAYS = 180
_DAY_MS = 86_400_000
_WEEKS = 12
_Z = 1.96
NOBODY: Mapping[str, int] = {}
"""Nobody is said to be gone."""
_HELPS, _DOES_NOT = 0.5, 0.75
"""A demo helps whose lower bound is above the first; one does not whose upper bound is below the second."""


class DemoSignal(NamedTuple):
    """What is known of a demo. The counts are None where too few people said something.

    ``stale``: its review date has passed. ``orphaned``: its owner is gone: said to be, or no sign for 180 days.
    ``helps``: None where nothing is shown, or the answers do not decide it.
    """

    demo_id: str
    title: str
    owner: str
    counts: NoteCounts | None
    helps: bool | None = None
    stale: bool = False
    orphaned: bool = False


class WeekSignal(NamedTuple):
    """A week's answers in the whole library, from its first moment on; None where too few people gave them."""

    start_unix_ms: int
    helped: int | None
    stuck: int | None


class Signals(NamedTuple):
    """Figures of a library: needs that wait, most wanted first; demos, those that help least first; weeks in order."""

    needs: tuple[Need, ...]
    demos: tuple[DemoSignal, ...]
    weeks: tuple[WeekSignal, ...]
    answered: int = 0

    def that_help(self) -> Sequence[DemoSignal]:
        """The demos that help, surest first."""
        return [one for one in reversed(self.demos) if one.helps]

    def that_do_not(self) -> Sequence[DemoSignal]:
        """The demos that do not help, worst first."""
        return [one for one in self.demos if one.helps is False]

    def stale(self) -> Sequence[DemoSignal]:
        """The demos due for review, and those that several people say look different now."""
        return [one for one in self.demos if one.stale or (one.counts is not None and one.counts.outdated > 1)]

    def orphaned(self) -> Sequence[DemoSignal]:
        """The demos whose owner is gone."""
        return [one for one in self.demos if one.orphaned]


class Unhelpful(NamedTuple):
    """A demo with more answers that it did not help than that it did."""

    demo_id: str
    title: str
    helped: int
    did_not: int


def signals(
    catalog: Catalog, notes: Notes, needs: Needs, now_unix_ms: int | None = None, gone: Mapping[str, int] = NOBODY
) -> Signals:
    """The figures of a library now; ``gone``: as ``Leavers.gone``. Raises LibraryError."""
    now = round(time.time() * 1000) if now_unix_ms is None else now_unix_ms
    return made_of(catalog.list(), notes.every(), needs.every(), now, gone)


def made_of(
    demos: Sequence[Demo], notes: Sequence[Note], needs: Sequence[Need], now_unix_ms: int,
    gone: Mapping[str, int] = NOBODY,
) -> Signals:  # fmt: skip
    """The figures of these demos, notes and needs. Notes of removed demos do not count."""
    there = {demo.demo_id for demo in demos}
    notes = [note for note in notes if note.demo_id in there]
    by_demo: defaultdict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_demo[note.demo_id].append(note)
    seen = _last_signs(demos, notes)
    given: dict[str, int] = {}  # when somebody got a demo at the latest: a new owner may have given no sign yet
    for demo in demos:
        given[demo.owner or demo.author] = max(given.get(demo.owner or demo.author, 0), demo.updated_unix_ms)
    away = {name for name, at in given.items() if _away(name, seen.get(name), gone, now_unix_ms, at)}
    shown = [_of_demo(demo, by_demo[demo.demo_id], away, now_unix_ms) for demo in demos]
    shown.sort(key=lambda one: (wilson_bound(one.counts, upper=False) if one.counts else 1.1, one.title))
    waiting = tuple(need for need in needs if need.wanted)
    answered = sum(bool(need.demo_ids) for need in needs)
    return Signals(waiting, tuple(shown), tuple(_weeks(notes, now_unix_ms)), answered)


def _away(name: str, last: int | None, gone: Mapping[str, int], now_unix_ms: int, given: int) -> bool:
    """Whether a person gave no sign for long, or none since somebody said that they are gone."""
    if name.casefold() in gone and (last is None or last <= gone[name.casefold()]):
        return bool(name)
    return bool(name) and now_unix_ms - (given if last is None else last) > _ORPHANED_DAYS * _DAY_MS


def _of_demo(demo: Demo, notes: Sequence[Note], away: Collection[str], now_unix_ms: int) -> DemoSignal:
    owner = demo.owner or demo.author
    orphaned = owner in away
    counts = counted(notes) if enough(notes) else None
    return DemoSignal(
        demo.demo_id, demo.title, owner, counts, _helps(counts), demo.stale(now_unix_ms), orphaned
    )  # fmt: skip


def enough(notes: Sequence[Note]) -> bool:
    """Whether so many people said something that its sum says nothing of one of them."""
    return len(notes) >= LEAST_NOTES and len({note.machine for note in notes}) >= LEAST_MACHINES


def _helps(counts: NoteCounts | None) -> bool | None:
    if counts is None or not counts.answers:
        return None
    if wilson_bound(counts, upper=False) > _HELPS:
        return True
    return False if wilson_bound(counts, upper=True) < _DOES_NOT else None


def wilson_bound(counts: NoteCounts, *, upper: bool) -> float:
    """Lower or upper bound of the share that a demo helps (Wilson, 95 %); 0 or 1 without answers."""
    n = counts.answers
    if not n:
        return float(upper)
    share, sign = counts.helped / n, 1 if upper else -1
    spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return (share + _Z**2 / (2 * n) + sign * spread) / (1 + _Z**2 / n)


def _last_signs(demos: Iterable[Demo], notes: Iterable[Note]) -> dict[str, int]:
    """When each person last filed or changed a demo, or signed a note."""
    found: dict[str, int] = {}
    filed = [(demo.author, min(demo.created_unix_ms or demo.updated_unix_ms, demo.updated_unix_ms)) for demo in demos]
    changed = [(demo.edited_by or demo.filed_by, demo.updated_unix_ms) for demo in demos]
    for name, at in [*filed, *changed, *((note.who, note.at_unix_ms) for note in notes if note.who)]:
        found[name] = max(found.get(name, 0), at)
    return found


def _weeks(notes: Sequence[Note], now_unix_ms: int) -> Iterable[WeekSignal]:
    """The last weeks' answers. A note from a clock that is ahead counts for this week."""
    by_week: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        by_week[max(0, (now_unix_ms - note.at_unix_ms) // (7 * _DAY_MS))].append(note)
    for ago in reversed(range(_WEEKS)):
        mine = by_week[ago]
        kinds = [note.kind for note in mine] if enough(mine) else None
        start = now_unix_ms - (ago + 1) * 7 * _DAY_MS
        figures = (kinds.count(NoteKind.HELPED), kinds.count(NoteKind.STUCK)) if kinds is not None else (None, None)
        yield WeekSignal(start, *figures)


def unhelpful(demos: Iterable[Demo], notes: Iterable[Note]) -> Sequence[Unhelpful]:
    """Demos that did not help more often than they did, worst first."""
    by_demo: defaultdict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_demo[note.demo_id].append(note)
    counts = ((demo, counted(by_demo[demo.demo_id])) for demo in demos if demo.demo_id in by_demo)
    found = [Unhelpful(demo.demo_id, demo.title, of.helped, of.stuck) for demo, of in counts]
    return sorted((one for one in found if one.did_not > one.helped), key=lambda one: one.helped - one.did_not)
