"""Better spellings for words no demo holds, from the words demos do hold.

Likeness by rapidfuzz, weighed with how often a word occurs: people who mistype mean the usual word.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from library.index.model import Term, Vocabulary
from library.text import tokens

SHORTEST = 3
"""Shorter words have too many neighbours to guess from."""
_LIKENESS = 60.0  # of 100; one letter wrong in three is 67
_CANDIDATES = 20
_FREQUENCY_WORTH = 2.0  # points of likeness for each tenfold frequency
_FIRST_LETTER = 3.0  # typos rarely hit the first letter
_UNFINISHED = 6.0  # points less for a word that is only like the beginning of a longer one
_MOST = 6
"""Spellings offered for one word."""


class SpellingFix(NamedTuple):
    """The terms with some words spelled otherwise; ``words`` says which became which."""

    terms: tuple[Term, ...]
    words: Mapping[str, str]


_Way = Mapping[Term, tuple[str, float]]
"""A spelling for each strange term, with its points."""


def mendings(terms: tuple[Term, ...], strange: Sequence[Term], vocabulary: Mapping[str, int]) -> Iterator[SpellingFix]:
    """Ways to spell ``strange`` terms otherwise, likeliest first: one is varied at a time, the others at their best."""
    options = {term: likely(term, vocabulary) for term in strange}
    if not options or not all(options.values()):
        return
    offered = set()
    for way in sorted(_ways(options), key=_points, reverse=True):
        words = {term.word: word for term, (word, _) in way.items()}
        mended = tuple(dict.fromkeys(Term(words.get(term.word, term.word), term.prefix) for term in terms))
        if mended not in offered:
            offered.add(mended)
            yield SpellingFix(mended, words)


def _ways(options: Mapping[Term, Sequence[tuple[str, float]]]) -> Iterator[_Way]:
    """All terms at their best, then each of the others in the place of one term's best."""
    best = {term: found[0] for term, found in options.items()}
    yield best
    for term, found in options.items():
        for other in found[1:]:
            yield best | {term: other}


def _points(way: _Way) -> float:
    return sum(points for _, points in way.values())


def likely(term: Term, vocabulary: Mapping[str, int]) -> list[tuple[str, float]]:
    """The words most likely meant, with points; the unfinished end of a longer word may be meant too."""
    known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
    found = dict(_near(term.word, known))
    if term.prefix and len(term.word) > SHORTEST:
        for word, points in _near(term.word, known.begun(len(term.word))):
            found.setdefault(word, points - _UNFINISHED)
    found.pop(term.word, None)
    return sorted(found.items(), key=lambda one: -one[1])[:_MOST]


def _near(word: str, vocabulary: Vocabulary) -> Iterator[tuple[str, float]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slack = 1 + len(word) // 4
    near = vocabulary.of_lengths(len(word) - slack, len(word) + slack)
    found = process.extract(
        word, near, scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS / 100, limit=_CANDIDATES
    )
    for candidate, likeness, _ in found:
        points = likeness * 100 + _FREQUENCY_WORTH * math.log10(1 + vocabulary[candidate])
        yield candidate, points + _FIRST_LETTER * (word[:1] == candidate[:1])


def replaced(query: str, words: Mapping[str, str]) -> str:
    """The query with words spelled otherwise."""
    out, at = "", 0
    for token in tokens(query):
        out += query[at : token.start] + words.get(token.word, query[token.start : token.end])
        at = token.end
    return (out + query[at:]).strip()
