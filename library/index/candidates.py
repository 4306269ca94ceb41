"""Which entries are worth scoring, likeliest first, so that the others can be left alone when they cannot matter.

Owns choosing by lists alone. Refuses to score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.entry_stats import EntryStatsTable
from library.index.index_reader import TermReader
from library.index.postings import Codes, Ids
from library.index.score_tables import MOST_OF_ALL, MOST_OF_WEAK, ceilings
from library.index.term_flags import BEGINS, CODED, PostingTier

ENOUGH = 1_500
"""Entries from the likelier lists of a word beyond which its less likely lists are left unread."""
MOST = 40_000
"""Entries scored for one query; the likeliest and the newest."""
AT_ONCE = 4_000
"""Entries of the rarest of several words up to which all are looked at, whatever they can score."""
_BEST = 600
"""Entries looked at to find the best demos."""
_PARTS = 64
"""Entries of one demo that are scored again to find its best steps."""
_STEPS = 1_000  # of what an entry can score; there is no need to sort finer than this

Mask = NDArray[np.bool_]


class Limits(NamedTuple):
    """How much is looked at. ``UNBOUNDED`` is what the bounded answer is measured against."""

    enough: int = ENOUGH
    most: int = MOST
    best: int = _BEST
    at_once: int = AT_ONCE


BOUNDED, UNBOUNDED = Limits(), Limits(1 << 60, 1 << 60, 1 << 60, 1 << 60)


class IndexQuery(NamedTuple):
    """Terms with their places, of which all, or ``any_of``, are to be met; ``allowed``: by filters, None for all.

    ``worths``: what each term is worth.
    """

    places: Sequence[TermReader]
    worths: Sequence[float]
    any_of: bool
    allowed: Mask | None
    today: int


class CandidateBatch(NamedTuple):
    """Entries that may answer, each once.

    ``rest``: what an entry of later rounds can score at most.
    """

    ids: Ids
    rest: float = 0.0


def rounds(question: IndexQuery, columns: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """Entries that may answer: those of every term for any_of, else those of the rarest one."""
    if question.any_of:
        share = limits._replace(most=limits.most // len(question.places))
        yield CandidateBatch(
            unique([_newest_likely(places, share, question.allowed) for places in question.places], columns)
        )
    elif len(question.places) == 1:
        yield from _of_one(question, columns, limits)
    else:
        yield from _of_several(question, columns, limits)


def _of_several(question: IndexQuery, columns: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """Where the telling term is more than once in a text; then all entries of the rarest term."""
    rarest = min(question.places, key=lambda places: places.count(*PostingTier))
    if rarest.count(*PostingTier) > limits.at_once:
        telling = max(zip(question.places, question.worths, strict=True), key=lambda one: one[1])[0]
        most = [MOST_OF_WEAK if one is telling else MOST_OF_ALL for one in question.places]
        rest = sum(value * each for value, each in zip(question.worths, most, strict=True))
        yield CandidateBatch(unique([ids for ids, _ in telling.lists(*CODED)], columns), rest)
    lists = [ids for ids, _ in rarest.lists(*PostingTier)]
    if titles := [ids for ids, _ in rarest.lists(PostingTier.TITLE)]:  # the other words may stand in the steps
        lists.append(parts_of(newest(np.concatenate(titles), limits.most // 8), columns))
    yield CandidateBatch(unique(lists, columns))


def _of_one(question: IndexQuery, columns: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """The entries of the only word, those that can score most first."""
    found = list(_likeliest(question.places[0], question.allowed, limits))
    if sum(len(one.ids) for one in found) > limits.best:
        ids = np.concatenate([one.ids for one in found])
        most = np.concatenate([
            ceilings(one.ids, one.codes, columns, question.today, titles=one.titles, begun=one.begun) for one in found
        ])  # fmt: skip
        steps = (most * _STEPS).astype(np.intp)
        better = np.cumsum(np.bincount(steps)[::-1])[::-1]  # how many have so many steps or more
        for at_once in (limits.best, limits.best * 8):
            least = int(np.searchsorted(-better, -at_once, "right")) - 1
            yield CandidateBatch(unique([ids.compress(steps >= least)], columns), least / _STEPS * question.worths[0])
    yield CandidateBatch(unique([one.ids for one in found], columns))


class _Listed(NamedTuple):
    """Entries with their codes; ``titles``: all are wholes with the word in their title or tags."""

    ids: Ids
    codes: Codes
    titles: bool
    begun: bool

    def where(self, mask: Mask) -> _Listed:
        return self._replace(ids=self.ids.compress(mask), codes=self.codes.compress(mask))


def _likeliest(places: TermReader, allowed: Mask | None, limits: Limits) -> Iterator[_Listed]:
    """The allowed entries of a term's lists, likeliest lists first, until there are enough."""
    titles = list(_listed(places, PostingTier.TITLE, allowed))
    first = [one.where(one.codes & BEGINS > 0) for one in titles]
    if sum(len(one.ids) for one in first) >= limits.enough:  # none of the others can come before them
        yield from first
        return
    yield from titles
    count = sum(len(one.ids) for one in titles)
    for kind in (PostingTier.STRONG, PostingTier.WEAK, PostingTier.FAINT):
        if count >= limits.enough:
            return
        if kind not in CODED:
            places.read_all()
        for one in _listed(places, kind, allowed):
            yield one
            count += len(one.ids)


def _listed(places: TermReader, kind: PostingTier, allowed: Mask | None) -> Iterator[_Listed]:
    for held in places.held:
        one = _Listed(*held.list(kind), kind is PostingTier.TITLE, held is places.begun)
        if len(one.ids):
            yield one if allowed is None else one.where(allowed.take(one.ids))


def _newest_likely(places: TermReader, limits: Limits, allowed: Mask | None) -> Ids:
    """The likeliest entries of a term, and of these the newest."""
    found = [newest(one.ids, limits.most) for one in _likeliest(places, allowed, limits)]
    return np.concatenate(found) if found else np.empty(0, np.intp)


def newest(ids: Ids, most: int) -> Ids:
    """At most so many of them: entries are numbered as they are put, so the largest are the newest."""
    if len(ids) <= most:
        return ids
    chosen: Ids = ids[np.argpartition(ids, len(ids) - most)[len(ids) - most :]]
    return chosen


def unique(lists: Sequence[Ids], columns: EntryStatsTable) -> Ids:
    """Their entries, each once, in no order."""
    lists = [ids for ids in lists if len(ids)]
    if not lists:
        return np.empty(0, np.intp)
    ids = lists[0] if len(lists) == 1 else np.concatenate(lists)
    if (np.diff(ids) > 0).all():  # nearly always: the list of one word
        return ids
    places = np.arange(len(ids), dtype=np.int32)
    columns.scratch[ids] = places  # where an entry comes last; sorting takes ten times as long
    return ids.compress(columns.scratch.take(ids) == places)


def parts_of(wholes: Ids, columns: EntryStatsTable) -> Ids:
    """The entries of demos, given as wholes."""
    sizes = columns.sizes(wholes, _PARTS)
    before = np.cumsum(sizes) - sizes
    ids: Ids = np.arange(int(sizes.sum())) + np.repeat(wholes - before, sizes)
    return ids.compress(columns.days.take(ids) > 0)
