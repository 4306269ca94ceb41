"""Whether words stand together, one after the other, in what an entry tells. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from library.catalog.catalog import EntryDetails
from library.index.model import Term
from library.text import folded

_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


def holds(telling: EntryDetails, phrase: Sequence[str]) -> bool:
    """Whether a field of the entry has the words of a phrase in this order, the last perhaps unfinished."""
    return together(telling, [Term(word, prefix=at == len(phrase)) for at, word in enumerate(phrase, 1)])


def together(telling: EntryDetails, terms: Sequence[Term]) -> bool:
    """Whether the terms stand together in the entry's own title, or in its text. False for a single one."""
    if len(terms) < 2:
        return False
    words = " ".join([term.word for term in terms])
    wanted = f" {words}" if terms[-1].prefix else f" {words} "
    heading = telling.step_title if telling.number else telling.title
    return wanted in _plain(heading) or wanted in _plain(telling.text)


def _plain(field: str) -> str:
    """The words of a field with a space before, between and after."""
    if field.isascii() and "'" not in field:  # nearly every field; a fraction of the time
        return f" {' '.join(field.lower().translate(_SPACED).split())} "
    return folded(field)
