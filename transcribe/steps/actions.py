"""What the expert did, as somebody watching would tell it: a move and its click are one deed, so is a double click.

Pure over events. Owns when a deed begins and whether it starts something new. Refuses to name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from capture.model import Chord, Click, Event, Marker, Pointer, Scroll, Typed, WindowChange

DEEDS = (Click, Chord, Scroll, Typed, WindowChange, Marker)
REST_MS = 1_500
"""Hands that rest that long have finished something."""
FIELD_REST_MS = 500
"""Filling in a field is an instruction of its own; only hands that never rested go with what came before."""

_TWICE_MS = 500  # the longest double click desktops take for one
_STILL_MS = 350  # the recorder samples a moving pointer every 100 ms
_APPROACH_MS = 3_000  # a pointer that came longer ago was waiting for something
_UNSEEN_MS = 250  # how long before a deed its beginning is where nothing tells
_TYPES_MS = 4_000  # typing sooner after a click goes where was clicked


@dataclass(frozen=True)
class UserAction:
    """One thing done: from the pointer's first move towards it until it was done; ``fills`` a field by typing."""

    event: Event
    begins_ms: int
    ends_ms: int
    double: bool = False
    fills: bool = False


def actions_of(events: Sequence[Event]) -> list[UserAction]:
    """Deeds in order, from events in order; markers are none."""
    deeds: list[UserAction] = []
    moving, moved = 0, -_APPROACH_MS
    for event in events:
        if isinstance(event, Pointer):
            moving = event.at_ms if event.at_ms - moved > _STILL_MS else moving
            moved = event.at_ms
        elif _repeats(event, deeds):
            deeds[-1] = UserAction(deeds[-1].event, deeds[-1].begins_ms, event.at_ms, double=True)
        elif isinstance(event, DEEDS) and not isinstance(event, Marker):
            deeds.append(_deed(event, deeds, moving if event.at_ms - moved < _APPROACH_MS else None))
    return [_filling(deed, after) for deed, after in zip(deeds, [*deeds[1:], None], strict=False)]


def starts(deeds: Sequence[UserAction]) -> Iterator[tuple[int, UserAction]]:
    """The deeds that start something new, each with how long hands rested before it (the first: very long)."""
    for before, deed in zip([None, *deeds], deeds, strict=False):
        rest_ms = deed.begins_ms - before.ends_ms if before is not None else 1 << 40
        if not isinstance(deed.event, Scroll) and rest_ms >= (FIELD_REST_MS if deed.fills else REST_MS):
            yield rest_ms, deed


def fills(click: Click, events: Sequence[Event]) -> bool:
    """Whether what was clicked is a field: typing follows before anything else is clicked."""
    for event in events:
        if click.at_ms + _TWICE_MS < event.at_ms and isinstance(event, Click):
            return False
        if isinstance(event, Typed) and event.at_ms >= click.at_ms:
            return event.at_ms - click.at_ms <= _TYPES_MS
    return False


def _repeats(event: Event, deeds: Sequence[UserAction]) -> bool:
    """Whether an event is the second half of a double click."""
    last = deeds[-1].event if deeds else None
    if not (isinstance(event, Click) and isinstance(last, Click)) or event.button != last.button:
        return False
    return event.at_ms - last.at_ms <= _TWICE_MS and abs(event.x - last.x) + abs(event.y - last.y) <= 8


def _deed(event: Event, before: Sequence[UserAction], moving_ms: int | None) -> UserAction:
    earliest = before[-1].ends_ms if before else 0
    begins = event.at_ms if isinstance(event, Typed | Chord) else event.at_ms - _UNSEEN_MS
    if isinstance(event, Click) and moving_ms is not None:
        begins = max(moving_ms, event.at_ms - _APPROACH_MS)
    ends = event.end_ms if isinstance(event, Typed) else event.at_ms
    return UserAction(event, min(event.at_ms, max(earliest, begins)), ends)


def _filling(deed: UserAction, after: UserAction | None) -> UserAction:
    if after is None or not (isinstance(deed.event, Click) and isinstance(after.event, Typed)):
        return deed
    typing = after.begins_ms - deed.ends_ms <= _TYPES_MS
    return UserAction(deed.event, deed.begins_ms, deed.ends_ms, double=deed.double, fills=typing)


BEFORE_MS = 60
"""What a press does is on the screen no sooner; two ticks of the recorder before it nothing has happened yet."""
