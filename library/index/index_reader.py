"""What a search has read of the index, kept for the next keystroke: the columns, and the lists of the latest words.

Owns reading, and forgetting as soon as anybody has written. Refuses to decide what the answers are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from library.index.documents import BEGUN, SHORT
from library.index.entry_stats import NO_COLUMNS, read_columns
from library.index.model import STATE, Row, Session, Term
from library.index.postings import Codes, Ids, Packed
from library.index.term_flags import PostingTier
from library.index.term_postings import TermPostings

_KEPT_BYTES = 64 << 20
_BEYOND = "\U0010ffff"
_MOST_CHUNKS = 6_000  # of one beginning of three letters and more
_LET_GO = 24 << 20
"""Bytes taken and given back once: the C library of Linux then keeps that much for the next search. Else every search
gives its memory back to the system and gets it again page by page, which takes longer than all the rest of it."""
_VAGUE = 3  # letters that many words begin with
_LARGE = 20_000  # entries of an index; in a smaller one it saves nothing to leave lists unread


class TermReader:
    """Where a term stands: the word itself, and longer words that begin so when it is unfinished.

    ``more`` reads the lists that were left unread; None when there are none.
    """

    def __init__(self, whole: TermPostings, begun: TermPostings | None, more: Callable[[], None] | None = None) -> None:
        self.whole, self.begun, self._more = whole, begun, more
        self.held = [one for one in (whole, begun) if one]

    def read_all(self) -> None:
        """Read the less likely lists, too, where they were left unread."""
        if self._more:
            self._more()
            self._more = None
            self.held = [one for one in (self.whole, self.begun) if one]

    @property
    def holders(self) -> int:
        """How many entries hold the word; where it is no word, how many hold longer ones."""
        return self.whole.holders or (self.begun.holders if self.begun else 0)

    def count(self, *kinds: PostingTier) -> int:
        """Entries of lists of these kinds; one may count more than once."""
        return sum(one.count(*kinds) for one in self.held)

    def lists(self, *kinds: PostingTier) -> list[tuple[Ids, Codes]]:
        """The lists of these kinds with their codes; an entry may come more than once."""
        return [one.list(kind) for one in self.held for kind in kinds if one.count(kind)]

    def codes_at(self, ids: Ids) -> Codes:
        """The better of each entry's codes."""
        codes = [one.codes_at(ids) for one in self.held]
        return np.maximum(*codes) if len(codes) > 1 else codes[0] if codes else np.zeros(len(ids), np.uint8)


class IndexReader:
    """What was read. Used by one thread at a time."""

    def __init__(self) -> None:
        self._state = -1
        self._ask: Callable[..., list[Row]] = lambda *_, **__: []  # until it follows a session
        self._held: OrderedDict[Term, TermReader] = OrderedDict()
        self.columns = NO_COLUMNS
        self.total = 0
        np.empty(_LET_GO, np.uint8)

    def follow(self, session: Session) -> None:
        """Read from this session from now on; forget everything if somebody has written."""
        self._ask = session.ask
        rows = session.ask("fact", name=STATE)
        state = int(rows[0][0]) if rows else 0
        if state != self._state:
            self.forget()
            self.columns = read_columns(session)
            self.total = int(np.count_nonzero(self.columns.days))
            self._state = state

    def forget(self) -> None:
        """Let the lists of words go."""
        self._held.clear()

    def places(self, term: Term, *, likely: bool = False) -> TermReader:
        """Where a term stands; ``likely``: of the first letters of longer words, headings at first.

        Half of all texts have words with a common letter: their lists would take longer to read than the answer may.
        """
        if (places := self._held.get(term)) is None:
            places = self._held[term] = self._read(term, likely=likely)
            while len(self._held) > max(8, _KEPT_BYTES // max(1, 6 * len(self.columns.days))):
                self._held.popitem(last=False)
        self._held.move_to_end(term)
        if not likely:
            places.read_all()
        return places

    def _read(self, term: Term, *, likely: bool) -> TermReader:
        size, short = len(self.columns.days), len(term.word) <= SHORT
        whole, begun = TermPostings(size), TermPostings(size, several=not short) if term.prefix else None

        def read(least: PostingTier, most: PostingTier) -> None:
            for held, rows in zip((whole, begun), _parted(self._chunks(term, least, most), term.word), strict=True):
                if held is not None:
                    held.add(rows)

        if likely and term.prefix and len(term.word) <= _VAGUE and self.total > _LARGE:
            read(PostingTier.TITLE, PostingTier.STRONG)
            return TermReader(whole, begun, lambda: read(PostingTier.WEAK, PostingTier.FAINT))
        read(PostingTier.TITLE, PostingTier.FAINT)
        return TermReader(whole, begun)

    def _chunks(self, term: Term, least: PostingTier, most: PostingTier) -> list[Row]:
        kinds, ask = {"least": int(least), "most": int(most)}, self._ask
        if not term.prefix or len(term.word) <= SHORT:
            other = BEGUN + term.word if term.prefix else term.word
            return ask("chunks_of", word=term.word, other=other, **kinds)
        return ask("chunks_from", word=term.word, beyond=term.word + _BEYOND, limit=_MOST_CHUNKS, **kinds)

    def beginning(self, name: str) -> Codes:
        """For every entry whether a word stands there that begins so, a facet's name included (0: no)."""
        places = self.places(Term(name, prefix=True))
        return places.codes_at(np.arange(len(self.columns.days)))


def _parted(rows: Sequence[Packed], word: str) -> tuple[Sequence[Packed], Sequence[Packed]]:
    """The chunks of the word itself, and the others."""
    whole = [row for row in rows if row[0] == word]
    return whole, [row for row in rows if row[0] != word] if len(whole) < len(rows) else []
