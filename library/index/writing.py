"""The index as demos come and go: each change rewrites the end of a few lists, inside the caller's transaction.

Owns how entries are numbered and where their words go. A word's last chunk takes what is new; what is removed is taken
out of the chunks that hold it. Refuses to read for a search.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from library.index.codes import kind_of
from library.index.columns import add_columns, clear_columns
from library.index.gathering import Postings, gather, with_beginnings
from library.index.layout import FACET, Column, Sheet
from library.index.packing import Run, pack, runs_of, without
from library.index.postings import Chunk
from library.statements import Session

NEXT = "next_entry"
"""The fact that says which number the next entry gets; numbers begin at 1 and are not used twice."""
_AT_ONCE = 4_000  # lists looked up with one question
_KINDS = np.array([[kind_of(code, whole=whole) for code in range(256)] for whole in (False, True)], np.int64)


def add(session: Session, columns: Sequence[Column], postings: Postings) -> int:
    """Put demos that follow each other into the index; the number of their first entry."""
    rows = session.ask("fact", name=NEXT)
    first = int(rows[0][0]) if rows else 1
    add_columns(session, first, columns)
    session.run("keep_fact", name=NEXT, value=first + len(columns))
    _add_lists(session, first, np.array([column.place == 0 for column in columns]), with_beginnings(postings))
    _count(session, postings, 1)
    return first


def remove(session: Session, whole: int, sheet: Sheet) -> None:
    """Take a demo out again; ``sheet`` is how it was laid out when it was put in."""
    last, postings = whole + len(sheet.columns) - 1, gather([sheet])
    rows = session.ask("chunks_over", words=_json(with_beginnings(postings).words), first=whole, last=last)
    changed = without([Chunk._make(row) for row in rows], whole, last)
    gone = [old for old, new in changed if new is None or new.first != old.first]
    session.run_many("remove_chunk", [{"word": one.word, "kind": one.kind, "first": one.first} for one in gone])
    session.run_many("put_chunk", [new._asdict() for _, new in changed if new is not None])
    clear_columns(session, whole, len(sheet.columns))
    _count(session, postings, -1)
    session.run("forget_words", words=_json(postings.words))


def _add_lists(session: Session, first: int, wholes: NDArray[np.bool_], postings: Postings) -> None:
    """Put the postings into their lists; sorted by word, so that the database writes its pages one after the other."""
    if not len(postings.word):
        return  # a demo without a word
    order = sorted(range(len(postings.words)), key=postings.words.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    lists = rank[postings.word] << 2 | _KINDS[wholes[postings.entry].astype(np.int8), postings.code]
    places = np.argsort(lists << 32 | postings.entry)
    lists, entries, codes = lists[places], postings.entry[places] + np.int32(first), postings.code[places]
    starts = np.flatnonzero(np.diff(lists, prepend=-1))
    keys = [(postings.words[order[key >> 2]], key & 3) for key in lists[starts].tolist()]
    tails = _tails(session, keys) if first > 1 else {}
    runs: list[Run] = []
    for key, start, end in zip(keys, starts.tolist(), [*starts[1:].tolist(), len(lists)], strict=True):
        runs += runs_of(*key, start, end, tails.get(key))
    session.run_many("put_chunk", [chunk._asdict() for chunk in pack(runs, entries, codes)])


def _tails(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Chunk]:
    found: dict[tuple[str, int], Chunk] = {}
    for at in range(0, len(keys), _AT_ONCE):
        rows = session.ask("tails", keys=_json(keys[at : at + _AT_ONCE]))
        found |= {(row[0], row[1]): Chunk._make(row) for row in rows}
    return found


def _count(session: Session, postings: Postings, sign: int) -> None:
    """Words by the number of entries that hold them; facets are none."""
    counts = np.bincount(postings.word, minlength=len(postings.words)).tolist()
    mine = sorted((word, count) for word, count in zip(postings.words, counts, strict=True) if count)
    rows = [{"word": word, "count": sign * count} for word, count in mine if word[0] != FACET]
    session.run_many("count_word", rows)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
