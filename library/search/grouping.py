"""Entries that answer become groups of a demo each, and the groups become what is told. Pure.

Owns which steps stand for a demo and in which order demos come. Refuses to look anything up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from library.index.model import ScoredEntry
from library.search.query import Reading

PER_DEMO = 3
"""Hits of one demo while others wait for a place."""


class Candidate(NamedTuple):
    """An entry with the reading of the query it answers."""

    judged: ScoredEntry
    reading: Reading
    score: float


class Group(NamedTuple):
    """A demo's answers; ``best`` are those told, in order."""

    whole: int
    first: Candidate
    best: tuple[Candidate, ...]


def answer(judged: ScoredEntry, reading: Reading) -> Candidate:
    """An answer with its score by the reading's worth and how much of it was met."""
    return Candidate(judged, reading, judged.score * reading.worth * judged.share**2)


def grouped(answers: Iterable[Candidate]) -> list[Group]:
    """The answers by demo, best first."""
    by_demo: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in answers:
        by_demo[one.judged.whole].append(one)
    groups = [_group(whole, mine) for whole, mine in by_demo.items()]
    groups.sort(key=_group_rank)
    return groups


def _group(whole: int, answers: list[Candidate]) -> Group:
    """One demo's answers. The steps that themselves say it stand for the demo; else the demo as a whole does."""
    if len(answers) == 1:  # as with most words that stand in titles
        return Group(whole, answers[0], tuple(answers))
    answers.sort(key=_rank)
    met = [(round(one.judged.share, 3), one.judged.own) for one in answers]
    most = max(met)
    telling = [one for one, mine in zip(answers, met, strict=True) if mine == most]
    steps = [one for one in telling if one.judged.place]
    return Group(whole, answers[0], tuple(steps or telling))


def _rank(one: Candidate) -> tuple[bool, float, int]:
    """The smaller the better: every word met first, in whatever form; of equals the earlier step."""
    return one.reading.any_of, -one.score, one.judged.place


def _group_rank(group: Group) -> tuple[bool, float, int, int]:
    """The smaller the better; of equals the newer."""
    first = group.first
    return first.reading.any_of, -first.score, -first.judged.day, -group.whole


def chosen(groups: Sequence[Group], limit: int) -> list[Candidate]:
    """At most ``limit`` answers; a demo has more than PER_DEMO only while there is room to spare."""
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [one for group in groups for one in group.best[:share]][:limit]
