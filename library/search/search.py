"""``search``: a query becomes hits, best first, each with the time to replay from.

Imports little: no video, audio or screens, and NumPy only when there are terms. The number of entries scored for a
keystroke is bounded in a library of any size. ``pause`` is called between the parts of the work and may raise
Cancelled, so that the next key stops the search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from library.catalog.catalog import Catalog, EntryDetails
from library.index.model import Term, no_pause
from library.index.ranking import PHRASE, used
from library.model import Found, Hit, LibraryError
from library.search.grouping import PER_DEMO, Candidate, candidate_of, chosen, grouped
from library.search.query import LONGEST_QUERY, Query, Reading, any_of, read_query, readings
from library.search.snippet import Snippet, shown, snippet
from library.search.spelling import SHORTEST, SpellingFix, replaced, spelling_fixes
from library.text import folded

_FEW = 5  # with fewer matches, a weaker reading of the query is tried too
_MORE = 12  # demos matched beyond those shown: adjacent words may raise the rank of one
_DEEP = 200  # demos matched for a quoted phrase
_FIXES = 8  # spellings tried
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


def search(catalog: Catalog, query: str, limit: int = 20, *, pause: Callable[[], None] = no_pause) -> Found:
    """Hits for the query as typed so far; the newest demos for an empty query.

    All words must match, the last as a prefix. When nothing matches all of them, other spellings are tried, then some
    of the words. Hits of one demo are adjacent. ``start_ms`` is when the words were spoken, else the start of the step.
    Raises LibraryError when the catalog cannot be read, Cancelled when ``pause`` does, and nothing for any query text.
    """
    started = time.perf_counter()
    parsed = read_query(query)
    fix: SpellingFix | None = None
    hits: tuple[Hit, ...] = ()
    if parsed.terms:
        candidates = list(_complete(catalog, parsed, limit, pause))
        if not candidates:
            candidates, fix = _respelled(catalog, parsed, limit, pause)
        if not candidates and (weak := any_of(parsed.terms)) and not parsed.phrases:
            candidates = list(_candidates(catalog, parsed, weak, limit, pause))
        pause()
        hits = tuple(_hits(catalog, parsed, candidates, limit))
    elif not parsed.words:
        hits = tuple(_newest(catalog, parsed, limit, pause))
    suggestion = replaced(query[:LONGEST_QUERY], fix.words) if fix else ""
    took_ms = round((time.perf_counter() - started) * 1000, 3)
    return Found(
        query=query[:LONGEST_QUERY], hits=hits, took_ms=took_ms, suggestion=suggestion, mended=bool(fix and hits)
    )


def _complete(catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]) -> Iterator[Candidate]:
    """Candidates that match every word; weaker readings are tried only while there are few."""
    found: dict[int, Candidate] = {}
    for reading in readings(parsed.terms):
        if len(found) >= min(_FEW, limit):
            break
        for one in _candidates(catalog, parsed, reading, limit, pause):
            found.setdefault(one.entry.entry_id, one)
    yield from found.values()


def _candidates(
    catalog: Catalog, parsed: Query, reading: Reading, limit: int, pause: Callable[[], None]
) -> Iterator[Candidate]:
    demos = _DEEP if parsed.phrases else limit + _MORE
    scored = catalog.match(reading.terms, demos, any_of=reading.any_of, filters=parsed.filters, pause=pause)
    return (candidate_of(one, reading) for one in scored)


def _respelled(
    catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]
) -> tuple[list[Candidate], SpellingFix | None]:
    """Candidates for other spellings of the words that no demo has; or of any one word, when all are known."""
    _, counts = catalog.frequencies(parsed.terms)
    pause()
    unknown = [term for term, count in zip(parsed.terms, counts, strict=True) if not count]
    if any(len(term.word) < SHORTEST for term in unknown):
        return [], None
    vocabulary = catalog.vocabulary()
    pause()
    first: SpellingFix | None = None
    for suspects in [unknown] if unknown else [[t] for t in parsed.terms if len(t.word) > SHORTEST]:
        for _, fix in zip(range(_FIXES), spelling_fixes(parsed.terms, suspects, vocabulary), strict=False):
            first = first or (fix if unknown else None)
            if candidates := list(_candidates(catalog, parsed, Reading(fix.terms), limit, pause)):
                return candidates, fix
    return [], first


def _hits(catalog: Catalog, parsed: Query, candidates: Iterable[Candidate], limit: int) -> Iterator[Hit]:
    groups = grouped(candidates)
    if not groups:
        return
    most = _DEEP * PER_DEMO if parsed.phrases else limit + _MORE
    top = chosen(groups, most)
    details = {one.entry_id: one for one in catalog.details([one.entry.entry_id for one in top])}
    weighed = grouped(_weighed(top, details, parsed, _uses(catalog, details)))
    for one in chosen(weighed, limit):
        yield _hit_of(one, details[one.entry.entry_id])


def _uses(catalog: Catalog, details: dict[int, EntryDetails]) -> Mapping[str, int]:
    try:
        return catalog.used(sorted({one.demo_id for one in details.values()}))
    except LibraryError:  # the search works without usage too
        return {}


def _weighed(
    candidates: Iterable[Candidate], details: dict[int, EntryDetails], parsed: Query, uses: Mapping[str, int]
) -> Iterator[Candidate]:
    """The candidates that still exist and contain the phrases; adjacent words and use raise the score."""
    for one in candidates:
        mine = details.get(one.entry.entry_id)
        if mine is None or (parsed.phrases and not all(contains_phrase(mine, phrase) for phrase in parsed.phrases)):
            continue
        favour = PHRASE if adjacent(mine, one.reading.terms) else 1
        times = uses.get(mine.demo_id, 0) if uses else 0
        yield Candidate(one.entry, one.reading, one.score * favour * used(times)) if times or favour != 1 else one


def hits_of(catalog: Catalog, candidates: Sequence[Candidate]) -> Iterator[Hit]:
    """The candidates as hits, in the same order."""
    by_entry = {one.entry.entry_id: one for one in candidates}
    for details in catalog.details(list(by_entry)):
        yield _hit_of(by_entry[details.entry_id], details)


def _hit_of(one: Candidate, details: EntryDetails) -> Hit:
    found, spoken_ms = shown(details.text, details.spoken, one.reading.terms)
    return _hit(details, found, details.start_ms if spoken_ms is None else spoken_ms, one.score)


def _newest(catalog: Catalog, parsed: Query, limit: int, pause: Callable[[], None]) -> Iterator[Hit]:
    entries = (
        [one.entry_id for one in catalog.match((), limit, filters=parsed.filters, pause=pause)]
        if parsed.filters
        else catalog.newest(limit)
    )
    for details in catalog.details(entries):
        yield _hit(details, snippet(details.text, ()), 0, 0.0)


def _hit(details: EntryDetails, shown: Snippet, start_ms: int, score: float) -> Hit:
    return Hit(
        demo_id=details.demo_id,
        title=details.title,
        step=details.number,
        step_title=details.step_title,
        start_ms=start_ms,
        snippet=shown.text,
        matches=shown.matches,
        score=round(score, 4),
        author=details.author,
        tags=details.tags,
        updated_unix_ms=details.updated_unix_ms,
        review_unix_ms=details.review_unix_ms or None,
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
