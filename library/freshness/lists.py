"""Lists of demos that may be out of date, and of those whose owner is gone. Pure.

Owns the order: what most people reported comes first, because so many use it. No view is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from library.freshness.reasons import FreshnessReason, reasons_for
from library.learning.notes.model import Note
from library.learning.signals.signals import enough
from library.model import Demo


class StaleDemo(NamedTuple):
    """A demo that may be out of date, with why. ``people``: machines that told anything of it."""

    demo: Demo
    reasons: Sequence[FreshnessReason]
    people: int = 0

    @property
    def owner(self) -> str:
        """Who keeps it right."""
        return owner_of(self.demo)


def owner_of(demo: Demo) -> str:
    """Who keeps a demo right: its owner, else its author."""
    return demo.owner or demo.author


def stale_demos(
    demos: Iterable[Demo], notes: Iterable[Note], now_unix_ms: int, owner: str = ""
) -> Sequence[StaleDemo]:  # fmt: skip
    """The demos that may be out of date, of one owner or of all; those that most people reported first.

    An owner is told already what one person says. Of all demos, nothing is made of notes that are too few to say
    nothing of one person, as for all figures.
    """
    by_demo: defaultdict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_demo[note.demo_id].append(note)
    found = []
    for demo in demos:
        if owner and owner_of(demo).casefold() != owner.casefold():
            continue
        mine = by_demo[demo.demo_id]
        mine = mine if owner or enough(mine) else []
        if reasons := reasons_for(demo, mine, now_unix_ms, *([1] if owner else [])):
            found.append((len(mine), StaleDemo(demo, reasons, len({note.machine for note in mine}))))
    found.sort(key=lambda one: (-one[1].people, -one[0], one[1].demo.title.casefold()))
    return [one for _, one in found]
