"""Phrase match: whether words are adjacent, in order, in the text of an entry. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from library.catalog.catalog import EntryDetails
from library.index.model import Term
from library.text import folded

_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


def contains_phrase(details: EntryDetails, phrase: Sequence[str]) -> bool:
    """Whether a field of the entry contains the phrase; its last word may be a prefix."""
    return adjacent(details, [Term(word, prefix=at == len(phrase)) for at, word in enumerate(phrase, 1)])


def adjacent(details: EntryDetails, terms: Sequence[Term]) -> bool:
    """Whether the terms are adjacent, in order, in the entry's title or text. False for a single one."""
    if len(terms) < 2:
        return False
    words = " ".join([term.word for term in terms])
    wanted = f" {words}" if terms[-1].prefix else f" {words} "
    heading = details.step_title if details.number else details.title
    return wanted in _plain(heading) or wanted in _plain(details.text)


def _plain(field: str) -> str:
    """The words of a field with a space before, between and after."""
    if field.isascii() and "'" not in field:  # nearly every field; a fraction of the time
        return f" {' '.join(field.lower().translate(_SPACED).split())} "
    return folded(field)
