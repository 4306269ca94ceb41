"""The best steps for the window in front, and a search with its program first. Never a filter: the rest follows.

Owns the order: the same program, then the steady words of the title, then what helped there, then the newer demo.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from capture.model import Click, Front, WindowChange
from library.catalog.catalog import Catalog
from library.index.model import Term, no_pause
from library.index.ranking import idf
from library.learning.notes.model import Note, NoteKind
from library.learning.now.front_names import FrontNames, front_names, window_term
from library.learning.now.titles import parts_of_title, steady_words
from library.model import Demo, Found, Hit
from library.search.query import LONGEST_QUERY
from library.search.search import search
from library.text import words_of
from transcribe.corrections import step_text
from transcribe.model import Step

BEST = 3
"""Steps shown before anything is typed."""
_DEMOS = 12
"""Demos whose steps are compared with the window."""
_SAME, _TITLE, _WHOLE, _HELPED, _LATER = 4.0, 3.0, 0.1, 0.2, 0.01
"""What the same program counts, all words of the title, a title without other words (“Search”, not “Search & Replace”),
an answer that it helped (or not), and each later step."""
_ENOUGH = 0.5
"""So much of a program's name, by the rarity of its words, makes it the same."""
_ANSWERED = 3
"""More answers of one kind count no more."""
_LONGEST_SNIPPET, _LONGEST_NAME = 160, 100


class FrontHelp(NamedTuple):
    """The best steps for a window, best first; ``same``: ids of the demos that show the same program."""

    hits: tuple[Hit, ...]
    names: FrontNames
    same: frozenset[str] = frozenset()


class _Scored(NamedTuple):
    score: float
    same: bool
    demo: Demo
    step: Step


def steady_title(names: FrontNames) -> str:
    """A title with what the match needs of the one in front, and nothing else: it may stand in an address. Pure."""
    program = " ".join(names.programs[-1]) if len(names.programs) > 1 else ""
    return " - ".join(part for part in (" ".join(names.words), program) if part)


def help_for_front(catalog: Catalog, notes: Iterable[Note], front: Front, limit: int = BEST) -> FrontHelp:
    """The best ``limit`` steps for the window in front: one of each demo, then more of them. Raises LibraryError."""
    names = front_names(catalog, front)
    weights = _weights(catalog, names)
    if not weights:
        return FrontHelp((), names)
    demos = _likely_demos(catalog, names, list(weights))
    helped = _helped(notes, {demo.demo_id for demo in demos})
    scored = [
        _Scored(score + _HELPED * helped.get((demo.demo_id, step.number), 0) - _LATER * step.number, same, demo, step)
        for demo in demos
        for step in demo.steps
        for score, same in [_likeness(step, names, weights)]
        if score > 0
    ]
    scored.sort(key=lambda one: -one.score)
    same = frozenset(one.demo.demo_id for one in scored if one.same)
    return FrontHelp(tuple(_hit(one) for one in _one_of_each(scored)[:limit]), names, same)


def _weights(catalog: Catalog, names: FrontNames) -> Mapping[str, float]:
    """How rare each word is in the windows of demos; without those that no window has."""
    words = list(dict.fromkeys([*(word for name in names.programs for word in name), *names.of_title]))
    total, frequencies = catalog.frequencies([window_term(word) for word in words])
    return {word: idf(total, count) for word, count in zip(words, frequencies, strict=True) if count}


def _likely_demos(catalog: Catalog, names: FrontNames, words: Sequence[str]) -> list[Demo]:
    """Demos whose windows have the words: title and program together first, then either."""
    wholes: dict[int, int] = {}
    title = [window_term(word) for word in names.of_title if word in words]
    for name in names.programs:
        program = [window_term(word) for word in name if word in words]
        for terms, any_of in ((program + title, False), (program, False), (program + title, True)):
            if terms and len(wholes) < _DEMOS:
                wholes |= _found(catalog, terms, any_of=any_of)
    if title and len(wholes) < _DEMOS:
        wholes |= _found(catalog, title, any_of=True)
    entries = list(dict.fromkeys(wholes.values()))[:_DEMOS]
    return [catalog.get(one.demo_id) for one in catalog.details(entries)]


def _found(catalog: Catalog, terms: Sequence[Term], *, any_of: bool) -> dict[int, int]:
    return {one.whole: one.whole for one in catalog.match(terms, _DEMOS, any_of=any_of)}


def _helped(notes: Iterable[Note], demo_ids: set[str]) -> Mapping[tuple[str, int], int]:
    """How often each step helped, less how often it did not."""
    counts: defaultdict[tuple[str, int], int] = defaultdict(int)
    for note in notes:
        if note.demo_id in demo_ids and note.kind in {NoteKind.HELPED, NoteKind.STUCK}:
            counts[note.demo_id, note.step] += 1 if note.kind is NoteKind.HELPED else -1
    return {place: max(-_ANSWERED, min(_ANSWERED, times)) for place, times in counts.items()}


