"""Moves the start and end of steps: by a word, by milliseconds, to a moment, or the whole step to another place.

Owns that steps stay in order, do not overlap and keep their minimum length. Does not change titles. Pure; take time.
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
"""Duration of a frame at 30 frames a second."""
FAR_WORD_MS = 5_000
"""A word farther away than this is ignored, and an edge moves by ``NUDGE_MS`` instead."""
NUDGE_MS = 200


class Edge(StrEnum):
    """Which end of a step."""

    START = "start"
    END = "end"


def nudge_step(draft: Draft, number: int, by_ms: int, edge: Edge = Edge.START) -> Draft:
    """Move an edge of a step by ``by_ms``, as far as its neighbours allow. Raises as ``set_edge``."""
    _, step = find_step(draft, number)
    return set_edge(draft, number, _moment(step, edge) + by_ms, edge)


def nudge_to_word(draft: Draft, number: int, by: int, edge: Edge = Edge.START) -> Draft:
    """Move a start to the start, or an end to the end, of the next (``by`` 1) or previous (-1) word.

    Without a word nearby it moves by NUDGE_MS. Raises as ``set_edge``.
    """
    _, step = find_step(draft, number)
    at_ms = _moment(step, edge)
    return set_edge(draft, number, next_word(draft.transcript.words, at_ms, by, edge), edge)


def next_word(words: Sequence[Word], at_ms: int, by: int, edge: Edge = Edge.START) -> int:
    """The nearest start (or end) of a word after (1) or before (-1) a moment; NUDGE_MS away when none is near."""
    moments = [word.start_ms if edge is Edge.START else word.end_ms for word in words]
    later = [ms for ms in moments if 0 < (ms - at_ms) * by <= FAR_WORD_MS]
    return min(later, key=lambda ms: abs(ms - at_ms), default=at_ms + by * NUDGE_MS)


def _moment(step: Step, edge: Edge) -> int:
    return step.start_ms if edge is Edge.START else step.end_ms


def set_edge(draft: Draft, number: int, at_ms: int, edge: Edge = Edge.START) -> Draft:
    """Set the start (or end) of a step, as close to the moment as its neighbours allow.

    A neighbour that touches that edge is resized with it. Raises LibraryError when there is no such step.
    """
    at, step = find_step(draft, number)
    low, high = _bounds(draft, at, edge)
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


def _bounds(draft: Draft, at: int, edge: Edge) -> tuple[int, int]:
    """Earliest and latest allowed time of an edge of the step."""
    step, touching = draft.steps[at], _touches(draft, at, edge)
    if edge is Edge.START:
        before = draft.steps[at - 1] if at else None
        low = 0 if before is None else before.start_ms + SHORTEST_STEP_MS if touching else before.end_ms
        return low, step.end_ms - SHORTEST_STEP_MS
    after = draft.steps[at + 1] if at + 1 < len(draft.steps) else None
    last = draft.take.duration_ms if after is None else after.start_ms
    return step.start_ms + SHORTEST_STEP_MS, after.end_ms - SHORTEST_STEP_MS if after and touching else last


def move_step(draft: Draft, number: int, to_ms: int) -> Draft:
    """Move the start of a step to a moment, and reorder the list: steps are always in the order of the recording.

    Between its neighbours only its start moves. Beyond them the step is removed (a touching neighbour closes the gap)
    and inserted at the moment, where it takes the rest of the step there, or of the gap. Raises LibraryError when there
    is no such step, or too little space at that moment.
    """
    at, step = find_step(draft, number)
    low, high = _bounds(draft, at, Edge.START)
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
    there = replace(moved(draft, step, span), at_ms=span.start_ms, events=(), clicked="", inferred=(), focus=None)
    return with_steps(draft, [*others[:place], there, *others[place:]])


def _without(draft: Draft, at: int) -> list[Step]:
    """The other steps. A neighbour that touched the removed one closes the gap, preferably the one before it."""
    step, others = draft.steps[at], [*draft.steps[:at], *draft.steps[at + 1 :]]
    if _touches(draft, at, Edge.START):
        others[at - 1] = moved(draft, others[at - 1], Span(others[at - 1].start_ms, step.end_ms))
    elif _touches(draft, at, Edge.END):
        others[at] = moved(draft, others[at], Span(step.start_ms, others[at].end_ms))
    return others
