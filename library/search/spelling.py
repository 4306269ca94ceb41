"""SpellingFix: spelling correction of a query, with the vocabulary of the library.

Similarity by rapidfuzz, weighted by word frequency, because a mistyped word is most likely a common one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from library.index.model import Term, Vocabulary
from library.text import STOP_WORDS, tokens

_SURE_FROM, _TWO_EDITS_FROM = 5, 8  # letters
_EDITS = 2  # at most
SHORTEST = 3
"""Shorter words have too many similar words."""
_LIKENESS = 60.0  # of 100; one letter wrong in three is 67
_CANDIDATES = 20
_FREQUENCY_WEIGHT = 2.0  # points for each factor of ten in frequency
_FIRST_LETTER = 3.0  # points for the same first letter: typos there are rare
_UNFINISHED = 6.0  # points less for a word that is similar to a prefix only
_MOST = 6
"""Most spellings of one word."""


class SpellingFix(NamedTuple):
    """The corrected terms; ``words``: the new spelling by the old one."""

    terms: tuple[Term, ...]
    words: Mapping[str, str]


_Spellings = Mapping[Term, tuple[str, float]]
"""A spelling for each unknown term, with its points."""


def spelling_fixes(
    terms: tuple[Term, ...], unknown: Sequence[Term], vocabulary: Mapping[str, int], *, sure: bool = False
) -> Iterator[SpellingFix]:
    """Corrections of the ``unknown`` terms, likeliest first: one term is varied at a time, the others at their best.

    ``sure``: only where the word is most likely mistyped, not another word.
    """
    options = {term: likely(term, vocabulary) for term in unknown}
    if sure:
        options = {term: [one for one in found if _surely(term.word, one[0])] for term, found in options.items()}
    if not options or not all(options.values()):
        return
    offered = set()
    for spellings in sorted(_combinations(options), key=_points, reverse=True):
        words = {term.word: word for term, (word, _) in spellings.items()}
        mended = tuple(dict.fromkeys(_mended(term, words) for term in terms))
        if mended not in offered:
            offered.add(mended)
            yield SpellingFix(mended, words)


def _mended(term: Term, words: Mapping[str, str]) -> Term:
    return Term(words[term.word], term.prefix) if term.word in words else term


def _surely(typed: str, meant: str) -> bool:
    """Whether a word is most likely mistyped: long, with its first letter, and one edit away, or two in a long word."""
    if len(typed) < _SURE_FROM or typed[0] != meant[0]:
        return False
    return _edits(typed, meant) <= 1 + (len(typed) >= _TWO_EDITS_FROM)


def _plausible(typed: str, meant: str) -> bool:
    """Whether a word may be mistyped: one edit away, or two in a longer word that begins with the same letter."""
    edits = _edits(typed, meant)
    return edits <= 1 or (edits == _EDITS and len(typed) > _SURE_FROM and typed[0] == meant[0])


def _edits(typed: str, meant: str) -> int:
    from rapidfuzz.distance import OSA

    return int(OSA.distance(typed, meant))


def _combinations(options: Mapping[Term, Sequence[tuple[str, float]]]) -> Iterator[_Spellings]:
    """The best spelling of every term, then each other spelling of one term with the best of the rest."""
    best = {term: found[0] for term, found in options.items()}
    yield best
    for term, found in options.items():
        for other in found[1:]:
            yield best | {term: other}


def _points(spellings: _Spellings) -> float:
    return sum(points for _, points in spellings.values())


def likely(term: Term, vocabulary: Mapping[str, int]) -> list[tuple[str, float]]:
    """The likeliest spellings with their points; a prefix term may also be a prefix of a longer word."""
    known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
    found = dict(_near(term.word, known))
    if term.prefix and len(term.word) > SHORTEST:
        for word, points in _near(term.word, known.prefixes(len(term.word))):
            found.setdefault(word, points - _UNFINISHED)
    found.pop(term.word, None)
    plausible = [one for one in found.items() if _plausible(term.word, one[0])]
    return sorted(plausible, key=lambda one: -one[1])[:_MOST]


def _near(word: str, vocabulary: Vocabulary) -> Iterator[tuple[str, float]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slack = 1 + len(word) // 4
    near = vocabulary.of_lengths(len(word) - slack, len(word) + slack)
    found = process.extract(
        word, near, scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS / 100, limit=_CANDIDATES
    )
    for candidate, likeness, _ in found:
        if candidate in STOP_WORDS:
            continue
        points = likeness * 100 + _FREQUENCY_WEIGHT * math.log10(1 + vocabulary[candidate])
        yield candidate, points + _FIRST_LETTER * (word[:1] == candidate[:1])


def replaced(query: str, words: Mapping[str, str]) -> str:
    """The query with the words replaced by their new spellings."""
    out, at = "", 0
    for token in tokens(query):
        out += query[at : token.start] + words.get(token.word, query[token.start : token.end])
        at = token.end
    return (out + query[at:]).strip()
