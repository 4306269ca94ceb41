"""Groups scored entries by demo and picks which steps are shown. Pure.

Owns which steps represent a demo, and the order of demos. Does not read the catalog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from library.index.model import ScoredEntry
from library.search.query import Reading

PER_DEMO = 3
"""Most hits of one demo while there are others to show."""


class Candidate(NamedTuple):
    """A scored entry with the reading of the query that it matches. ``score``: weighted by that reading."""

    entry: ScoredEntry
    reading: Reading
    score: float


class Group(NamedTuple):
    """The candidates of one demo; ``best`` are those to show, in order."""

    whole: int
    first: Candidate
    best: tuple[Candidate, ...]


def candidate_of(entry: ScoredEntry, reading: Reading) -> Candidate:
    """A candidate, its score weighted by the reading and by the share of terms that match."""
    return Candidate(entry, reading, entry.score * reading.weight * entry.share**2)


def grouped(candidates: Iterable[Candidate]) -> list[Group]:
    """The candidates grouped by demo, best first."""
    by_demo: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_demo[one.entry.whole].append(one)
    groups = [_group(whole, mine) for whole, mine in by_demo.items()]
    groups.sort(key=_group_rank)
    return groups


def _group(whole: int, candidates: list[Candidate]) -> Group:
    """Group one demo's candidates: shown are the steps that match most terms, else the whole demo."""
    if len(candidates) == 1:  # as with most words in titles
        return Group(whole, candidates[0], tuple(candidates))
    candidates.sort(key=_rank)
    met = [(round(one.entry.share, 3), one.entry.own) for one in candidates]
    most = max(met)
    fullest = [one for one, mine in zip(candidates, met, strict=True) if mine == most]
    steps = [one for one in fullest if one.entry.place]
    return Group(whole, candidates[0], tuple(steps or fullest))


def _rank(one: Candidate) -> tuple[bool, float, int]:
    """Sort key, best first: matches of all words, then by score; of equals the earlier step."""
    return one.reading.any_of, -one.score, one.entry.place


def _group_rank(group: Group) -> tuple[bool, float, int, int]:
    """Sort key, best first: as ``_rank``; of equals the newer demo."""
    first = group.first
    return first.reading.any_of, -first.score, -first.entry.day, -group.whole


def chosen(groups: Sequence[Group], limit: int) -> list[Candidate]:
    """At most ``limit`` candidates; more than PER_DEMO of one demo only if the others leave places free."""
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [one for group in groups for one in group.best[:share]][:limit]
