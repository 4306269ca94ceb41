"""Query parser: terms, quoted phrases and filters of a typed query.

Pure. Owns prefix terms, quotes, filters like ``author:`` and stop words. Does not read the catalog.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from library.index.model import Filters, Term
from library.text import STOP_WORDS, tokens

LONGEST_QUERY, MOST_TERMS = 300, 12
FILTERS = ("author", "tag", "app", "since")

_FILTER = re.compile(r"(?<!\w)(author|tag|app|since):(\"[^\"]*\"?|\S*)", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„]([^\"“”„]*)([\"“”]?)")
_CAPITALS = re.compile(r"\b[A-Z0-9]*[A-Z][A-Z0-9]*\b")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NAMED_AGES = {"today": 0, "yesterday": 1, "week": 7, "month": 30, "year": 365}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


class Query(NamedTuple):
    """A parsed query: ``words`` is its text without filters, ``phrases`` are words that must be adjacent.

    ``content``: the terms without stop words; all of them when there are no others. ``capitals``: words that were
    written in capitals.
    """

    words: str
    terms: tuple[Term, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    filters: Filters = Filters()
    content: tuple[Term, ...] = ()
    capitals: frozenset[str] = frozenset()


class Reading(NamedTuple):
    """Terms of which all must match, or one with ``any_of``; ``weight`` is below 1 for a weaker reading.

    With ``any_of``, ``shares`` are those of the terms' total idf, and ``asked`` is the number of words asked for,
    unknown ones included.
    """

    terms: tuple[Term, ...]
    any_of: bool = False
    weight: float = 1.0
    shares: tuple[float, ...] = ()
    asked: int = 0


def read_query(query: str, now_unix_ms: int | None = None) -> Query:
    """Parse a query as typed so far. A filter without a value, or with a date that cannot be parsed, is ignored."""
    query = query[:LONGEST_QUERY]
    filters: dict[str, tuple[str, ...]] = {}
    since = 0
    for name, value in _FILTER.findall(query):
        if name.lower() == "since":
            since = _moment(value.strip('"'), now_unix_ms or round(time.time() * 1000)) or since
        else:
            filters[name.lower()] = (*filters.get(name.lower(), ()), *(token.word for token in tokens(value)))
    words = _FILTER.sub(" ", query).strip()
    phrases = tuple(_phrases(words))
    closed = words.endswith(('"', "”")) and bool(phrases)
    terms = terms_of(words)
    if closed:
        terms = tuple(term._replace(prefix=False) for term in terms)
    capitals = frozenset(word.lower() for word in _CAPITALS.findall(words) if word != "I")  # the pronoun is always one
    content = content_of(terms, frozenset() if words == words.upper() else capitals)  # IT is no pronoun beside others
    return Query(words, terms, phrases, Filters(**filters, since_unix_ms=since), content, capitals)


def _phrases(words: str) -> Iterator[tuple[str, ...]]:
    for inside, _ in _QUOTED.findall(words):
        phrase = tuple(token.word for token in tokens(inside))
        if len(phrase) > 1:
            yield phrase


def _moment(value: str, now_unix_ms: int) -> int:
    """Unix time in ms of ``2026-11``, ``30d`` or ``week``, in UTC; 0 when it cannot be parsed."""
    value = value.lower()
    ago = _AGO.fullmatch(value)
    days = int(ago[1]) * _DAYS[ago[2]] if ago else _NAMED_AGES.get(value)
    if days is not None:
        return max(1, now_unix_ms - days * 86_400_000)
    if date := _DATE.fullmatch(value):
        try:
            moment = datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=UTC)
        except ValueError:
            return 0
        return max(1, round(moment.timestamp() * 1000))
    return 0


def terms_of(query: str) -> tuple[Term, ...]:
    """The terms of a query, each once; the last is a prefix."""
    words = [token.word for token in tokens(query[:LONGEST_QUERY])]
    last = words[-1] if words else ""
    return tuple(Term(word, prefix=word == last) for word in dict.fromkeys(words))[-MOST_TERMS:]


def readings(terms: tuple[Term, ...], content: tuple[Term, ...]) -> Iterator[Reading]:
    """The query as typed, then without stop words."""
    yield Reading(terms)
    if len(content) < len(terms):
        yield Reading(content, weight=0.9)


def content_of(terms: tuple[Term, ...], kept: frozenset[str] = frozenset()) -> tuple[Term, ...]:
    """The terms without stop words, but with those ``kept``; all of them when there are no others."""
    return tuple(term for term in terms if term.word not in STOP_WORDS or term.word in kept) or terms