def _likeness(step: Step, names: FrontNames, weights: Mapping[str, float]) -> tuple[float, bool]:
    """How well the window in which a step begins is the one in front; whether it is of the same program."""
    windows = [(one.window, one.window_class) for one in step.events if isinstance(one, Click | WindowChange)]
    best = (0.0, False)
    for at, (title, program) in enumerate(windows):
        there = {*words_of(title), *words_of(program)}
        same = any(_share(name, there, weights) > _ENOUGH for name in names.programs)
        title_share = _share(names.of_title, there, weights)
        begins = 1.0 if not at else 0.8  # a window that opens in a step is where the next one happens
        score = _SAME * same + _TITLE * title_share + _WHOLE * _covered(title, names)
        best = max(best, (score * (begins if title_share else 1.0), same))
    return best


def _share(words: Sequence[str], there: set[str], weights: Mapping[str, float]) -> float:
    known = {word: weights[word] for word in words if word in weights}
    return sum(weight for word, weight in known.items() if word in there) / sum(known.values()) if known else 0.0


def _covered(title: str, names: FrontNames) -> float:
    """How much of the steady words of a step's window the window in front has too."""
    named = {word for name in names.programs for word in name}
    there = {word for part in parts_of_title(title) for word in steady_words(part)} - named
    return len(there.intersection(names.of_title)) / len(there) if there else 0.0


def _one_of_each(scored: Sequence[_Scored]) -> list[_Scored]:
    """The best step of each demo, then their other steps; those of the same program before all others."""
    first = {id(one) for one in {one.demo.demo_id: one for one in reversed(scored)}.values()}
    return sorted(scored, key=lambda one: (not one.same, id(one) not in first, -one.score))


def _hit(one: _Scored) -> Hit:
    demo, step = one.demo, one.step
    said = step_text(step, demo.transcript)
    if words_of(said) == words_of(step.title):  # the line above says it
        said = ""
    return Hit(
        demo_id=demo.demo_id, title=demo.title, step=step.number, step_title=step.title, start_ms=step.start_ms,
        snippet=said if len(said) <= _LONGEST_SNIPPET else f"{said[: _LONGEST_SNIPPET - 1].rstrip()}…",
        score=round(one.score, 4), author=demo.author, tags=demo.tags, updated_unix_ms=demo.updated_unix_ms,
        review_unix_ms=demo.review_unix_ms,
    )  # fmt: skip


def front_first(
    catalog: Catalog, front: FrontHelp, found: Found, limit: int, *, pause: Callable[[], None] = no_pause
) -> Found:
    """What a search found, with what it finds in the program in front first; of an empty query the best steps first.

    Raises what ``search`` raises.
    """
    started, query = time.perf_counter(), found.query
    if not query.strip():
        shown = {hit.demo_id for hit in front.hits}
        hits = (*front.hits, *(hit for hit in found.hits if hit.demo_id not in shown))
    else:
        hits = _own_first(catalog, front, found, limit, pause)
    took_ms = round((time.perf_counter() - started) * 1000, 3)
    return replace(found, hits=hits[:limit], took_ms=found.took_ms + took_ms)


def _own_first(
    catalog: Catalog, front: FrontHelp, found: Found, limit: int, pause: Callable[[], None]
) -> tuple[Hit, ...]:
    """The hits with those in the program before them, also where the best ``limit`` of all lack them."""
    own = () if found.mended else hits_in_program(catalog, front.names, found.query, limit, pause=pause)
    first = {(hit.demo_id, hit.step): hit for hit in own}
    return (*first.values(), *(hit for hit in found.hits if (hit.demo_id, hit.step) not in first))


def hits_in_program(
    catalog: Catalog, names: FrontNames, query: str, limit: int, *, pause: Callable[[], None] = no_pause
) -> tuple[Hit, ...]:
    """The answers to a query in the windows of the program, each once, best first. Raises what ``search`` raises."""
    own: dict[tuple[str, int], Hit] = {}
    for name in names.programs:
        filtered = f'{query[: LONGEST_QUERY - _LONGEST_NAME - 8]} app:"{" ".join(name)[:_LONGEST_NAME]}"'
        narrowed = search(catalog, filtered, limit, pause=pause)
        if not narrowed.mended:
            for hit in narrowed.hits:
                if not (hit.partial or hit.nearest):
                    own.setdefault((hit.demo_id, hit.step), hit)
    return tuple(own.values())
