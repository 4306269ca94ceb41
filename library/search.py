"""Search as you type: a query becomes hits, best first, each with the moment to replay from.

Owns what a query means and how hits are grouped. Light on purpose: it loads neither pictures, sound nor screens.
However large the library, a keystroke looks at a bounded number of candidates and tells only of the hits it returns.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from library.catalog import Catalog, Entry, Telling, Term
from library.model import Found, Hit
from library.ranking import Judge, Judged
from library.snippet import Snippet, moment, snippet
from library.spelling import better_spelling
from library.text import tokens

CANDIDATES = 240
"""Entries judged for one query."""
PER_DEMO = 3
"""Hits of one demo while others wait for a place."""

_LONGEST_QUERY, _MOST_TERMS = 300, 12
_FEW = 5  # fewer answers than this, and a weaker reading of the query is tried too
_LEAST_SHARE = 1 / 3  # of what the words are worth; an answer that met only the common ones is none
_STEM_FROM = 5  # letters; shorter words have no ending to spare
_ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
_STOP_WORDS = frozenset(
    # What people put around a question without looking for it.
    {"a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from"}
    | {
        "go",
        "how",
        "i",
        "if",
        "im",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "need",
        "of",
        "on",
        "or",
        "our",
        "please",
    }
    | {
        "should",
        "show",
        "so",
        "some",
        "that",
        "the",
        "their",
        "then",
        "there",
        "this",
        "to",
        "us",
        "want",
        "we",
        "what",
    }
    | {"when", "where", "which", "with", "would", "you", "your"}
)


class _Answer(NamedTuple):
    judged: Judged
    terms: Sequence[Term]
    whole: bool  # every word was met, in whatever form


def search(catalog: Catalog, query: str, limit: int = 20) -> Found:
    """Hits for what was typed so far; the newest demos for an empty query.

    All words must be met, the last may be unfinished; when hardly anything has all of them, hits with some follow.
    Hits of one demo stand together. ``start_ms`` is when the words were said, else when the step begins. Raises
    LibraryError when the catalog cannot be read; never because of what was typed.
    """
    begun = time.perf_counter()
    query = query[:_LONGEST_QUERY]
    terms = terms_of(query)
    hits: tuple[Hit, ...] = ()
    suggestion = ""
    if terms:
        answers, complete = _answers(catalog, terms, limit)
        hits = tuple(_hits(catalog, _arranged(answers, limit)))
        suggestion = "" if complete else better_spelling(catalog, query, terms)
    elif not query.strip():
        hits = tuple(_newest(catalog, limit))
    took_ms = round((time.perf_counter() - begun) * 1000, 3)
    return Found(query=query, hits=hits, took_ms=took_ms, suggestion=suggestion)


def terms_of(query: str) -> tuple[Term, ...]:
    """The words to look for, each once; the last may be unfinished."""
    words = [token.word for token in tokens(query)]
    last = words[-1] if words else ""
    return tuple(Term(word, prefix=word == last) for word in dict.fromkeys(words))[-_MOST_TERMS:]


def _answers(catalog: Catalog, terms: Sequence[Term], limit: int) -> tuple[list[_Answer], bool]:
    """The answers in no order, and whether any holds all the words, in whatever form."""
    found: dict[int, _Answer] = {}
    for reading in _readings(terms):
        if len(found) >= (1 if reading.any_of else min(_FEW, limit)):
            break
        entries = catalog.candidates(reading.terms, CANDIDATES, any_of=reading.any_of)
        for judged in _judged(catalog, reading, entries):
            found.setdefault(judged.entry.entry_id, _Answer(judged, reading.terms, whole=not reading.any_of))
    return list(found.values()), any(answer.whole for answer in found.values())


class _Reading(NamedTuple):
    terms: Sequence[Term]
    any_of: bool
    worth: float


def _readings(terms: Sequence[Term]) -> Iterator[_Reading]:
    """A query as typed, then weaker: without the words around the question, with other endings, any of the words."""
    yield _Reading(terms, any_of=False, worth=1.0)
    content = [term for term in terms if term.word not in _STOP_WORDS] or list(terms)
    if len(content) < len(terms):
        yield _Reading(content, any_of=False, worth=0.9)
    stems = [_stem(term) for term in content]
    if stems != content:
        yield _Reading(stems, any_of=False, worth=0.7)
    if len(content) > 1:
        yield _Reading(stems, any_of=True, worth=0.5)


def _stem(term: Term) -> Term:
    """The word without its ending, to be found with any: ``orders`` as ``order…``, ``raising`` as ``rais…``."""
    if len(term.word) < _STEM_FROM or not term.word.isascii():
        return term
    ending = next((end for end in _ENDINGS if term.word.endswith(end) and len(term.word) - len(end) >= 3), "")
    return Term(term.word.removesuffix(ending), prefix=True)


def _judged(catalog: Catalog, reading: _Reading, entries: Iterable[Entry]) -> Iterator[Judged]:
    if not entries:
        return
    judge = Judge(reading.terms, *catalog.frequencies(reading.terms), now_unix_ms=round(time.time() * 1000))
    for entry in entries:
        judged = judge.judge(entry)
        if judged.share >= (_LEAST_SHARE if reading.any_of else 0):
            yield judged._replace(score=judged.score * reading.worth * judged.share**2)


def _arranged(answers: Iterable[_Answer], limit: int) -> list[_Answer]:
    """At most ``limit`` answers: demos by their best, and of each demo its best first."""
    by_demo = sorted(answers, key=lambda answer: answer.judged.entry.demo_id)
    groups = [_of_demo(list(group)) for _, group in groupby(by_demo, key=lambda answer: answer.judged.entry.demo_id)]
    groups.sort(key=lambda group: (not group.whole, -group.score, -group.best[0].judged.entry.updated_unix_ms))
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [answer for group in groups for answer in group.best[:share]][:limit]


class _Group(NamedTuple):
    whole: bool
    score: float
    best: list[_Answer]


def _of_demo(answers: list[_Answer]) -> _Group:
    """One demo's answers. The steps that themselves say it stand for the demo; else the demo as a whole does."""
    answers.sort(key=lambda answer: (not answer.whole, -answer.judged.score))
    first = answers[0]
    most = max((answer.judged.share, answer.judged.own) for answer in answers)
    telling = [answer for answer in answers if (answer.judged.share, answer.judged.own) == most]
    steps = [answer for answer in telling if answer.judged.entry.number]
    return _Group(first.whole, first.judged.score, steps or telling)


def _hits(catalog: Catalog, answers: Sequence[_Answer]) -> Iterator[Hit]:
    by_id = {answer.judged.entry.entry_id: answer for answer in answers}
    for told in catalog.tell(list(by_id)):
        answer = by_id[told.entry_id]
        said = moment(told.spoken, answer.terms)
        start_ms = told.start_ms if said is None else said
        yield _hit(told, snippet(told.text, answer.terms), start_ms, answer.judged.score)


def _newest(catalog: Catalog, limit: int) -> Iterator[Hit]:
    for told in catalog.tell(catalog.newest(limit)):
        yield _hit(told, snippet(told.text, ()), 0, 0.0)


def _hit(told: Telling, shown: Snippet, start_ms: int, score: float) -> Hit:
    return Hit(
        demo_id=told.demo_id,
        title=told.title,
        step=told.number,
        step_title=told.step_title,
        start_ms=start_ms,
        snippet=shown.text,
        matches=shown.matches,
        score=round(score, 4),
        author=told.author,
        tags=told.tags,
        updated_unix_ms=told.updated_unix_ms,
    )
