"""What a search has read of the index, kept for the next keystroke: the columns, and the lists of the latest words.

Owns reading, and forgetting as soon as anybody has written. Refuses to decide what the answers are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from library.catalog import Term
from library.index.codes import Kind
from library.index.columns import Columns, read_columns
from library.index.layout import BEGUN, SHORT
from library.index.postings import Chunk, Codes, Ids, unpack
from library.statements import STATE, Session

_KEPT_BYTES = 64 << 20
_BEYOND = "\U0010ffff"
_MOST_CHUNKS = 6_000  # of one beginning of three letters and more
_NOTHING = np.empty(0, np.int32)


class Held(NamedTuple):
    """Where a word stands: its entries by kind of list, and the code of every entry there is (0: not there)."""

    lists: tuple[Ids, ...]
    codes: Codes
    holders: int


class Places(NamedTuple):
    """Where a term stands: the word itself, and longer words that begin so when it is unfinished."""

    whole: Held
    begun: Held | None
    holders: int

    def entries(self, *kinds: Kind) -> list[Ids]:
        """The entries of lists of these kinds; one may come more than once."""
        held = (self.whole,) if self.begun is None else (self.whole, self.begun)
        return [one.lists[kind] for one in held for kind in kinds if len(one.lists[kind])]


class Memory:
    """What was read. Used by one thread at a time."""

    def __init__(self) -> None:
        self._state = -1
        self._held: OrderedDict[str, Held] = OrderedDict()
        self.columns = Columns(*(np.empty(0, np.uint8) for _ in Columns._fields))  # type: ignore[arg-type]  # filled on first use
        self.total = 0

    def follow(self, session: Session) -> None:
        """Forget everything if somebody has written."""
        rows = session.ask("fact", name=STATE)
        state = int(rows[0][0]) if rows else 0
        if state != self._state:
            self._held.clear()
            self.columns = read_columns(session)
            self.total = int(np.count_nonzero(self.columns.days))
            self._state = state

    def places(self, session: Session, term: Term) -> Places:
        """Where a term stands."""
        whole = self._hold(term.word, lambda: session.ask("chunks_of", word=term.word))
        if not term.prefix:
            return Places(whole, None, whole.holders)
        begun = self._hold(BEGUN + term.word, lambda: _begun(session, term.word))
        return Places(whole, begun, whole.holders or begun.holders)

    def likely_places(self, session: Session, letters: str, enough: int) -> Places | None:
        """Where words stand that begin with one or two letters, in headings only; None when that is not enough.

        Half of all texts have words with a common letter: their lists would take longer to read than the answer may.
        """
        if not 0 < len(letters) <= SHORT:
            return None
        lists = [
            self._hold(f"{word}!", partial(session.ask, "likely_chunks_of", word=word, kind=int(Kind.STRONG)))
            for word in (letters, BEGUN + letters)
        ]
        places = Places(lists[0], lists[1], lists[0].holders or lists[1].holders)
        return places if sum(len(held.lists[Kind.TITLE]) for held in lists) >= enough else None

    def beginning(self, session: Session, name: str) -> Held:
        """Where the words stand that begin so, a facet's name included."""
        return self._hold(f"{name}…", lambda: _between(session, name) + session.ask("chunks_of", word=name))

    def _hold(self, key: str, read: Callable[[], list[tuple[object, ...]]]) -> Held:
        if (held := self._held.get(key)) is None:
            held = self._held[key] = _held([Chunk._make(row) for row in read()], len(self.columns.days))
            while len(self._held) > max(8, _KEPT_BYTES // max(1, 3 * len(held.codes))):
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return held


def _begun(session: Session, letters: str) -> list[tuple[object, ...]]:
    if len(letters) <= SHORT:
        return session.ask("chunks_of", word=BEGUN + letters)
    return _between(session, letters)


def _between(session: Session, letters: str) -> list[tuple[object, ...]]:
    return session.ask("chunks_between", word=letters, beyond=letters + _BEYOND, most=_MOST_CHUNKS)


def _held(chunks: list[Chunk], size: int) -> Held:
    codes = np.zeros(size, np.uint8)
    by_kind: dict[int, list[Chunk]] = {}
    for chunk in chunks:
        by_kind.setdefault(chunk.kind, []).append(chunk)
    lists = [_NOTHING] * len(Kind)
    several = len({chunk.word for chunk in chunks}) > 1
    for kind in sorted(by_kind, reverse=True):  # where words meet, the better code stays
        ids, values = unpack(by_kind[kind])
        inside = ids < size  # written since the columns were read
        if not inside.all():
            ids, values = ids[inside], values[inside]
        lists[kind] = ids
        if several:
            np.maximum.at(codes, ids, values)
        else:
            codes[ids] = values
    count = int(np.count_nonzero(codes)) if several else sum(len(ids) for ids in lists)
    return Held(tuple(lists), codes, count)
