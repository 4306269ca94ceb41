"""Which words count as the same need, and whether a search offers asking. Pure."""

from __future__ import annotations

import hashlib

from library.index.stems import USUAL, stem_key
from library.model import Found
from library.search.query import read_query


def stems_of(query: str) -> frozenset[str]:
    """The stems of a query's words, by which searches and needs count as the same; empty: it is about nothing."""
    return frozenset(stem_key(term.word, USUAL) or term.word for term in read_query(query).content)


def need_id_of(query: str) -> str:
    """The id of the need for these words: equal for the same words in any order and form, on every machine.

    So two people who ask for the same thing, without seeing each other, have one need.
    """
    return hashlib.sha256(" ".join(sorted(stems_of(query))).encode()).hexdigest()[:16]


def has_words(query: str) -> bool:
    """Whether a query has words that a demo could be about: not only filters or punctuation."""
    return bool(read_query(query).content)


def can_ask(found: Found) -> bool:
    """Whether to offer asking: the query has words, and nothing answers it."""
    return not found.answers and has_words(found.query)
