"""IndexReader: reads entry statistics and posting lists, and caches them for the next keystroke.

Owns reading, lazy decoding, and dropping the cache when the index has changed. Does not score.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce

import numpy as np

from library.index.documents import ACRONYM, LONGEST_PREFIX, PREFIX_MARK
from library.index.entry_stats import NO_STATS, read_stats
from library.index.model import STATE, Row, Session, Term, as_json, stored_fact
from library.index.postings import Codes, Ids, Packed
from library.index.ranking import WEIGHTS
from library.index.term_flags import PostingTier
from library.index.term_postings import JointPostings, TermPostings
from library.text import STOP_WORDS

_KEPT_BYTES = 64 << 20
_BEYOND = "\U0010ffff"
_MOST_CHUNKS = 6_000  # read for one prefix of three letters or more
_HEAP_RESERVE = 24 << 20
"""Bytes allocated and freed once: glibc then keeps that much for later searches. Otherwise every search returns its
memory to the system and gets it back page by page, which takes longer than the rest of the search."""
_SHORT = 3  # letters; a whole word so short is more likely meant than the many words that begin so
_VAGUE = 3  # letters; many words share a prefix of this length
_LARGE = 20_000  # entries; in a smaller index, skipping lists saves nothing


class TermReader:
    """Posting lists of a term: of the exact word, of its variants, and for a prefix term of longer words.

    ``more`` reads the lists that were skipped; None when there are none. ``unfinished``: the weight of longer words
    that begin with the term, against the exact word.
    """

    def __init__(
        self, exact: TermPostings, prefixed: TermPostings | None, more: Callable[[], None] | None = None, *,
        variants: Sequence[TermPostings] = (), unfinished: float = WEIGHTS.unfinished,
    ) -> None:  # fmt: skip
        self.exact, self.prefixed, self.variants, self._more = exact, prefixed, variants, more
        self._unfinished = unfinished
        self.postings = self._found()

    def _found(self) -> list[TermPostings]:
        return [one for one in (self.exact, *self.variants, self.prefixed) if one]

    def weight(self, postings: TermPostings) -> float:
        """The weight of one of ``postings`` against the exact word."""
        if postings is self.exact:
            return 1.0
        return self._unfinished if postings is self.prefixed else WEIGHTS.variant

    def read_all(self) -> None:
        """Read the less likely lists too, if they were skipped."""
        if self._more:
            self._more()
            self._more = None
            self.postings = self._found()

    @property
    def frequency(self) -> int:
        """Document frequency: entries with the exact word or its commonest variant; else those with longer words."""
        frequency = max(one.frequency for one in (self.exact, *self.variants))
        return frequency or (self.prefixed.frequency if self.prefixed else 0)

    def count(self, *kinds: PostingTier) -> int:
        """Entries in the lists of these tiers; an entry may count more than once."""
        return sum(one.count(*kinds) for one in self.postings)

    def lists(self, *kinds: PostingTier) -> list[tuple[Ids, Codes]]:
        """The lists of these tiers with their codes; an entry may occur more than once."""
        return [one.list(kind) for one in self.postings for kind in kinds if one.count(kind)]

    def codes_at(self, ids: Ids) -> Codes:
        """The best code of each entry; 0 where the term does not occur."""
        codes = [one.codes_at(ids) for one in self.postings]
        return reduce(np.maximum, codes) if codes else np.zeros(len(ids), np.uint8)


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
            more = partial(read, PostingTier.WEAK, PostingTier.FAINT)
            return TermReader(exact, prefixed, more, unfinished=self._unfinished(term))
        read(PostingTier.TITLE, PostingTier.FAINT)
        variants = list(self._variants(term))
        return TermReader(exact, prefixed, variants=variants, unfinished=self._unfinished(term))

    def _unfinished(self, term: Term) -> float:
        """The weight of longer words that begin with a term: low for a short one or an acronym that the library has."""
        acronym = next((words[0] for words in term.variants if words[0].startswith(ACRONYM)), "")
        if not term.prefix or not (acronym or (len(term.word) <= _SHORT and term.word not in STOP_WORDS)):
            return WEIGHTS.unfinished
        kinds = {"least": int(PostingTier.TITLE), "most": int(PostingTier.WEAK)}
        said = self._fetch("chunks_of", word=term.word, other=acronym or term.word, **kinds)
        return WEIGHTS.short_unfinished if said else WEIGHTS.unfinished

    def _variants(self, term: Term) -> Iterator[TermPostings]:
        """The lists of a term's variants: of all single words together, and of each group of words."""
        if not term.variants:
            return
        words = sorted({word for variant in term.variants for word in variant})
        rows: dict[str, list[Row]] = {}
        for row in self._fetch("chunks_in", words=as_json(words)):
            rows.setdefault(row[0], []).append(row)
        size, single = len(self.stats.days), TermPostings(len(self.stats.days), several=True)
        for variant in term.variants:
            if len(variant) == 1:
                single.add(rows.get(variant[0], ()))
            elif all(word in rows for word in variant):
                joint = [TermPostings(size) for _ in variant]
                for postings, word in zip(joint, variant, strict=True):
                    postings.add(rows[word])
                yield JointPostings(joint, self.stats.places == 0)
        if single:
            yield single

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
