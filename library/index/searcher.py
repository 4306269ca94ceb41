"""A question to the index answered: words become places, filters a mask, and the scorer decides.

Owns how these come together for one search. Refuses to know how the index is kept.
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
from library.index.ranking import worth
from library.index.scorer import score


def match(
    memory: IndexReader, session: Session, terms: Sequence[Term], demos: int, *, any_of: bool, filters: Filters,
    pause: Callable[[], None], limits: Limits = BOUNDED,
) -> list[ScoredEntry]:  # fmt: skip
    """See Catalog."""
    memory.follow(session)
    places = []
    for term in terms:
        pause()
        places.append(memory.places(term, likely=len(terms) == 1 and limits is BOUNDED))
    if not any_of and not all(one.held for one in places):
        return []
    allowed = _allowed(memory, filters) if filters else None
    if not terms:
        return _newest(memory, demos, allowed)
    today = int(time.time() * 1000) // DAY_MS
    worths = [worth(memory.total, one.holders) for one in places]
    question = IndexQuery(places, worths, any_of, allowed, today)
    return score(question, memory.columns, demos, pause=pause, limits=limits)


def _allowed(memory: IndexReader, filters: Filters) -> NDArray[np.bool_]:
    """Which entries pass; a step passes with its demo's author, tags and age, and its own program."""
    columns = memory.columns
    wholes = np.arange(len(columns.days)) - columns.places
    allowed = columns.days > 0
    if filters.since_unix_ms:
        allowed &= columns.days >= filters.since_unix_ms // DAY_MS
    for name, words in (("author", filters.author), ("tag", filters.tag)):
        for word in words:
            allowed &= memory.beginning(f"{FACET}{name}:{word}").take(wholes) > 0
    for word in filters.app:
        there = memory.beginning(f"{FACET}app:{word}") > 0
        there[wholes[there]] = True  # the demo as a whole passes with any of its steps
        allowed &= there
    return allowed


def _newest(memory: IndexReader, demos: int, allowed: NDArray[np.bool_] | None) -> list[ScoredEntry]:
    columns = memory.columns
    there = (columns.places == 0) & (columns.days > 0)
    wholes = np.flatnonzero(there if allowed is None else there & allowed)
    order = np.lexsort((-wholes, -columns.days[wholes].astype(np.int32)))[:demos]
    return [ScoredEntry(int(one), int(one), 0, int(columns.days[one]), 0.0, 1.0, 1) for one in wholes[order]]
