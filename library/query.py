"""What was typed, read as words to look for: as it stands, and in weaker readings for when that finds hardly anything.

Pure. Owns unfinished words, the words around a question, and word endings. Refuses to look anything up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from library.catalog import Term
from library.text import tokens

LONGEST_QUERY, MOST_TERMS = 300, 12

_STEM_FROM = 5  # letters; shorter words have no ending to spare
_ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
# What people put around a question without looking for it.
_STOP_WORDS = frozenset(
    (
        *("a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for"),
        *("from", "go", "how", "i", "if", "im", "in", "into", "is", "it", "its", "me", "my", "need", "of", "on", "or"),
        *("our", "please", "should", "show", "so", "some", "that", "the", "their", "then", "there", "this", "to", "us"),
        *("want", "we", "what", "when", "where", "which", "with", "would", "you", "your"),
    )
)


class Reading(NamedTuple):
    """Terms of which all, or ``any_of``, are to be met; ``worth`` lowers what a weaker reading finds."""

    terms: tuple[Term, ...]
    any_of: bool = False
    worth: float = 1.0


def terms_of(query: str) -> tuple[Term, ...]:
    """The words to look for, each once; the last may be unfinished."""
    words = [token.word for token in tokens(query[:LONGEST_QUERY])]
    last = words[-1] if words else ""
    return tuple(Term(word, prefix=word == last) for word in dict.fromkeys(words))[-MOST_TERMS:]


def readings(terms: tuple[Term, ...]) -> Iterator[Reading]:
    """A query as typed, then weaker: without the words around the question, with other endings, any of the words."""
    yield Reading(terms)
    content = tuple(term for term in terms if term.word not in _STOP_WORDS) or terms
    if len(content) < len(terms):
        yield Reading(content, worth=0.9)
    stems = tuple(_stem(term) for term in content)
    if stems != content:
        yield Reading(stems, worth=0.7)
    if len(content) > 1:
        yield Reading(stems, any_of=True, worth=0.5)


def _stem(term: Term) -> Term:
    """The word without its ending, to be found with any: ``orders`` as ``order…``, ``raising`` as ``rais…``."""
    if len(term.word) < _STEM_FROM or not term.word.isascii():
        return term
    ending = next((end for end in _ENDINGS if term.word.endswith(end) and len(term.word) - len(end) >= 3), "")
    return Term(term.word.removesuffix(ending), prefix=True)
