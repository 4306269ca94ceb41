"""Runs one search: reads the terms' posting lists, turns filters into a mask, and calls the scorer.

Does not know how the index is stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from library.index.candidates import BOUNDED, IndexQuery, Limits
from library.index.documents import DAY_MS, FACET
from library.index.index_reader import IndexReader
from library.index.model import Filters, ScoredEntry, Session, Term
from library.index.ranking import idf
from library.index.scorer import score


def match(
    index: IndexReader, session: Session, terms: Sequence[Term], demos: int, *, any_of: bool, filters: Filters,
    pause: Callable[[], None], limits: Limits = BOUNDED,
) -> list[ScoredEntry]:  # fmt: skip
    """See Catalog."""
    index.follow(session)
    readers = []
    for term in terms:
        pause()
        readers.append(index.term(term, likely=len(terms) == 1 and limits is BOUNDED))
    if not any_of and not all(one.postings for one in readers):
        return []
    allowed = _allowed(index, filters) if filters else None
    if not terms:
        return _newest(index, demos, allowed)
    today = int(time.time() * 1000) // DAY_MS
    idfs = [idf(index.total, one.frequency) for one in readers]
    query = IndexQuery(readers, idfs, any_of, allowed, today)
    return score(query, index.stats, demos, pause=pause, limits=limits)


def _allowed(index: IndexReader, filters: Filters) -> NDArray[np.bool_]:
    """The entries that pass the filters: a step by its demo's author, tags and age, and by its own program."""
    stats = index.stats
    wholes = np.arange(len(stats.days)) - stats.places
    allowed = stats.days > 0
    if filters.since_unix_ms:
        allowed &= stats.days >= filters.since_unix_ms // DAY_MS
    for name, words in (("author", filters.author), ("tag", filters.tag)):
        for word in words:
            allowed &= index.prefix_codes(f"{FACET}{name}:{word}").take(wholes) > 0
    for word in filters.app:
        there = index.prefix_codes(f"{FACET}app:{word}") > 0
        there[wholes[there]] = True  # the whole demo passes if one of its steps does
        allowed &= there
    return allowed


def _newest(index: IndexReader, demos: int, allowed: NDArray[np.bool_] | None) -> list[ScoredEntry]:
    stats = index.stats
    there = (stats.places == 0) & (stats.days > 0)
    wholes = np.flatnonzero(there if allowed is None else there & allowed)
    order = np.lexsort((-wholes, -stats.days[wholes].astype(np.int32)))[:demos]
    return [ScoredEntry(int(one), int(one), 0, int(stats.days[one]), 0.0, 1.0, 1) for one in wholes[order]]
