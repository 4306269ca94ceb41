"""Whether words stand together, one after the other, in what an entry tells. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from library.catalog import Telling, Term
from library.text import folded


def holds(telling: Telling, phrase: Sequence[str]) -> bool:
    """Whether a field of the entry has the words of a phrase in this order, the last perhaps unfinished."""
    return together(telling, [Term(word, prefix=at == len(phrase)) for at, word in enumerate(phrase, 1)])


def together(telling: Telling, terms: Sequence[Term]) -> bool:
    """Whether the terms stand together in the entry's own title, or in its text. False for a single one."""
    if len(terms) < 2:
        return False
    pattern = _pattern(tuple(terms))
    heading = telling.step_title if telling.number else telling.title
    return any(pattern.search(_plain(field)) for field in (heading, telling.text))


def _plain(field: str) -> str:
    return field.casefold() if field.isascii() and "'" not in field else folded(field)


@lru_cache(64)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    words = r"[\W_]+".join(re.escape(term.word) for term in terms)
    return re.compile(rf"(?<![^\W_]){words}" + ("" if terms[-1].prefix else r"(?![^\W_])"))
