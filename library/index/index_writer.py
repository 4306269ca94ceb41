"""The index as demos come and go: each change rewrites the end of a few lists, inside the caller's transaction.

Owns how entries are numbered and where their words go. A word's last chunk takes what is new; what is removed is taken
out of the chunks that hold it. Refuses to read for a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.documents import FACET, EntryStats, IndexedDemo
from library.index.entry_stats import add_columns, clear_columns
from library.index.inverter import Postings, gather, with_beginnings
from library.index.model import Session, as_json
from library.index.postings import Chunk, Run, pack, runs_of, without
from library.index.term_flags import kind_of

NEXT = "next_entry"
"""The fact that says which number the next entry gets; numbers begin at 1 and are not used twice."""
_AT_ONCE = 4_000  # lists looked up with one question
_KIND_BITS, _ENTRY_BITS, _CODE_BITS = 2, 31, 8
_KINDS = np.array([[kind_of(code, whole=whole) for code in range(256)] for whole in (False, True)], np.int64)


class SortedPostings(NamedTuple):
    """What goes into lists, in their order: ``words`` sorted; of each place its list (word and kind), entry, code."""

    words: Sequence[str]
    lists: NDArray[np.int64]
    entries: NDArray[np.int32]
    codes: NDArray[np.uint8]
    postings: Postings


def lay_out(columns: Sequence[EntryStats], postings: Postings) -> SortedPostings:
    """Sort the postings of demos that follow each other into their lists, the first entry being 0. Pure.

    Sorted by word, so that the database writes its pages one after the other.
    """
    words, word, entry, code = with_beginnings(postings)
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    wholes = np.array([column.place == 0 for column in columns], np.int8)
    lists = rank[word] << _KIND_BITS | _KINDS[wholes[entry], code]
    keys = (lists << _ENTRY_BITS | entry) << _CODE_BITS | code
    keys.sort()  # all in one number: sorting places, and fetching what stands there, takes three times as long
    entries = (keys >> _CODE_BITS & (1 << _ENTRY_BITS) - 1).astype(np.int32)
    codes = (keys & (1 << _CODE_BITS) - 1).astype(np.uint8)
    return SortedPostings([words[at] for at in order], keys >> _ENTRY_BITS + _CODE_BITS, entries, codes, postings)


def next_entry(session: Session) -> int:
    """The number that the next entry gets."""
    rows = session.ask("fact", name=NEXT)
    return int(rows[0][0]) if rows else 1


def add(session: Session, first: int, columns: Sequence[EntryStats], laid: SortedPostings) -> None:
    """Put demos that follow each other into the index; ``first`` is the number of their first entry."""
    add_columns(session, first, columns)
    session.run("keep_fact", name=NEXT, value=first + len(columns))
    _add_lists(session, first, laid)
    _count(session, laid.postings, 1)


def remove(session: Session, whole: int, sheet: IndexedDemo) -> None:
    """Take a demo out again; ``sheet`` is how it was laid out when it was put in."""
    last, postings = whole + len(sheet.columns) - 1, gather([sheet])
    rows = session.ask("chunks_over", words=as_json(with_beginnings(postings).words), first=whole, last=last)
    changed = without([Chunk._make(row) for row in rows], whole, last)
    gone = [old for old, new in changed if new is None or new.first != old.first]
    session.run_many("remove_chunk", [{"word": one.word, "kind": one.kind, "first": one.first} for one in gone])
    session.run_many("put_chunk", [new._asdict() for _, new in changed if new is not None])
    clear_columns(session, whole, len(sheet.columns))
    _count(session, postings, -1)
    session.run("forget_words", words=as_json(postings.words))


def _add_lists(session: Session, first: int, laid: SortedPostings) -> None:
    if not len(laid.lists):
        return  # a demo without a word
    starts = np.flatnonzero(np.diff(laid.lists, prepend=-1))
    numbers, kinds = laid.lists[starts] >> _KIND_BITS, laid.lists[starts] & (1 << _KIND_BITS) - 1
    keys = list(zip(map(laid.words.__getitem__, numbers.tolist()), kinds.tolist(), strict=True))
    tails = _tails(session, keys) if first > 1 else {}
    runs: list[Run] = []
    for key, start, end in zip(keys, starts.tolist(), [*starts[1:].tolist(), len(laid.lists)], strict=True):
        runs += runs_of(*key, start, end, tails.get(key))
    chunks = pack(runs, laid.entries + np.int32(first), laid.codes)
    session.run_many("put_chunk", [chunk._asdict() for chunk in chunks])


def _tails(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Chunk]:
    found: dict[tuple[str, int], Chunk] = {}
    for at in range(0, len(keys), _AT_ONCE):
        rows = session.ask("tails", keys=as_json(keys[at : at + _AT_ONCE]))
        found |= {(row[0], row[1]): Chunk._make(row) for row in rows}
    return found


def _count(session: Session, postings: Postings, sign: int) -> None:
    """Words by the number of entries that hold them; facets are none."""
    counts = np.bincount(postings.word, minlength=len(postings.words)).tolist()
    mine = sorted((word, count) for word, count in zip(postings.words, counts, strict=True) if count)
    rows = [{"word": word, "count": sign * count} for word, count in mine if word[0] != FACET]
    session.run_many("count_word", rows)
