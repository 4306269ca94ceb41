"""Activity spans of a take, from the recorder's logs; without margins.

Owns what counts as activity: pointer, typing, scrolling, pages that change. Not ambient motion
(``capture/analysis/ambient_motion.py``), nor the terminal that runs showhow (``own_terminal.py``). Does not read pixels
(``capture/analysis/video_changes.py`` does) or decide cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from capture.analysis.ambient_motion import ambient_changes
from capture.analysis.own_terminal import FIRST_MS, own_terminal
from capture.model import Change, Chord, Click, Event, Marker, Pointer, Scroll, Typed, WindowChange
from capture.span import Span, invert, merge

MOMENT_MS = 100
"""Length of the span of one change or event."""
JOIN_MS = 300
"""Spans at most this far apart are joined."""

_STATE_EVENTS = (Pointer, WindowChange)
_ACTIONS = (Click, Scroll, Chord, Pointer, WindowChange, Marker)


def changes_activity(changes: Iterable[Change], events: Iterable[Event], duration_ms: int) -> list[Span]:
    """Spans in which the expert did something, or the picture changed by more than a blink; sorted, disjoint.

    ``changes`` and ``events`` are sorted by take time.
    """
    seen, done = list(changes), list(events)
    ignored = ambient_changes(seen, duration_ms) | (set(_drawn(seen)) if _follows_pointer(done) else set())
    moments = (_moment(change.at_ms) for index, change in enumerate(seen) if index not in ignored)
    inside = merge(
        (
            Span(max(0, span.start_ms), min(span.end_ms, duration_ms))
            for span in (*moments, *action_spans(done))
            if span.start_ms < duration_ms
        ),
        gap_ms=JOIN_MS,
    )
    own = own_terminal(seen, done, duration_ms)
    return [piece for span in inside for piece in invert(own, span)] if own else inside


def _moment(at_ms: int) -> Span:
    return Span(at_ms, at_ms + MOMENT_MS)


def _follows_pointer(events: Iterable[Event]) -> bool:
    """Whether the log has the pointer's movements."""
    return any(isinstance(event, Pointer) and event.at_ms > FIRST_MS for event in events)


def _drawn(changes: Sequence[Change]) -> Iterator[int]:
    """Indices of changes of the drawn pointer only: its movements are in the events, and the ring that grows around a
    click (half a second) is drawn by the recorder."""
    return (index for index, change in enumerate(changes) if change.pointer)


def action_spans(events: Iterable[Event]) -> Iterator[Span]:
    """A span for each action of the expert; events that describe the state at the take's start are left out."""
    for event in events:
        if isinstance(event, Typed):
            yield Span(event.at_ms, max(event.at_ms, event.end_ms) + MOMENT_MS)
        elif isinstance(event, _ACTIONS) and not (isinstance(event, _STATE_EVENTS) and event.at_ms <= FIRST_MS):
            yield _moment(event.at_ms)
