"""Search as you type: a query becomes hits, best first, each with the moment to replay from.

Owns how answers are found, grouped and told. Light on purpose: it loads neither pictures, sound nor screens.
However large the library, a keystroke looks at a bounded number of candidates and tells only of the hits it returns.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from library.catalog import Catalog, Entry, Telling, Term
from library.model import Found, Hit
from library.query import LONGEST_QUERY, Reading, readings, terms_of
from library.ranking import Judge, Judged
from library.snippet import Snippet, moment, snippet
from library.spelling import better_spelling

CANDIDATES = 160
"""Entries judged to find the best demos; then all parts of these demos are."""
PER_DEMO = 3
"""Hits of one demo while others wait for a place."""

_FEW = 5  # fewer answers than this, and a weaker reading of the query is tried too
_LEAST_SHARE = 1 / 3  # of what the words are worth; an answer that met only the common ones is none
_MOST_PARTS = 30  # of one demo, on average, that are judged to find its best steps


class _Answer(NamedTuple):
    judged: Judged
    reading: Reading

    @property
    def rank(self) -> tuple[bool, float]:
        """The smaller the better: every word met first, in whatever form."""
        return self.reading.any_of, -self.judged.score


class _Group(NamedTuple):
    """A demo's answers; ``best`` are those told, in order."""

    demo_id: str
    first: _Answer
    best: list[_Answer]

    @property
    def rank(self) -> tuple[bool, float, int]:
        """The smaller the better; of equals the newer."""
        return (*self.first.rank, -self.first.judged.entry.updated_unix_ms)


def search(catalog: Catalog, query: str, limit: int = 20) -> Found:
    """Hits for what was typed so far; the newest demos for an empty query.

    All words must be met, the last may be unfinished; when hardly anything has all of them, hits with some follow.
    Hits of one demo stand together. ``start_ms`` is when the words were said, else when the step begins. Raises
    LibraryError when the catalog cannot be read; never because of what was typed.
    """
    begun = time.perf_counter()
    query = query[:LONGEST_QUERY]
    terms = terms_of(query)
    hits: tuple[Hit, ...] = ()
    suggestion = ""
    if terms:
        groups = _best_groups(catalog, terms, limit)
        hits = tuple(_hits(catalog, _chosen(groups, limit)))
        complete = any(not group.first.reading.any_of for group in groups)
        suggestion = "" if complete else better_spelling(catalog, query, terms)
    elif not query.strip():
        hits = tuple(_newest(catalog, limit))
    took_ms = round((time.perf_counter() - begun) * 1000, 3)
    return Found(query=query, hits=hits, took_ms=took_ms, suggestion=suggestion)


def _best_groups(catalog: Catalog, terms: tuple[Term, ...], limit: int) -> list[_Group]:
    """The best demos, best first, each with its best steps."""
    found: dict[int, _Answer] = {}
    for reading in readings(terms):
        if len(found) >= (1 if reading.any_of else min(_FEW, limit)):
            break
        for answer in _answers(catalog, reading, catalog.candidates(reading.terms, CANDIDATES, any_of=reading.any_of)):
            found.setdefault(answer.judged.entry.entry_id, answer)
    return _with_all_parts(catalog, _grouped(found.values())[:limit])


def _answers(catalog: Catalog, reading: Reading, entries: Iterable[Entry]) -> Iterator[_Answer]:
    if not entries:
        return
    judge = Judge(reading.terms, *catalog.frequencies(reading.terms), now_unix_ms=round(time.time() * 1000))
    for entry in entries:
        judged = judge.judge(entry)
        # What a step only inherits from its demo's title is no reason to show the step.
        if judged.own and judged.share >= (_LEAST_SHARE if reading.any_of else 1):
            yield _Answer(judged._replace(score=judged.score * reading.worth * judged.share**2), reading)


def _with_all_parts(catalog: Catalog, groups: Sequence[_Group]) -> list[_Group]:
    """The groups again, every part of their demos judged: capped candidates may lack a demo's best step."""
    by_reading: defaultdict[Reading, list[_Group]] = defaultdict(list)
    for group in groups:
        by_reading[group.first.reading].append(group)
    answers: dict[int, _Answer] = {}
    for reading, same in by_reading.items():
        parts = catalog.parts([group.demo_id for group in same], _MOST_PARTS * len(same))
        answers.update((a.judged.entry.entry_id, a) for group in same for a in group.best)
        answers.update((a.judged.entry.entry_id, a) for a in _answers(catalog, reading, parts))
    return _grouped(answers.values())


def _grouped(answers: Iterable[_Answer]) -> list[_Group]:
    by_demo: defaultdict[str, list[_Answer]] = defaultdict(list)
    for answer in answers:
        by_demo[answer.judged.entry.demo_id].append(answer)
    groups = (_group(demo_id, sorted(mine, key=lambda a: a.rank)) for demo_id, mine in by_demo.items())
    return sorted(groups, key=lambda group: group.rank)


def _group(demo_id: str, answers: list[_Answer]) -> _Group:
    """One demo's answers. The steps that themselves say it stand for the demo; else the demo as a whole does."""
    most = max((a.judged.share, a.judged.own) for a in answers)
    telling = [a for a in answers if (a.judged.share, a.judged.own) == most]
    steps = [a for a in telling if a.judged.entry.number]
    return _Group(demo_id, answers[0], steps or telling)


def _chosen(groups: Sequence[_Group], limit: int) -> list[_Answer]:
    """At most ``limit`` answers; a demo has more than PER_DEMO only while there is room to spare."""
    share = max(PER_DEMO, limit // len(groups)) if groups else 0
    return [answer for group in groups for answer in group.best[:share]][:limit]


def _hits(catalog: Catalog, answers: Sequence[_Answer]) -> Iterator[Hit]:
    by_id = {answer.judged.entry.entry_id: answer for answer in answers}
    for told in catalog.tell(list(by_id)):
        answer = by_id[told.entry_id]
        said = moment(told.spoken, answer.reading.terms)
        start_ms = told.start_ms if said is None else said
        yield _hit(told, snippet(told.text, answer.reading.terms), start_ms, answer.judged.score)


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
