"""Where a word stands, as far as anybody asked: its chunks as they were read, unpacked list by list when needed.

Owns what was read of one word, or of all words with one beginning. Refuses to read, and to decide what is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np

from library.index.postings import Codes, Ids, Packed, spans_of, unpack
from library.index.term_flags import PostingTier

_NEAR = 1_024
"""Entries up to which it is faster to unpack only the chunks around them."""
_BLOCK = 32_768
"""Entries unpacked at once where nobody wants the list itself: what is made of them fits the processor's own memory."""
_NOTHING = np.empty(0, np.intp), np.empty(0, np.uint8)


class TermPostings:
    """The lists of a word in an index of ``size`` entries; ``several``: of more words than one, which may meet."""

    def __init__(self, size: int, *, several: bool = False) -> None:
        self._size, self._several = size, several
        self._chunks: defaultdict[int, list[Packed]] = defaultdict(list)
        self._lists: dict[int, tuple[Ids, Codes]] = {}
        self._codes: Codes | None = None
        self._built: set[int] = set()
        self._left: dict[int, list[Packed]] = {}

    def add(self, rows: Iterable[Packed]) -> None:
        """Chunks of lists that were not read before, in the order of words, kinds and entries."""
        for row in rows:
            self._chunks[row[1]].append(row)

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._chunks)

    @property
    def holders(self) -> int:
        """How many entries hold it."""
        return int(np.count_nonzero(self.codes())) if self._several else self.count(*PostingTier)

    def count(self, *kinds: PostingTier) -> int:
        """Entries of lists of these kinds; where words meet, one counts more than once."""
        return sum(row[4] for kind in kinds if kind in self._chunks for row in self._chunks[kind])

    def list(self, kind: int) -> tuple[Ids, Codes]:
        """A list with its codes, in no order; where words meet, an entry may come more than once."""
        if kind not in self._lists:
            self._lists[kind] = self._unpacked(self._chunks[kind]) if kind in self._chunks else _NOTHING
        return self._lists[kind]

    def _unpacked(self, chunks: Sequence[Packed]) -> tuple[Ids, Codes]:
        ids, codes = unpack(chunks)
        if any(chunk[3] >= self._size for chunk in chunks):  # written since the columns were read
            inside = ids < self._size
            ids, codes = ids.compress(inside), codes.compress(inside)
        return ids, codes

    def codes(self) -> Codes:
        """The code of every entry there is; 0: not there. Where words meet, the better."""
        codes = self._noted
        for kind in sorted(self._chunks.keys() - self._built):
            self._build(kind)
        return codes

    def codes_at(self, ids: Ids) -> Codes:
        """The codes of some entries; lists that can add nothing stay packed.

        The lists of better kinds come first: an entry found there has no better code in the others.
        """
        found = self._noted.take(ids)
        for kind in sorted(self._chunks.keys() - self._built):
            missing = ids.compress(found == 0)
            if not len(missing):
                break
            if self._several or len(missing) > _NEAR:
                self._build(kind)
            else:
                self._look_around(kind, missing)
            found = self._noted.take(ids)
        return found

    def _build(self, kind: int) -> None:
        if kind in self._lists:
            self._put(*self._lists[kind])
        else:
            self._note(self._chunks[kind])
        self._built.add(kind)

    def _note(self, chunks: Sequence[Packed]) -> None:
        """Note the codes of chunks, some at a time: that takes little memory, and the same again and again."""
        start = entries = 0
        for end, chunk in enumerate(chunks, 1):
            entries += chunk[4]
            if entries >= _BLOCK or end == len(chunks):
                self._put(*self._unpacked(chunks[start:end]))
                start, entries = end, 0

    def _look_around(self, kind: int, ids: Ids) -> None:
        """Note the codes of the chunks that may hold one of the entries, each chunk once."""
        left = self._left.setdefault(kind, list(self._chunks[kind]))
        firsts, lasts = spans_of(left)
        ids = np.sort(ids)
        around = (np.searchsorted(ids, firsts) < np.searchsorted(ids, lasts, "right")).tolist()
        if some := list(compress(left, around)):
            self._note(some)
            self._left[kind] = [chunk for chunk, here in zip(left, around, strict=True) if not here]
        if not self._left[kind]:
            self._built.add(kind)

    def _put(self, ids: Ids, codes: Codes) -> None:
        if self._several:
            np.maximum.at(self._noted, ids, codes)
        else:
            self._noted[ids] = codes

    @property
    def _noted(self) -> Codes:
        """The codes of the entries looked at so far."""
        if self._codes is None:
            self._codes = np.zeros(self._size, np.uint8)
        return self._codes
