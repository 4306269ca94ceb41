"""Search as you type: a query becomes hits, best first, each with the moment to replay from.

Owns how answers are found and told. Light on purpose: it loads neither pictures, sound nor screens, and NumPy only
when there is something to look for. However large the library, a keystroke looks at a bounded number of entries, and it
stops when the next key comes: ``pause`` is called between the parts of the work and may raise Cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from library.catalog.catalog import Catalog, EntryDetails
from library.index.model import go_on
from library.index.ranking import PHRASE, used
from library.model import Found, Hit, LibraryError
from library.search.grouping import PER_DEMO, Candidate, answer, chosen, grouped
from library.search.phrase_match import holds, together
from library.search.query import LONGEST_QUERY, Query, Reading, any_of, read_query, readings
from library.search.snippet import Snippet, shown, snippet
from library.search.spelling import SHORTEST, SpellingFix, mendings, replaced

_FEW = 5  # fewer answers than this, and a weaker reading of the query is tried too
_MORE = 12  # demos looked at beyond those shown: words that stand together may lift one of them
_DEEP = 200  # demos looked at for a phrase in quotes
_MENDINGS = 8  # spellings tried


def search(catalog: Catalog, query: str, limit: int = 20, *, pause: Callable[[], None] = go_on) -> Found:
    """Hits for what was typed so far; the newest demos for an empty query.

    All words must be met, the last may be unfinished; when nothing has all of them, other spellings are tried, then
    some of the words. Hits of one demo stand together. ``start_ms`` is when the words were said, else when the step
    begins. Raises LibraryError when the catalog cannot be read, Cancelled when ``pause`` does, never because of what
    was typed.
    """
    begun = time.perf_counter()
    asked = read_query(query)
    mending: SpellingFix | None = None
    hits: tuple[Hit, ...] = ()
    if asked.terms:
        answers = list(_complete(catalog, asked, limit, pause))
        if not answers:
            answers, mending = _mended(catalog, asked, limit, pause)
        if not answers and (weak := any_of(asked.terms)) and not asked.phrases:
            answers = list(_answers(catalog, asked, weak, limit, pause))
        pause()
        hits = tuple(_hits(catalog, asked, answers, limit))
    elif not asked.words:
        hits = tuple(_newest(catalog, asked, limit, pause))
    suggestion = replaced(query[:LONGEST_QUERY], mending.words) if mending else ""
    took_ms = round((time.perf_counter() - begun) * 1000, 3)
    return Found(
        query=query[:LONGEST_QUERY], hits=hits, took_ms=took_ms, suggestion=suggestion, mended=bool(mending and hits)
    )


def _complete(catalog: Catalog, asked: Query, limit: int, pause: Callable[[], None]) -> Iterator[Candidate]:
    """Answers that meet every word, by weaker readings only while there are few."""
    found: dict[int, Candidate] = {}
    for reading in readings(asked.terms):
        if len(found) >= min(_FEW, limit):
            break
        for one in _answers(catalog, asked, reading, limit, pause):
            found.setdefault(one.judged.entry_id, one)
    yield from found.values()


def _answers(
    catalog: Catalog, asked: Query, reading: Reading, limit: int, pause: Callable[[], None]
) -> Iterator[Candidate]:
    demos = _DEEP if asked.phrases else limit + _MORE
    judged = catalog.match(reading.terms, demos, any_of=reading.any_of, filters=asked.filters, pause=pause)
    return (answer(one, reading) for one in judged)


def _mended(
    catalog: Catalog, asked: Query, limit: int, pause: Callable[[], None]
) -> tuple[list[Candidate], SpellingFix | None]:
    """Answers to the query with other spellings of words nobody wrote; or of any one word, when all are known."""
    _, counts = catalog.frequencies(asked.terms)
    pause()
    strange = [term for term, count in zip(asked.terms, counts, strict=True) if not count]
    if any(len(term.word) < SHORTEST for term in strange):
        return [], None
    vocabulary = catalog.vocabulary()
    pause()
    first: SpellingFix | None = None
    for suspects in [strange] if strange else [[t] for t in asked.terms if len(t.word) > SHORTEST]:
        for _, mending in zip(range(_MENDINGS), mendings(asked.terms, suspects, vocabulary), strict=False):
            first = first or (mending if strange else None)
            if answers := list(_answers(catalog, asked, Reading(mending.terms), limit, pause)):
                return answers, mending
    return [], first


def _hits(catalog: Catalog, asked: Query, answers: Iterable[Candidate], limit: int) -> Iterator[Hit]:
    groups = grouped(answers)
    if not groups:
        return
    most = _DEEP * PER_DEMO if asked.phrases else limit + _MORE
    looked_at = chosen(groups, most)
    told = {one.entry_id: one for one in catalog.details([one.judged.entry_id for one in looked_at])}
    weighed = grouped(_weighed(looked_at, told, asked, _uses(catalog, told)))
    for one in chosen(weighed, limit):
        yield _hit_of(one, told[one.judged.entry_id])


def _uses(catalog: Catalog, told: dict[int, EntryDetails]) -> Mapping[str, int]:
    try:
        return catalog.used(sorted({one.demo_id for one in told.values()}))
    except LibraryError:  # a search is worth more than its last touch
        return {}


def _weighed(
    answers: Iterable[Candidate], told: dict[int, EntryDetails], asked: Query, uses: Mapping[str, int]
) -> Iterator[Candidate]:
    """The answers that are still there and hold what was quoted; words that stand together and use weigh more."""
    for one in answers:
        telling = told.get(one.judged.entry_id)
        if telling is None or (asked.phrases and not all(holds(telling, phrase) for phrase in asked.phrases)):
            continue
        favour = PHRASE if together(telling, one.reading.terms) else 1
        times = uses.get(telling.demo_id, 0) if uses else 0
        yield Candidate(one.judged, one.reading, one.score * favour * used(times)) if times or favour != 1 else one


def hits_of(catalog: Catalog, answers: Sequence[Candidate]) -> Iterator[Hit]:
    """Answers as they are shown, in their order."""
    by_entry = {one.judged.entry_id: one for one in answers}
    for told in catalog.details(list(by_entry)):
        yield _hit_of(by_entry[told.entry_id], told)


def _hit_of(one: Candidate, told: EntryDetails) -> Hit:
    found, said = shown(told.text, told.spoken, one.reading.terms)
    return _hit(told, found, told.start_ms if said is None else said, one.score)


def _newest(catalog: Catalog, asked: Query, limit: int, pause: Callable[[], None]) -> Iterator[Hit]:
    entries = (
        [one.entry_id for one in catalog.match((), limit, filters=asked.filters, pause=pause)]
        if asked.filters
        else catalog.newest(limit)
    )
    for told in catalog.details(entries):
        yield _hit(told, snippet(told.text, ()), 0, 0.0)


def _hit(told: EntryDetails, shown: Snippet, start_ms: int, score: float) -> Hit:
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
        review_unix_ms=told.review_unix_ms or None,
    )
