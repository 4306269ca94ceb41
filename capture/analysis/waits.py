"""Where something was only waited for: it moves on in one place, and nobody speaks or does anything. Pure.

Owns finding such stretches, each with its margins, as Fasts to be offered. Refuses to decide whether they run fast, are
cut or stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from capture.analysis.activity import deeds, own_terminal
from capture.analysis.ambient_motion import by_itself
from capture.model import Change, Event, Region, SpeedUp
from capture.span import Span, invert, merge

SHORTEST_MS = 5_000
"""A shorter wait is sat through; sped up it would be a flicker."""
MARGIN_MS = 1_000
"""Shown at its own pace at either end, so that one sees what is waited for and that it is done."""
FACTOR = 8
_STEADY_MS = 2_500  # what is waited for moves at least so often
_LOCAL = 4  # it covers at most a quarter of the picture: a bar, a log, a spinner, not a film to be watched


def find_waits(
    changes: Iterable[Change],
    events: Iterable[Event],
    speech: Sequence[Span],
    size: tuple[int, int],
    duration_ms: int,
) -> tuple[SpeedUp, ...]:
    """Waits in a take with its log, in order, disjoint, without a word or deed in them. ``size`` is of the picture."""
    seen = list(changes)
    idle = by_itself(seen, duration_ms)
    moving = [change for index, change in enumerate(seen) if index not in idle and not change.pointer]
    done = list(events)
    busy = merge([*deeds(done), *own_terminal(done, duration_ms), *speech])
    found = []
    for gap in invert(busy, Span(0, duration_ms)):
        if gap.duration_ms >= SHORTEST_MS:
            found += _steady([change for change in moving if gap.contains(change.at_ms)], size)
    return tuple(found)


def _steady(changes: Sequence[Change], size: tuple[int, int]) -> list[SpeedUp]:
    moments = merge((Span(change.at_ms, change.at_ms + 1) for change in changes), gap_ms=_STEADY_MS)
    return [
        SpeedUp(span.start_ms + MARGIN_MS, span.end_ms - MARGIN_MS, factor=FACTOR)
        for span in moments
        if span.duration_ms >= SHORTEST_MS and _local([c for c in changes if span.contains(c.at_ms)], size)
    ]


def _local(changes: Sequence[Change], size: tuple[int, int]) -> bool:
    box = Region(0, 0, 0, 0)
    for change in changes:
        box = box.unite(change.region)
    return box.width * box.height * _LOCAL <= size[0] * size[1]
