"""Gives steps their focus, a still that the pointer does not cover, and a second still where much changes.

Pure over steps, events and changes; ``capture/analysis/focus.py`` finds the places. Uses no pictures. On the clock of
the caller.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from capture.analysis.focus import decisive_change, density, focus_in, framed, visible_changes
from capture.model import Change, Click, Event, Pointer, Region
from capture.span import Span
from transcribe.model import SecondStill, Step
from transcribe.steps.titles import key_click

_EARLIEST_MS = 1_400  # a still so long before its click still shows where to click
_AROUND_MS = 2_000  # changes so long before and after a step may belong to its events
_TICK_MS = 40  # a pointer event may be one tick earlier than the picture that shows it
_LABEL = Region(-100, -22, 201, 45)  # around a click, without the pixels of a dense screen
_ARROW = Region(-14, -14, 46, 46)  # what a pointer covers around its tip
_SOON_MS = 300  # what changes so soon after a click is its effect


@dataclass(frozen=True)
class ScreenLog:
    """What changed on a screen of ``size`` (width, height) in a recording of ``duration_ms``, in order of time."""

    changes: Sequence[Change]
    size: tuple[int, int]
    duration_ms: int


def with_focus(steps: Sequence[Step], log: ScreenLog, events: Sequence[Event]) -> tuple[Step, ...]:
    """The steps with focus, second still and a still without the pointer over the label, where ``log`` tells.

    ``events`` are all of the recording, in order, with the pointer's positions.
    """
    changes = visible_changes(log.changes, log.duration_ms)
    times = [change.at_ms for change in changes]
    pointers = [event for event in events if isinstance(event, Pointer)]
    made = []
    for step in steps:
        whole = _with_events(step)
        near = changes[bisect_left(times, whole.start_ms - _AROUND_MS) : bisect_left(times, whole.end_ms + _AROUND_MS)]
        focus = focus_in(whole, step.events, step.inferred, near, log.size)
        clear = replace(step, focus=focus, at_ms=_uncovered_ms(step, pointers, near, log.size))
        made.append(replace(clear, then=_second_still(clear, near, log.size)))
    return tuple(made)


def refocused(step: Step, size: tuple[int, int]) -> Step:
    """A step whose events became others, with the focus that these tell; the old one where they tell nothing."""
    return replace(step, focus=focus_in(step, step.events, step.inferred, (), size) or step.focus)


def _with_events(step: Step) -> Span:
    """The span of a step, and of those of its events that lie just outside."""
    times = [event.at_ms for event in step.events]
    return Span(min(step.start_ms, *times), max(step.end_ms, *times)) if times else step.span


def _second_still(step: Step, changes: Sequence[Change], size: tuple[int, int]) -> SecondStill | None:
    found = decisive_change(step, step.events, changes, size)
    if found is None or found[0] <= step.at_ms:
        return None
    at_ms, region = found
    return SecondStill(at_ms=at_ms, focus=framed(region, size))


def _uncovered_ms(step: Step, pointers: Sequence[Pointer], changes: Sequence[Change], size: tuple[int, int]) -> int:
    """Time of the still: earlier, where the pointer is not over the label yet and all else is the same.

    The time there is, when the step began later, or something else changed since.
    """
    click = key_click(step.events)
    if click is None or not 0 <= click.at_ms - step.at_ms <= _SOON_MS:
        return step.at_ms
    label = _around(click, size)
    positions = [p for p in pointers if click.at_ms - _EARLIEST_MS <= p.at_ms < click.at_ms]
    away = [p.at_ms - _TICK_MS for p in positions if not _covers(p, label, size)]
    if not away or away[-1] < step.start_ms:
        return step.at_ms
    new = [c for c in changes if away[-1] < c.at_ms < click.at_ms - _TICK_MS and c.region.intersect(label).empty]
    return away[-1] if not new else step.at_ms


def _covers(pointer: Pointer, label: Region, size: tuple[int, int]) -> bool:
    by = density(size)
    arrow = Region(pointer.x + _ARROW.x * by, pointer.y + _ARROW.y * by, _ARROW.width * by, _ARROW.height * by)
    return not arrow.intersect(label).empty


def _around(click: Click, size: tuple[int, int]) -> Region:
    by = density(size)
    return Region(click.x + _LABEL.x * by, click.y + _LABEL.y * by, _LABEL.width * by, _LABEL.height * by)
