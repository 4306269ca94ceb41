"""IndexReader: reads entry statistics and posting lists, and caches them for the next keystroke.

Owns reading, lazy decoding, and dropping the cache when the index has changed. Does not score.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import compress

import numpy as np

from library.index.documents import LONGEST_PREFIX, PREFIX_MARK
from library.index.entry_stats import NO_STATS, read_stats
from library.index.model import STATE, Row, Session, Term, stored_fact
from library.index.postings import Codes, Ids, Packed, spans_of, unpack
from library.index.term_flags import PostingTier

_KEPT_BYTES = 64 << 20
_BEYOND = "\U0010ffff"
_MOST_CHUNKS = 6_000  # read for one prefix of three letters or more
_HEAP_RESERVE = 24 << 20
"""Bytes allocated and freed once: glibc then keeps that much for later searches. Otherwise every search returns its
memory to the system and gets it back page by page, which takes longer than the rest of the search."""
_VAGUE = 3  # letters; many words share a prefix of this length
_LARGE = 20_000  # entries; in a smaller index, skipping lists saves nothing
_NEAR = 1_024
"""Up to so many entries it is faster to decode only the chunks around them."""
_BLOCK = 32_768
"""Entries decoded at once where the list itself is not needed: the arrays then fit into the processor's cache."""
_NOTHING = np.empty(0, np.intp), np.empty(0, np.uint8)


class TermReader:
    """Posting lists of a term: of the exact word, and of longer words that begin with it for a prefix term.

    ``more`` reads the lists that were skipped; None when there are none.
    """

    def __init__(
        self, exact: TermPostings, prefixed: TermPostings | None, more: Callable[[], None] | None = None
    ) -> None:
        self.exact, self.prefixed, self._more = exact, prefixed, more
        self.postings = [one for one in (exact, prefixed) if one]

    def read_all(self) -> None:
        """Read the less likely lists too, if they were skipped."""
        if self._more:
            self._more()
            self._more = None
            self.postings = [one for one in (self.exact, self.prefixed) if one]

    @property
    def frequency(self) -> int:
        """Document frequency: entries with the exact word; if there are none, entries with longer words."""
        return self.exact.frequency or (self.prefixed.frequency if self.prefixed else 0)

    def count(self, *kinds: PostingTier) -> int:
        """Entries in the lists of these tiers; an entry may count more than once."""
        return sum(one.count(*kinds) for one in self.postings)

    def lists(self, *kinds: PostingTier) -> list[tuple[Ids, Codes]]:
        """The lists of these tiers with their codes; an entry may occur more than once."""
        return [one.list(kind) for one in self.postings for kind in kinds if one.count(kind)]

    def codes_at(self, ids: Ids) -> Codes:
        """The best code of each entry; 0 where the term does not occur."""
        codes = [one.codes_at(ids) for one in self.postings]
        return np.maximum(*codes) if len(codes) > 1 else codes[0] if codes else np.zeros(len(ids), np.uint8)


class IndexReader:
    """A caching reader of the index. Use it from one thread at a time."""

    def __init__(self) -> None:
        self._state = -1
        self._fetch: Callable[..., list[Row]] = lambda *_, **__: []  # until the first session
        self._cache: OrderedDict[Term, TermReader] = OrderedDict()
        self.stats = NO_STATS
        self.total = 0
        np.empty(_HEAP_RESERVE, np.uint8)

    def follow(self, session: Session) -> None:
        """Read from this session from now on; drop the cache if the index has changed since."""
        self._fetch = session.fetch
        state = stored_fact(session, STATE)
        if state != self._state:
            self.forget()
            self.stats = read_stats(session)
            self.total = int(np.count_nonzero(self.stats.days))
            self._state = state

    def forget(self) -> None:
        """Drop the cached posting lists."""
        self._cache.clear()

    def term(self, term: Term, *, likely: bool = False) -> TermReader:
        """The posting lists of a term. With ``likely``, only the likelier lists of a short prefix are read at first.

        Half of all texts hold a word with a common first letter; reading those lists takes longer than a search may.
        """
        if (reader := self._cache.get(term)) is None:
            reader = self._cache[term] = self._read(term, likely=likely)
            while len(self._cache) > max(8, _KEPT_BYTES // max(1, 6 * len(self.stats.days))):
                self._cache.popitem(last=False)
        self._cache.move_to_end(term)
        if not likely:
            reader.read_all()
        return reader

    def _read(self, term: Term, *, likely: bool) -> TermReader:
        size, short = len(self.stats.days), len(term.word) <= LONGEST_PREFIX
        exact, prefixed = TermPostings(size), TermPostings(size, several=not short) if term.prefix else None

        def read(least: PostingTier, most: PostingTier) -> None:
            split = _split(self._chunks(term, least, most), term.word)
            for postings, rows in zip((exact, prefixed), split, strict=True):
                if postings is not None:
                    postings.add(rows)

        if likely and term.prefix and len(term.word) <= _VAGUE and self.total > _LARGE:
            read(PostingTier.TITLE, PostingTier.STRONG)
            return TermReader(exact, prefixed, lambda: read(PostingTier.WEAK, PostingTier.FAINT))
        read(PostingTier.TITLE, PostingTier.FAINT)
        return TermReader(exact, prefixed)

    def _chunks(self, term: Term, least: PostingTier, most: PostingTier) -> list[Row]:
        kinds, fetch = {"least": int(least), "most": int(most)}, self._fetch
        if not term.prefix or len(term.word) <= LONGEST_PREFIX:
            other = PREFIX_MARK + term.word if term.prefix else term.word
            return fetch("chunks_of", word=term.word, other=other, **kinds)
        return fetch("chunks_from", word=term.word, beyond=term.word + _BEYOND, limit=_MOST_CHUNKS, **kinds)

    def prefix_codes(self, name: str) -> Codes:
        """For every entry the code of the words or facets that begin with ``name``; 0 for none."""
        return self.term(Term(name, prefix=True)).codes_at(np.arange(len(self.stats.days)))


def _split(rows: Sequence[Packed], word: str) -> tuple[Sequence[Packed], Sequence[Packed]]:
    """The chunks of the exact word, and the others."""
    exact = [row for row in rows if row[0] == word]
    return exact, [row for row in rows if row[0] != word] if len(exact) < len(rows) else []


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
