"""``ask``: the search by words and by meaning together, for a question that is complete.

While a question is typed only the words are searched, which takes a few milliseconds. Needs no sentence model: without
one it is the search by words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.index.model import ScoredEntry, no_pause
from library.meaning.meaning import MeaningSearch
from library.meaning.near import NearDemo
from library.model import Found, Hit
from library.search.fusion import joined
from library.search.grouping import PER_DEMO, Candidate
from library.search.query import Query, Reading, read_query
from library.search.search import hits_of, search
from library.search.unmentioned import doubted
from library.text import folded

_NEAREST = 5
"""Demos shown that are only the nearest."""
_BESIDE = 2
"""The same below answers."""


def ask(
    catalog: Catalog,
    meaning: MeaningSearch | None,
    query: str,
    limit: int = 20,
    *,
    pause: Callable[[], None] = no_pause,
) -> Found:
    """Hits for a complete question, best demo first. What is only the nearest comes last and is marked ``nearest``.

    Raises what ``search`` raises. Trouble with the model or its vectors is told by ``meaning.trouble``.
    """
    started = time.perf_counter()
    found = search(catalog, query, limit, pause=pause)
    parsed = read_query(query)
    if meaning is None or not meaning.ready or not parsed.terms or parsed.phrases:
        return found
    pause()
    passing = catalog.passing(parsed.filters) if parsed.filters else None
    among = {hit.demo_id for hit in found.hits} if passing is None else passing
    near, cutoff = meaning.nearest(parsed.words, limit, among, only=passing is not None)
    if not near:
        return found
    pause()
    near = doubted(catalog, parsed.words, near, cutoff)
    hits = tuple(_hits(catalog, parsed, found, near, cutoff))[:limit]
    took_ms = round((time.perf_counter() - started) * 1000, 3)
    return replace(found, hits=hits, mended=False, took_ms=took_ms)


def _hits(catalog: Catalog, parsed: Query, found: Found, near: Sequence[NearDemo], cutoff: float) -> Iterator[Hit]:
    wanted = folded(parsed.words)
    exact = {hit.demo_id for hit in found.hits if wanted in folded(hit.title)}
    by_words = [replace(hit, partial=True) for hit in found.hits] if found.mended else found.hits
    ranked = joined(by_words, near, cutoff, exact)
    answers, others = ([one for one in ranked if one.answers is kind] for kind in (True, False))
    shown = answers + others[: _BESIDE if answers else _NEAREST]
    meant = _meant(catalog, parsed, [one.near for one in shown if one.near and not one.whole])
    for one in shown:
        mine = one.hits if one.whole else (*meant.get(one.demo_id, ()), *one.hits)
        different = {hit.step: hit for hit in reversed(mine)}  # of a step found both ways the first
        for hit in sorted(different.values(), key=mine.index)[:PER_DEMO]:
            partial = hit.partial and not one.answers  # an answer by its meaning needs not all the words
            yield replace(hit, score=round(one.value, 4), partial=partial, nearest=not one.answers)


def _meant(catalog: Catalog, parsed: Query, near: Sequence[NearDemo]) -> dict[str, list[Hit]]:
    """A hit for the step nearest in meaning of each demo, with the query's words marked where it has some."""
    places = catalog.places([one.demo_id for one in near])
    reading = Reading(parsed.content)
    candidates = []
    for one in near:
        first, size = places.get(one.demo_id, (0, 0))
        if (at := next((entry for entry in one.entries if entry < size), None)) is not None:
            entry = ScoredEntry(first + at, first, at, day=0, score=one.likeness, share=1.0, own=0)
            candidates.append(Candidate(entry, reading, one.likeness))
    found: dict[str, list[Hit]] = {}
    for hit in hits_of(catalog, parsed, candidates, len(candidates)):
        found.setdefault(hit.demo_id, []).append(replace(hit, why="meaning"))
    return found
