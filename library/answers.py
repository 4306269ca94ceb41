"""Entries that answer become groups of a demo each, and the groups become what is told. Pure.

Owns which steps stand for a demo and in which order demos come. Refuses to look anything up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from library.catalog import Judged
from library.query import Reading

PER_DEMO = 3
"""Hits of one demo while others wait for a place."""


class Answer(NamedTuple):
    """An entry with the reading of the query it answers."""

    judged: Judged
    reading: Reading
    score: float

    @property
    def rank(self) -> tuple[bool, float, int]:
        """The smaller the better: every word met first, in whatever form; of equals the earlier step."""
        return self.reading.any_of, -self.score, self.judged.place


class Group(NamedTuple):
    """A demo's answers; ``best`` are those told, in order."""

    whole: int
    first: Answer
    best: tuple[Answer, ...]

    @property
    def rank(self) -> tuple[bool, float, int, int]:
        """The smaller the better; of equals the newer."""
        any_of, score, _ = self.first.rank
        return any_of, score, -self.first.judged.day, -self.whole


def answer(judged: Judged, reading: Reading) -> Answer:
    """An answer with its score by the reading's worth and how much of it was met."""
    return Answer(judged, reading, judged.score * reading.worth * judged.share**2)


def grouped(answers: Iterable[Answer]) -> list[Group]:
    """The answers by demo, best first."""
    by_demo: defaultdict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        by_demo[one.judged.whole].append(one)
    groups = (_group(whole, sorted(mine, key=lambda one: one.rank)) for whole, mine in by_demo.items())
    return sorted(groups, key=lambda group: group.rank)


def _group(whole: int, answers: Sequence[Answer]) -> Group:
    """One demo's answers. The steps that themselves say it stand for the demo; else the demo as a whole does."""
    most = max((round(one.judged.share, 3), one.judged.own) for one in answers)
    telling = [one for one in answers if (round(one.judged.share, 3), one.judged.own) == most]
    steps = [one for one in telling if one.judged.place]
    return Group(whole, answers[0], tuple(steps or telling))


def chosen(groups: Sequence[Group], limit: int) -> list[Answer]:
    """At most ``limit`` answers; a demo has more than PER_DEMO only while there is room to spare."""
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [one for group in groups for one in group.best[:share]][:limit]
