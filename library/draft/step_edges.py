"""Where steps begin and end: moved by a word, by a frame, to a moment, or with the whole step to another place.

Owns that steps stay in order, apart and long enough whatever is moved. Refuses titles and words. Pure; take time.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec.structs import replace

from capture.span import Span
from library.draft.edits import SHORTEST_STEP_MS, find_step, moved, with_steps
from library.model import Draft, LibraryError
from transcribe.model import Step, Word

FRAME_MS = 33
"""One picture of a recording at 30 a second."""
FAR_WORD_MS = 5_000
"""A word further away than this is no neighbour: then a nudge goes ``NUDGE_MS``."""
NUDGE_MS = 200


class Edge(StrEnum):
    """Which end of a step."""

    START = "start"
    END = "end"


def nudge_step(draft: Draft, number: int, by_ms: int, edge: Edge = Edge.START) -> Draft:
    """Move an edge of a step by so much, as far as its neighbours allow. Raises as ``set_edge``."""
    _, step = find_step(draft, number)
    return set_edge(draft, number, _moment(step, edge) + by_ms, edge)


def nudge_to_word(draft: Draft, number: int, by: int, edge: Edge = Edge.START) -> Draft:
    """Move an edge to where the next (1) or the previous (-1) word begins, its end to where one ends.

    Without a word near by it goes a fifth of a second. Raises as ``set_edge``.
    """
    _, step = find_step(draft, number)
    at_ms = _moment(step, edge)
    return set_edge(draft, number, next_word(draft.transcript.words, at_ms, by, edge), edge)


def next_word(words: Sequence[Word], at_ms: int, by: int, edge: Edge = Edge.START) -> int:
    """The nearest beginning (or end) of a word after (1) or before (-1) a moment; NUDGE_MS on where none is near."""
    moments = [word.start_ms if edge is Edge.START else word.end_ms for word in words]
    later = [ms for ms in moments if 0 < (ms - at_ms) * by <= FAR_WORD_MS]
    return min(later, key=lambda ms: abs(ms - at_ms), default=at_ms + by * NUDGE_MS)


def _moment(step: Step, edge: Edge) -> int:
    return step.start_ms if edge is Edge.START else step.end_ms


def set_edge(draft: Draft, number: int, at_ms: int, edge: Edge = Edge.START) -> Draft:
    """Begin (or end) a step at a moment, as near as its neighbours allow.

    A neighbour that touches it there gives way or follows. Raises LibraryError when there is no such step.
    """
    at, step = find_step(draft, number)
    low, high = _room(draft, at, edge)
    place = max(low, min(high, at_ms))
    if high < low or place == _moment(step, edge):
        return draft
    steps = list(draft.steps)
    beside = at - 1 if edge is Edge.START else at + 1
    if _touches(draft, at, edge):
        other = steps[beside]
        span = Span(other.start_ms, place) if edge is Edge.START else Span(place, other.end_ms)
        steps[beside] = moved(draft, other, span)
    span = Span(place, step.end_ms) if edge is Edge.START else Span(step.start_ms, place)
    steps[at] = moved(draft, step, span)
    return with_steps(draft, steps)


def _touches(draft: Draft, at: int, edge: Edge) -> bool:
    beside = at - 1 if edge is Edge.START else at + 1
    if not 0 <= beside < len(draft.steps):
        return False
    first, second = sorted((at, beside))
    return draft.steps[first].end_ms == draft.steps[second].start_ms


def _room(draft: Draft, at: int, edge: Edge) -> tuple[int, int]:
    """How early and how late an edge of the step may lie."""
    step, touching = draft.steps[at], _touches(draft, at, edge)
    if edge is Edge.START:
        before = draft.steps[at - 1] if at else None
        low = 0 if before is None else before.start_ms + SHORTEST_STEP_MS if touching else before.end_ms
        return low, step.end_ms - SHORTEST_STEP_MS
    after = draft.steps[at + 1] if at + 1 < len(draft.steps) else None
    last = draft.take.duration_ms if after is None else after.start_ms
    return step.start_ms + SHORTEST_STEP_MS, after.end_ms - SHORTEST_STEP_MS if after and touching else last


def move_step(draft: Draft, number: int, to_ms: int) -> Draft:
    """Begin a step at a moment: the order of the list follows, for steps are shown in the order of the recording.

    Up to its neighbours only its beginning moves. Beyond them the step is taken out, a touching neighbour closing the
    gap, and put in where the moment lies: it takes the rest of the step there, or of the gap. Raises LibraryError when
    there is no such step, or no room at that moment.
    """
    at, step = find_step(draft, number)
    low, high = _room(draft, at, Edge.START)
    if low <= to_ms <= high:
        return set_edge(draft, number, to_ms)
    others = _without(draft, at)
    place = next((i for i, other in enumerate(others) if other.end_ms > to_ms), len(others))
    landing = others[place] if place < len(others) and others[place].contains(to_ms) else None
    ends = [landing.end_ms] if landing else [*(o.start_ms for o in others[place : place + 1]), draft.take.duration_ms]
    span = Span(max(0, min(to_ms, ends[0])), ends[0])
    left = SHORTEST_STEP_MS if landing is None else to_ms - landing.start_ms
    if span.duration_ms < SHORTEST_STEP_MS or left < SHORTEST_STEP_MS:
        raise LibraryError(f"There is no room for step {number} at that moment", "Move the cursor a little.")
    if landing is not None:
        others[place] = moved(draft, landing, Span(landing.start_ms, to_ms))
        place += 1
    there = replace(moved(draft, step, span), at_ms=span.start_ms, events=(), clicked="")
    return with_steps(draft, [*others[:place], there, *others[place:]])


def _without(draft: Draft, at: int) -> list[Step]:
    """The other steps; a neighbour that touched the one taken out closes the gap, first the one before it."""
    step, others = draft.steps[at], [*draft.steps[:at], *draft.steps[at + 1 :]]
    if _touches(draft, at, Edge.START):
        others[at - 1] = moved(draft, others[at - 1], Span(others[at - 1].start_ms, step.end_ms))
    elif _touches(draft, at, Edge.END):
        others[at] = moved(draft, others[at], Span(step.start_ms, others[at].end_ms))
    return others
