"""A better spelling for words no demo holds, from the words demos do hold.

Likeness by rapidfuzz, weighed with how often a word occurs: people who mistype mean the usual word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from library.catalog import Catalog, Term
from library.text import tokens

_SHORTEST = 3
"""Shorter words have too many neighbours to guess from."""
_LIKENESS = 60.0  # of 100; one letter wrong in three is 67
_CANDIDATES = 20
_FREQUENCY_WORTH = 2.0  # points of likeness for each tenfold frequency
_FIRST_LETTER = 3.0  # typos rarely hit the first letter


def better_spelling(catalog: Catalog, query: str, terms: Sequence[Term]) -> str:
    """The query with its unknown words replaced by their likeliest neighbours; empty when there is nothing better."""
    _, known = catalog.frequencies(terms)
    strange = {term.word for term, count in zip(terms, known, strict=True) if not count and len(term.word) >= _SHORTEST}
    if not strange:
        return ""
    vocabulary = catalog.vocabulary()
    mended = {word: best for word in strange if (best := nearest(word, vocabulary))}
    return _replaced(query, mended) if mended else ""


def nearest(word: str, vocabulary: Mapping[str, int]) -> str:
    """The word of the vocabulary most likely meant; empty when none is near."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    slack = 1 + len(word) // 4
    near: Iterable[str] = [w for w in vocabulary if abs(len(w) - len(word)) <= slack and not w.isdigit()]
    found = process.extract(
        word, near, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=_LIKENESS / 100, limit=_CANDIDATES
    )
    best = max(found, key=lambda one: _likelihood(word, one[0], one[1] * 100, vocabulary[one[0]]), default=None)
    return best[0] if best else ""


def _likelihood(word: str, candidate: str, likeness: float, frequency: int) -> float:
    return likeness + _FREQUENCY_WORTH * math.log10(1 + frequency) + _FIRST_LETTER * (word[:1] == candidate[:1])


def _replaced(query: str, mended: Mapping[str, str]) -> str:
    out, at = "", 0
    for token in tokens(query):
        out += query[at : token.start] + mended.get(token.word, query[token.start : token.end])
        at = token.end
    return (out + query[at:]).strip()
