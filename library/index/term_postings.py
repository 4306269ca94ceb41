"""TermPostings: the posting lists of a word, or of several, decoded only as far as a query needs them.

Owns lazy decoding. Does not read from the database and does not score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from library.index.postings import Codes, Ids, Packed, kinds_of, spans_of, unpack
from library.index.term_flags import PostingTier

_NEAR = 1_024
"""Up to so many entries it is faster to decode only the chunks around them."""
_BLOCK = 32_768
"""Entries decoded at once where the list itself is not needed: the arrays then fit into the processor's cache."""
_NOTHING = np.empty(0, np.intp), np.empty(0, np.uint8)


class TermPostings:
    """Lists in an index of ``size`` entries; ``several``: of several words, which may occur in the same entry."""

    def __init__(self, size: int, *, several: bool = False) -> None:
        self._size, self._several = size, several
        self._chunks: defaultdict[int, list[Packed]] = defaultdict(list)
        self._lists: dict[int, tuple[Ids, Codes]] = {}
        self._codes: Codes | None = None
        self._complete: set[int] = set()
        self._remaining: dict[int, list[Packed]] = {}

    def add(self, rows: Iterable[Packed]) -> None:
        """Add chunks of lists that were not read before, in the order of words, tiers and entries."""
        for row in rows:
            self._chunks[row[1]].append(row)

    def __bool__(self) -> bool:
        """Whether there are any chunks."""
        return bool(self._chunks)

    @property
    def frequency(self) -> int:
        """Document frequency: the number of entries."""
        return int(np.count_nonzero(self.codes())) if self._several else self.count(*PostingTier)

    def count(self, *kinds: PostingTier) -> int:
        """Entries in the lists of these tiers; with several words, an entry may count more than once."""
        return sum(row[4] for kind in kinds if kind in self._chunks for row in self._chunks[kind])

    def list(self, kind: int) -> tuple[Ids, Codes]:
        """The list of a tier with its codes, unordered; with several words, an entry may occur more than once."""
        if kind not in self._lists:
            self._lists[kind] = self._unpacked(self._chunks[kind]) if kind in self._chunks else _NOTHING
        return self._lists[kind]

    def _unpacked(self, chunks: Sequence[Packed]) -> tuple[Ids, Codes]:
        ids, codes = unpack(chunks)
        if any(chunk[3] >= self._size for chunk in chunks):  # written since the stats were read
            inside = ids < self._size
            ids, codes = ids.compress(inside), codes.compress(inside)
        return ids, codes

    def codes(self) -> Codes:
        """The code of every entry of the index, 0 for none; with several words, the best one."""
        codes = self._decoded
        for kind in sorted(self._chunks.keys() - self._complete):
            self._decode_list(kind)
        return codes

    def codes_at(self, ids: Ids) -> Codes:
        """The codes of some entries. Lists that cannot change them are not decoded.

        Better tiers come first: an entry found there has no better code in the others.
        """
        found = self._decoded.take(ids)
        for kind in sorted(self._chunks.keys() - self._complete):
            missing = ids.compress(found == 0)
            if not len(missing):
                break
            if self._several or len(missing) > _NEAR:
                self._decode_list(kind)
            else:
                self._decode_around(kind, missing)
            found = self._decoded.take(ids)
        return found

    def _decode_list(self, kind: int) -> None:
        if kind in self._lists:
            self._store(*self._lists[kind])
        else:
            self._decode(self._chunks[kind])
        self._complete.add(kind)

    def _decode(self, chunks: Sequence[Packed]) -> None:
        """Decode the codes of chunks, a block at a time, which takes little memory and reuses it."""
        start = entries = 0
        for end, chunk in enumerate(chunks, 1):
            entries += chunk[4]
            if entries >= _BLOCK or end == len(chunks):
                self._store(*self._unpacked(chunks[start:end]))
                start, entries = end, 0

    def _decode_around(self, kind: int, ids: Ids) -> None:
        """Decode the chunks that may hold one of the entries, each chunk once."""
        left = self._remaining.setdefault(kind, list(self._chunks[kind]))
        firsts, lasts = spans_of(left)
        ids = np.sort(ids)
        around = (np.searchsorted(ids, firsts) < np.searchsorted(ids, lasts, "right")).tolist()
        if some := list(compress(left, around)):
            self._decode(some)
            self._remaining[kind] = [chunk for chunk, here in zip(left, around, strict=True) if not here]
        if not self._remaining[kind]:
            self._complete.add(kind)

    def _store(self, ids: Ids, codes: Codes) -> None:
        if self._several:
            np.maximum.at(self._decoded, ids, codes)
        else:
            self._decoded[ids] = codes

    @property
    def _decoded(self) -> Codes:
        """The codes of the entries decoded so far."""
        if self._codes is None:
            self._codes = np.zeros(self._size, np.uint8)
        return self._codes


class JointPostings(TermPostings):
    """The entries that have every one of several words, each with the lowest of their codes.

    ``wholes``: whether each entry of the index is a whole demo.
    """

    def __init__(self, words: Sequence[TermPostings], wholes: NDArray[np.bool_]) -> None:
        super().__init__(len(wholes), several=True)
        codes = words[0].codes()
        for one in words[1:]:
            codes = np.minimum(codes, one.codes())
        ids = np.flatnonzero(codes)
        mine = codes.take(ids)
        kinds = kinds_of(mine, wholes.take(ids))
        for kind in np.unique(kinds).tolist():
            here = kinds == kind
            self._lists[kind] = ids.compress(here), mine.compress(here)
        self._codes, self._complete = codes, set(self._lists)

    def __bool__(self) -> bool:
        """Whether there are any entries."""
        return bool(self._lists)

    def count(self, *kinds: PostingTier) -> int:
        """Entries in the lists of these tiers."""
        return sum(len(self._lists[kind][0]) for kind in kinds if kind in self._lists)
