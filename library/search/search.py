"""``search``: a query becomes hits, best first, each with the time to replay from.

Imports little: no video, audio or screens, and NumPy only when there are terms. The number of entries scored for a
keystroke is bounded in a library of any size. ``pause`` is called between the parts of the work and may raise
Cancelled, so that the next key stops the search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from library.catalog.catalog import Catalog, EntryDetails
from library.index.model import Term, no_pause
from library.index.ranking import PHRASE, used
from library.model import Found, Hit, LibraryError
from library.search.expansion import compounds_of
from library.search.grouping import PER_DEMO, Candidate, Group, chosen, grouped, reweighed
from library.search.lexical import DEEP, MORE, lexical_matches
from library.search.query import LONGEST_QUERY, Query, read_query
from library.search.snippet import Snippet, shown, snippet
from library.search.spelling import SpellingFix, replaced
from library.text import folded

_APART = 0.3
"""Factor for an entry that has the parts of a compound or phrase, but not adjacent."""
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


def search(catalog: Catalog, query: str, limit: int = 20, *, pause: Callable[[], None] = no_pause) -> Found:
    """Hits for the query as typed so far; the newest demos for an empty query.

    All words must match, the last as a prefix. When nothing matches all of them, another spelling of words that nobody
    used is tried, then some of the words: such hits are ``partial``, or ``nearest`` with few of the words. Hits of one
    demo are adjacent. ``start_ms``: the start of the step, of a demo without steps that of the sentence.
    Raises LibraryError when the catalog cannot be read, Cancelled when ``pause`` does, and nothing for any query text.
    """
    started = time.perf_counter()
    parsed = read_query(query)
    fix: SpellingFix | None = None
    hits: tuple[Hit, ...] = ()
    if parsed.terms:
        candidates, fix = lexical_matches(catalog, parsed, limit, pause)
        pause()
        hits = tuple(hits_of(catalog, parsed, candidates, limit))
    elif not parsed.words:
        hits = tuple(_newest(catalog, parsed, limit, pause))
    suggestion = replaced(query[:LONGEST_QUERY], fix.words) if fix else ""
    took_ms = round((time.perf_counter() - started) * 1000, 3)
    return Found(
        query=query[:LONGEST_QUERY], hits=hits, took_ms=took_ms, suggestion=suggestion, mended=bool(fix and hits)
    )


def hits_of(catalog: Catalog, parsed: Query, candidates: Sequence[Candidate], limit: int) -> Iterator[Hit]:
    """At most ``limit`` hits of candidates, best first."""
    groups = grouped(candidates)
    if not groups:
        return
    most = DEEP * PER_DEMO if parsed.phrases else limit + MORE
    top = chosen(groups, most)
    details = {one.entry_id: one for one in catalog.details([one.entry.entry_id for one in top])}
    factors = _factors(top, details, parsed, _uses(catalog, details))
    weighed = reweighed(groups, factors)
    by_whole = {group.whole: group for group in weighed}
    for one in chosen(weighed, limit):
        yield _hit_of(one, details[one.entry.entry_id], by_whole[one.entry.whole])


def _uses(catalog: Catalog, details: dict[int, EntryDetails]) -> Mapping[str, int]:
    try:
        return catalog.used(sorted({one.demo_id for one in details.values()}))
    except LibraryError:  # the search works without usage too
        return {}


def _factors(
    candidates: Sequence[Candidate], details: Mapping[int, EntryDetails], parsed: Query, uses: Mapping[str, int]
) -> dict[int, float]:
    """A factor for each entry that still exists and contains the phrases: for adjacent words, and for use."""
    factors, compounds = {}, {one.reading: compounds_of(one.reading.terms) for one in candidates}
    for one in candidates:
        mine = details.get(one.entry.entry_id)
        if mine is None or (parsed.phrases and not all(contains_phrase(mine, phrase) for phrase in parsed.phrases)):
            continue
        favour = PHRASE if adjacent(mine, one.reading.terms) else 1.0
        if not all(_compound_met(mine, term) for term in compounds[one.reading]):
            favour *= _APART
        times = uses.get(mine.demo_id, 0) if uses else 0
        factors[one.entry.entry_id] = favour * used(times)
    return factors


def _compound_met(details: EntryDetails, term: Term) -> bool:
    """Whether the entry has the term as one word, or the words of a variant next to each other."""
    fields = "".join(_plain(field) for field in (details.title, *details.tags, details.step_title, details.text))
    if f" {term.word}{'' if term.prefix else ' '}" in fields:
        return True
    met = [variant for variant in term.variants if all(f" {word} " in fields for word in variant)]
    return not met or any(len(variant) == 1 or f" {' '.join(variant)} " in fields for variant in met)


def _hit_of(one: Candidate, details: EntryDetails, group: Group) -> Hit:
    found, spoken_ms = shown(details.text, details.spoken, one.reading.terms)
    start_ms = details.start_ms if details.number or spoken_ms is None else spoken_ms
    return _hit(details, found, start_ms, one, group)


def _newest(catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]) -> Iterator[Hit]:
    entries = (
        [one.entry_id for one in catalog.match((), limit, filters=parsed.filters, pause=pause)]
        if parsed.filters
        else catalog.newest(limit)
    )
    for details in catalog.details(entries):
        yield _hit(details, snippet(details.text, ()), 0)


def _hit(
    details: EntryDetails, shown: Snippet, start_ms: int, one: Candidate | None = None, group: Group | None = None
) -> Hit:
    return Hit(
        demo_id=details.demo_id,
        title=details.title,
        step=details.number,
        step_title=details.step_title,
        start_ms=start_ms,
        snippet=shown.text,
        matches=shown.matches,
        score=round(one.score, 4) if one else 0.0,
        author=details.author,
        tags=details.tags,
        updated_unix_ms=details.updated_unix_ms,
        review_unix_ms=details.review_unix_ms or None,
        why="screen" if one and one.entry.seen else "words",
        partial=bool(group and group.partial),
        nearest=bool(group and group.weak),
    )


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
