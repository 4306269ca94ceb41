"""Finds waits in a take: spans in which one area keeps changing, without speech or user actions. Pure.

Owns finding them, with margins, as SpeedUps to suggest. Does not decide whether they run fast, are cut or stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from capture.analysis.activity import action_spans
from capture.analysis.ambient_motion import ambient_changes
from capture.analysis.own_terminal import own_terminal
from capture.model import Change, Event, Region, SpeedUp
from capture.span import Span, invert, merge

SHORTEST_MS = 5_000
"""A shorter wait is left as it is; sped up it would flicker."""
MARGIN_MS = 1_000
"""Shown at normal speed at either end, so that the viewer sees what the wait is for and that it is over."""
FACTOR = 8
_STEADY_MS = 2_500  # longest pause between changes within a wait
_LOCAL = 4  # it covers at most a quarter of the picture: a bar, a log, a spinner, not a video to watch


def find_waits(
    changes: Iterable[Change],
    events: Iterable[Event],
    speech: Sequence[Span],
    size: tuple[int, int],
    duration_ms: int,
) -> tuple[SpeedUp, ...]:
    """Waits in a take, in order, disjoint, without speech or actions. ``size`` is the picture's (width, height)."""
    seen = list(changes)
    ambient = ambient_changes(seen, duration_ms)
    moving = [change for index, change in enumerate(seen) if index not in ambient and not change.pointer]
    done = list(events)
    busy = merge([*action_spans(done), *own_terminal(seen, done, duration_ms), *speech])
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
