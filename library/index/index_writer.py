"""Adds demos to the index and removes them, inside the caller's transaction.

Owns how entries are numbered. New entries go into the last chunk of a term's list; a removal rewrites the chunks that
hold the entries. Does not read for a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.documents import EntryStats, IndexedDemo, is_word
from library.index.entry_stats import append_stats, clear_stats
from library.index.inverter import Postings, gather, with_prefixes
from library.index.model import Session, as_json, stored_fact
from library.index.postings import Chunk, Run, kinds_of, pack, runs_of, without

NEXT = "next_entry"
"""Name of the fact with the number of the next entry. Numbers begin at 1 and are not reused."""
_AT_ONCE = 4_000  # lists read by one statement
_KIND_BITS, _ENTRY_BITS, _CODE_BITS = 2, 31, 8


class SortedPostings(NamedTuple):
    """Postings sorted by list and entry. ``words`` is sorted; ``lists`` holds word number and tier of each posting."""

    words: Sequence[str]
    lists: NDArray[np.int64]
    entries: NDArray[np.int32]
    codes: NDArray[np.uint8]
    postings: Postings


def sort_postings(stats: Sequence[EntryStats], postings: Postings) -> SortedPostings:
    """Sort the postings of consecutive demos into lists; the first entry is 0. Pure.

    They are sorted by word, so that the database writes its pages in order.
    """
    words, word, entry, code = with_prefixes(postings)
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    wholes = np.array([one.place == 0 for one in stats], np.bool_)
    lists = rank[word] << _KIND_BITS | kinds_of(code, wholes[entry])
    keys = (lists << _ENTRY_BITS | entry) << _CODE_BITS | code
    keys.sort()  # packed in one number: argsort and take are three times as slow
    entries = (keys >> _CODE_BITS & (1 << _ENTRY_BITS) - 1).astype(np.int32)
    codes = (keys & (1 << _CODE_BITS) - 1).astype(np.uint8)
    return SortedPostings([words[at] for at in order], keys >> _ENTRY_BITS + _CODE_BITS, entries, codes, postings)


def next_entry(session: Session) -> int:
    """The number of the next entry."""
    return stored_fact(session, NEXT) or 1


def add(session: Session, first: int, stats: Sequence[EntryStats], added: SortedPostings) -> None:
    """Add consecutive demos to the index; ``first`` is the number of their first entry."""
    append_stats(session, first, stats)
    session.run("keep_fact", name=NEXT, value=first + len(stats))
    _add_lists(session, first, added)
    _count(session, added.postings, 1)


def remove(session: Session, whole: int, demo: IndexedDemo) -> None:
    """Remove a demo; ``demo`` must have the same entries as when it was added."""
    last, postings = whole + len(demo.stats) - 1, gather([demo])
    rows = session.fetch("chunks_over", words=as_json(with_prefixes(postings).words), first=whole, last=last)
    changed = without([Chunk._make(row) for row in rows], whole, last)
    gone = [old for old, new in changed if new is None or new.first != old.first]
    session.run_many("remove_chunk", [{"word": one.word, "kind": one.kind, "first": one.first} for one in gone])
    session.run_many("put_chunk", [new._asdict() for _, new in changed if new is not None])
    clear_stats(session, whole, len(demo.stats))
    _count(session, postings, -1)
    session.run("forget_words", words=as_json(postings.words))


def _add_lists(session: Session, first: int, added: SortedPostings) -> None:
    if not len(added.lists):
        return  # a demo without a word
    starts = np.flatnonzero(np.diff(added.lists, prepend=-1))
    numbers, kinds = added.lists[starts] >> _KIND_BITS, added.lists[starts] & (1 << _KIND_BITS) - 1
    keys = list(zip(map(added.words.__getitem__, numbers.tolist()), kinds.tolist(), strict=True))
    tails = _tails(session, keys) if first > 1 else {}
    runs: list[Run] = []
    for key, start, end in zip(keys, starts.tolist(), [*starts[1:].tolist(), len(added.lists)], strict=True):
        runs += runs_of(*key, start, end, tails.get(key))
    chunks = pack(runs, added.entries + np.int32(first), added.codes)
    session.run_many("put_chunk", [chunk._asdict() for chunk in chunks])


def _tails(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Chunk]:
    found: dict[tuple[str, int], Chunk] = {}
    for at in range(0, len(keys), _AT_ONCE):
        rows = session.fetch("tails", keys=as_json(keys[at : at + _AT_ONCE]))
        found |= {(row[0], row[1]): Chunk._make(row) for row in rows}
    return found


def _count(session: Session, postings: Postings, sign: int) -> None:
    """Add to the document frequency of each word; facets and acronyms are not counted."""
    counts = np.bincount(postings.word, minlength=len(postings.words)).tolist()
    mine = sorted((word, count) for word, count in zip(postings.words, counts, strict=True) if count)
    rows = [{"word": word, "count": sign * count} for word, count in mine if is_word(word)]
    session.run_many("count_word", rows)
