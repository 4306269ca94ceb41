"""Candidate entries of an IndexQuery, in batches: the likeliest first, so that later batches can be skipped.

Owns the choice by posting lists alone. Does not score.
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
"""With so many entries from the likelier lists of a term, its less likely lists are not read."""
MOST = 40_000
"""Most entries scored for one query: the likeliest and the newest."""
AT_ONCE = 4_000
"""With several terms: up to so many entries of the rarest one, all are scored at once."""
_BEST = 600
"""Entries used to find the best demos."""
_PARTS = 64
"""Most entries of one demo that are scored again to find its best steps."""
_HEAVIEST = 2
"""Terms whose likelier lists are looked through before those of the rarest."""
_BUCKETS = 1_000  # buckets for the bounds of scores; a finer order is not needed

Mask = NDArray[np.bool_]


class Limits(NamedTuple):
    """How many entries a query may use. Tests compare ``BOUNDED`` results with those of ``UNBOUNDED``."""

    enough: int = ENOUGH
    most: int = MOST
    best: int = _BEST
    at_once: int = AT_ONCE


BOUNDED, UNBOUNDED = Limits(), Limits(1 << 60, 1 << 60, 1 << 60, 1 << 60)


class IndexQuery(NamedTuple):
    """A query for the index: an entry matches all ``terms``, or one of them with ``any_of``.

    ``idfs``: inverse document frequency of each term. ``allowed``: entries that pass the filters, None for all.
    ``today``: days since 1970.
    """

    terms: Sequence[TermReader]
    idfs: Sequence[float]
    any_of: bool
    allowed: Mask | None
    today: int


class CandidateBatch(NamedTuple):
    """Entries that may match, each once; a later batch may have them again.

    ``rest``: upper bound of the score of an entry that is in later batches only.
    """

    ids: Ids
    rest: float = 0.0


def candidate_batches(query: IndexQuery, stats: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """Entries that may match: those of every term with ``any_of``, else those of the rarest term."""
    if query.any_of:
        share = limits._replace(most=limits.most // len(query.terms))
        yield CandidateBatch(unique([_newest_likely(reader, share, query.allowed) for reader in query.terms], stats))
    elif len(query.terms) == 1:
        yield from _one_term(query, stats, limits)
    else:
        yield from _several_terms(query, stats, limits)


def _several_terms(query: IndexQuery, stats: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """First the entries with a term of high idf in a heading or several times, then all of the rarest."""
    rarest = min(query.terms, key=lambda reader: reader.count(*PostingTier))
    size = rarest.count(*PostingTier)
    if size > limits.at_once:
        rest = sum(query.idfs) * MOST_OF_ALL
        heaviest = sorted(zip(query.terms, query.idfs, strict=True), key=lambda one: -one[1])
        for place, (reader, value) in enumerate(heaviest[:_HEAVIEST]):
            if place and reader.count(*CODED) > size:  # then all of the rarest take no longer
                break
            rest -= value * (MOST_OF_ALL - MOST_OF_WEAK)
            yield CandidateBatch(unique([ids for ids, _ in reader.lists(*CODED)], stats), rest)
    lists = [ids for ids, _ in rarest.lists(*PostingTier)]
    if titles := [ids for ids, _ in rarest.lists(PostingTier.TITLE)]:  # the other terms may occur in the steps
        lists.append(entries_of(newest(np.concatenate(titles), limits.most // 8), stats))
    yield CandidateBatch(unique(lists, stats))


def _one_term(query: IndexQuery, stats: EntryStatsTable, limits: Limits) -> Iterator[CandidateBatch]:
    """The entries of the only term, those with the highest upper bound first."""
    found = list(_likeliest(query.terms[0], query.allowed, limits))
    if sum(len(one.ids) for one in found) > limits.best:
        ids = np.concatenate([one.ids for one in found])
        most = np.concatenate([
            ceilings(one.ids, one.codes, stats, query.today, titles=one.titles, prefixed=one.prefixed) for one in found
        ])  # fmt: skip
        buckets = (most * _BUCKETS).astype(np.intp)
        better = np.cumsum(np.bincount(buckets)[::-1])[::-1]  # entries in this bucket or a higher one
        for at_once in (limits.best, limits.best * 8):
            least = int(np.searchsorted(-better, -at_once, "right")) - 1
            yield CandidateBatch(unique([ids.compress(buckets >= least)], stats), least / _BUCKETS * query.idfs[0])
    yield CandidateBatch(unique([one.ids for one in found], stats))


class _Listed(NamedTuple):
    """Entries with their codes. ``titles``: all are whole demos with the term in title or tags.

    ``prefixed``: they hold longer words that begin with the term.
    """

    ids: Ids
    codes: Codes
    titles: bool
    prefixed: bool

    def where(self, mask: Mask) -> _Listed:
        return self._replace(ids=self.ids.compress(mask), codes=self.codes.compress(mask))


def _likeliest(reader: TermReader, allowed: Mask | None, limits: Limits) -> Iterator[_Listed]:
    """The allowed entries of a term's lists, likeliest lists first, until there are ``limits.enough``."""
    titles = list(_listed(reader, PostingTier.TITLE, allowed))
    first = [one.where(one.codes & BEGINS > 0) for one in titles]
    if sum(len(one.ids) for one in first) >= limits.enough:  # no other entry can rank higher
        yield from first
        return
    yield from titles
    count = sum(len(one.ids) for one in titles)
    for kind in (PostingTier.STRONG, PostingTier.WEAK, PostingTier.FAINT):
        if count >= limits.enough:
            return
        if kind not in CODED:
            reader.read_all()
        for one in _listed(reader, kind, allowed):
            yield one
            count += len(one.ids)


def _listed(reader: TermReader, kind: PostingTier, allowed: Mask | None) -> Iterator[_Listed]:
    for postings in reader.postings:
        one = _Listed(*postings.list(kind), kind is PostingTier.TITLE, postings is reader.prefixed)
        if len(one.ids):
            yield one if allowed is None else one.where(allowed.take(one.ids))


def _newest_likely(reader: TermReader, limits: Limits, allowed: Mask | None) -> Ids:
    """The newest of the likeliest entries of a term."""
    found = [newest(one.ids, limits.most) for one in _likeliest(reader, allowed, limits)]
    return np.concatenate(found) if found else np.empty(0, np.intp)


def newest(ids: Ids, most: int) -> Ids:
    """At most ``most`` of the entries. They are numbered in the order of insertion: the largest are the newest."""
    if len(ids) <= most:
        return ids
    chosen: Ids = ids[np.argpartition(ids, len(ids) - most)[len(ids) - most :]]
    return chosen


def unique(lists: Sequence[Ids], stats: EntryStatsTable) -> Ids:
    """The entries of all lists, each once, unordered."""
    lists = [ids for ids in lists if len(ids)]
    if not lists:
        return np.empty(0, np.intp)
    ids = lists[0] if len(lists) == 1 else np.concatenate(lists)
    if (np.diff(ids) > 0).all():  # nearly always: one sorted list
        return ids
    positions = np.arange(len(ids), dtype=np.int32)
    stats.scratch[ids] = positions  # the last position of each entry; sorting takes ten times as long
    return ids.compress(stats.scratch.take(ids) == positions)


def entries_of(wholes: Ids, stats: EntryStatsTable) -> Ids:
    """All entries of demos; ``wholes`` are the demos' first entries."""
    sizes = stats.sizes(wholes, _PARTS)
    before = np.cumsum(sizes) - sizes
    ids: Ids = np.arange(int(sizes.sum())) + np.repeat(wholes - before, sizes)
    return ids.compress(stats.days.take(ids) > 0)
