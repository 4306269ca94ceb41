"""Groups scored entries by demo and picks which steps are shown. Pure.

Owns which steps represent a demo, and the order of demos. Does not read the catalog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from library.index.model import ScoredEntry
from library.search.query import Reading

_HALF, _ROUNDING = 0.5, 1e-6
PER_DEMO = 3
"""Most hits of one demo while there are others to show."""


class Candidate(NamedTuple):
    """A scored entry with the reading of the query that it matches. ``score``: weighted by that reading."""

    entry: ScoredEntry
    reading: Reading
    score: float


class Group(NamedTuple):
    """The candidates of one demo; ``best`` are those to show, in order.

    ``met``: the share of the query's words that the demo has in any of its steps (0 to 1), by their number or their
    idfs, whichever is more; all words that nobody used count alike. ``titled``: whether its title has one. ``score``:
    by which demos are ranked.
    """

    whole: int
    first: Candidate
    best: tuple[Candidate, ...]
    met: float = 1.0
    score: float = 0.0
    titled: bool = False

    @property
    def partial(self) -> bool:
        """Whether the demo lacks some of the query's words."""
        return self.met < 1 - _ROUNDING

    @property
    def weak(self) -> bool:
        """Whether it has too few of the words to count as an answer: under half, or half and none in its title."""
        if not self.partial:
            return False
        return self.met < _HALF - _ROUNDING or (self.met < _HALF + _ROUNDING and not self.titled)


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
    """Group one demo's candidates: shown are the steps that match most terms, else the whole demo.

    Of steps that only show the words on the screen, one is enough.
    """
    if len(candidates) == 1:  # as with most words in titles
        return _ranked(whole, candidates, candidates)
    candidates.sort(key=_rank)
    met = [(round(one.entry.share, 3), one.entry.own) for one in candidates]
    most = max(met)
    fullest = [one for one, mine in zip(candidates, met, strict=True) if mine == most]
    steps = [one for one in fullest if one.entry.place] or fullest
    said = [one for one in steps if not one.entry.seen]
    return _ranked(whole, candidates, said or steps[:1])


def _ranked(whole: int, candidates: Sequence[Candidate], best: Sequence[Candidate]) -> Group:
    """A group with its rank: in a weak reading by all words that the demo has in any of its steps."""
    first = candidates[0]
    if not first.reading.any_of:
        return Group(whole, first, tuple(best), score=first.score)
    bits = 0
    for one in candidates:
        bits |= one.entry.met
    titled = any(one.entry.titled for one in candidates)
    share = sum(share for at, share in enumerate(first.reading.shares) if bits >> at & 1)
    met = max(bits.bit_count(), share * len(first.reading.terms)) / first.reading.asked
    return Group(whole, first, tuple(best), met, first.score / first.entry.share**2 * share**2, titled)


def _rank(one: Candidate) -> tuple[bool, float, int]:
    """Sort key, best first: matches of all words, then by score; of equals the earlier step."""
    return one.reading.any_of, -one.score, one.entry.place


def _group_rank(group: Group) -> tuple[bool, bool, float, int, int]:
    """Sort key, best first: as ``_rank``; of equals the newer demo."""
    return group.partial, group.weak, -group.score, -group.first.entry.day, -group.whole


def reweighed(groups: Sequence[Group], factors: Mapping[int, float]) -> list[Group]:
    """The groups with the scores of their shown entries multiplied by ``factors``, without entries that have none."""
    weighed = []
    for group in groups:
        best = [
            one._replace(score=one.score * factors[id_]) for one in group.best if (id_ := one.entry.entry_id) in factors
        ]
        if best:
            best.sort(key=_rank)
            favour = max(factors[one.entry.entry_id] for one in best)
            weighed.append(group._replace(best=tuple(best), score=group.score * favour))
    weighed.sort(key=_group_rank)
    return weighed


def chosen(groups: Sequence[Group], limit: int) -> list[Candidate]:
    """At most ``limit`` candidates; more than PER_DEMO of one demo only if the others leave places free."""
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [one for group in groups for one in group.best[:share]][:limit]
