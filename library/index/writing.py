"""The index as demos come and go: each change rewrites the end of a few lists, inside the caller's transaction.

Owns how entries are numbered and where their words go. A word's last chunk takes what is new; what is removed is taken
out of the chunks that hold it. Refuses to read for a search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from library.index.codes import kind_of
from library.index.columns import add_columns, clear_columns
from library.index.layout import BEGUN, FACET, Sheet
from library.index.postings import Chunk, Posting, append, pack, without
from library.statements import Session

NEXT = "next_entry"
"""The fact that says which number the next entry gets; numbers begin at 1 and are not used twice."""
_AT_ONCE = 4_000  # lists looked up with one question


def add(session: Session, sheets: Sequence[Sheet]) -> list[int]:
    """Put demos into the index; the entry of each as a whole."""
    rows = session.ask("fact", name=NEXT)
    at = int(rows[0][0]) if rows else 1
    wholes = []
    lists: dict[tuple[str, int], list[Posting]] = {}
    for sheet in sheets:
        wholes.append(at)
        for word, places in sheet.words.items():
            for place, code in places:
                key = word, int(kind_of(code, whole=not place))
                lists.setdefault(key, []).append(Posting(at + place, code))
        add_columns(session, at, sheet.columns)
        at += len(sheet.columns)
    session.run("keep_fact", name=NEXT, value=at)
    _add_lists(session, lists)
    _count(session, sheets, 1)
    return wholes


def remove(session: Session, whole: int, sheet: Sheet) -> None:
    """Take a demo out again; ``sheet`` is how it was laid out when it was put in."""
    last = whole + len(sheet.columns) - 1
    rows = session.ask("chunks_over", words=_json(list(sheet.words)), first=whole, last=last)
    for chunk in map(Chunk._make, rows):
        left = without(chunk, whole, last)
        if left is chunk:
            continue
        if left is None or left.first != chunk.first:
            session.run("remove_chunk", word=chunk.word, kind=chunk.kind, first=chunk.first)
        if left is not None:
            session.run("put_chunk", **left._asdict())
    clear_columns(session, whole, len(sheet.columns))
    _count(session, [sheet], -1)
    session.run("forget_words")


def _add_lists(session: Session, lists: dict[tuple[str, int], list[Posting]]) -> None:
    keys = list(lists)
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        tails = {(row[0], row[1]): Chunk._make(row) for row in session.ask("tails", keys=_json(some))}
        chunks: list[Chunk] = []
        for key in some:
            tail, new = tails.get(key), lists[key]
            chunks += append(tail, new) if tail else pack(*key, new)
        session.run_many("put_chunk", [chunk._asdict() for chunk in chunks])


def _count(session: Session, sheets: Iterable[Sheet], sign: int) -> None:
    counts: Counter[str] = Counter()
    for sheet in sheets:
        for word, places in sheet.words.items():
            if word[0] not in {BEGUN, FACET}:
                counts[word] += len(places)
    session.run_many("count_word", [{"word": word, "count": sign * count} for word, count in sorted(counts.items())])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
