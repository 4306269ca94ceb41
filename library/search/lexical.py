"""The lexical leg: from a query to candidates by its words, in readings from the strictest to the weakest.

Owns the order of readings: all words as typed, all words with their variants, another spelling of words that nobody
used, then some of the words. A word of the library is never changed. Does not group and does not make hits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from library.catalog.catalog import Catalog
from library.index.model import Term
from library.index.ranking import idf
from library.search.expansion import ACRONYM_LETTERS, expanded, synonyms_in
from library.search.grouping import Candidate, candidate_of
from library.search.query import Query, Reading, readings
from library.search.spelling import SHORTEST, SpellingFix, spelling_fixes
from library.text import tokens

FEW = 5
"""With fewer matches, a weaker reading of the query is tried too."""
MORE = 12
"""Demos matched beyond those shown: adjacent words may raise the rank of one."""
DEEP = 200
"""Demos matched for a quoted phrase."""
_FIXES = 8  # spellings tried
_BEGINNING = 4  # letters from which an unknown word may be the beginning of a longer one
_EXPANDED_WEIGHT, _SOME_WEIGHT = 0.85, 0.5


class Matches(NamedTuple):
    """Candidates, and the other spelling of the query that they match."""

    candidates: Sequence[Candidate]
    fix: SpellingFix | None = None


def lexical_matches(catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]) -> Matches:
    """The candidates of the strictest reading that finds any; of weaker ones too while there are few.

    Raises LibraryError, and Cancelled when ``pause`` does.
    """
    leg = _Leg(catalog, parsed, limit, pause)
    found = _Found()
    for reading in () if leg.has_acronyms else readings(parsed.terms, parsed.content):
        if found.demos >= min(FEW, limit):
            break
        found.add(leg.candidates(reading))
    if found.demos >= min(FEW, limit) and not leg.has_synonyms:
        return Matches(found.candidates)
    terms = leg.expanded_terms()
    if terms != parsed.content or leg.has_acronyms:  # else it is the reading before
        found.add(leg.candidates(Reading(terms, weight=_EXPANDED_WEIGHT)))
    if found.candidates:
        return Matches(found.candidates)
    return leg.weaker(terms)


class _Found:
    """Candidates, each entry once, of the strictest reading that has it."""

    def __init__(self) -> None:
        self._by_entry: dict[int, Candidate] = {}
        self._wholes: set[int] = set()

    def add(self, candidates: Iterable[Candidate]) -> None:
        for one in candidates:
            self._by_entry.setdefault(one.entry.entry_id, one)
            self._wholes.add(one.entry.whole)

    @property
    def candidates(self) -> list[Candidate]:
        return list(self._by_entry.values())

    @property
    def demos(self) -> int:
        return len(self._wholes)


class _Leg:
    def __init__(self, catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]) -> None:
        self._catalog, self._parsed, self._limit, self._pause = catalog, parsed, limit, pause
        self._words = [token.word for token in tokens(parsed.words)]

    @property
    def has_acronyms(self) -> bool:
        """Whether the query has short words in capitals: they are whole words, or the initials of some."""
        return any(len(word) in ACRONYM_LETTERS for word in self._parsed.capitals)

    @property
    def has_synonyms(self) -> bool:
        """Whether the library has synonyms of words of the query: then both are always looked for."""
        return any(synonyms_in(self._catalog, self._words))

    def candidates(self, reading: Reading) -> Iterator[Candidate]:
        demos = DEEP if self._parsed.phrases else self._limit + MORE
        scored = self._catalog.match(
            reading.terms, demos, any_of=reading.any_of, filters=self._parsed.filters, pause=self._pause
        )
        return (candidate_of(one, reading) for one in scored)

    def expanded_terms(self) -> tuple[Term, ...]:
        """The terms without stop words, with their variants; a word nobody used may be the beginning of one."""
        self._pause()
        terms = expanded(self._catalog, self._words, self._parsed.content, self._parsed.capitals)
        self._pause()
        _, counts = self._catalog.frequencies(terms)
        return tuple(
            term if count or len(term.word) < _BEGINNING else term._replace(prefix=True)
            for term, count in zip(terms, counts, strict=True)
        )

    def weaker(self, terms: tuple[Term, ...]) -> Matches:
        """Candidates when nothing has all words: of a surely mistyped word's spelling, else of some of the words."""
        self._pause()
        total, counts = self._catalog.frequencies(terms)
        known = [term for term, count in zip(terms, counts, strict=True) if count]
        unknown = [term for term, count in zip(terms, counts, strict=True) if not count]
        if unknown and known:
            found = self._respelled(terms, unknown, sure=True)
            if found.candidates:
                return found
        if known and not self._parsed.phrases:
            idfs = [idf(total, count) for count in counts if count]
            shares = tuple(one / sum(idfs) for one in idfs)
            asked = len(terms)
            reading = Reading(tuple(known), any_of=True, weight=_SOME_WEIGHT, shares=shares, asked=asked)
            return Matches(list(self.candidates(reading)))
        return self._respelled(terms, unknown, sure=False)

    def _respelled(self, terms: tuple[Term, ...], unknown: Sequence[Term], *, sure: bool) -> Matches:
        """Candidates for other spellings of the words that nobody used."""
        if not unknown or any(len(term.word) < SHORTEST for term in unknown):
            return Matches(())
        vocabulary = self._catalog.vocabulary()
        self._pause()
        first: SpellingFix | None = None
        for _, fix in zip(range(_FIXES), spelling_fixes(terms, unknown, vocabulary, sure=sure), strict=False):
            first = first or fix
            if candidates := list(self.candidates(Reading(fix.terms))):
                return Matches(candidates, fix)
        return Matches((), first)
