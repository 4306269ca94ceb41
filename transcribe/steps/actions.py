"""Groups raw events into user actions: a pointer movement with its click, a double click, a field filled in.

Pure over events. Owns when an action begins and whether it starts something new. Does not give it a title.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from capture.model import (
    Chord,
    Click,
    Event,
    InferredAction,
    InferredKind,
    Marker,
    Pointer,
    Scroll,
    Typed,
    WindowChange,
)

INPUT_EVENTS = (Click, Chord, Scroll, Typed)
ACTION_EVENTS = (*INPUT_EVENTS, WindowChange, Marker)
PAUSE_MS = 1_500
"""After a pause of this length an action starts something new."""
FIELD_PAUSE_MS = 500
"""Filling in a field is usually a step of its own; only without a pause it belongs to the action before."""

_DOUBLE_CLICK_MS = 500  # the longest interval that desktops accept as a double click
_MOVE_GAP_MS = 350  # a longer gap ends a pointer movement; the recorder samples it every 100 ms
_APPROACH_MS = 3_000  # an earlier pointer movement does not belong to the click
_DEFAULT_LEAD_MS = 250  # assumed start of an action before its event
_TYPES_MS = 4_000  # typing sooner after a click goes into what was clicked


@dataclass(frozen=True)
class UserAction:
    """One action, from the first pointer movement to its end; ``fills``: it fills in a field by typing."""

    event: Event | InferredAction
    begins_ms: int
    ends_ms: int
    double: bool = False
    fills: bool = False


def actions_of(events: Sequence[Event]) -> list[UserAction]:
    """Actions in order, from events in order; markers are no actions."""
    actions: list[UserAction] = []
    move_start, last_move = 0, -_APPROACH_MS
    for event in events:
        if isinstance(event, Pointer):
            move_start = event.at_ms if event.at_ms - last_move > _MOVE_GAP_MS else move_start
            last_move = event.at_ms
        elif _repeats(event, actions):
            actions[-1] = UserAction(actions[-1].event, actions[-1].begins_ms, event.at_ms, double=True)
        elif isinstance(event, ACTION_EVENTS) and not isinstance(event, Marker):
            actions.append(_action(event, actions, move_start if event.at_ms - last_move < _APPROACH_MS else None))
    return [_filling(action, after) for action, after in zip(actions, [*actions[1:], None], strict=False)]


def weak_actions(inferred: Sequence[InferredAction]) -> list[UserAction]:
    """Inferred actions as user actions, in order; text that appears along a line fills in a field."""
    return [
        UserAction(action, action.start_ms, max(action.at_ms, action.end_ms), fills=action.kind is InferredKind.TYPING)
        for action in inferred
    ]


def starting_actions(actions: Sequence[UserAction]) -> Iterator[tuple[int, UserAction]]:
    """The actions that start something new, each with the pause before it in ms (the first: very long)."""
    for before, action in zip([None, *actions], actions, strict=False):
        pause_ms = action.begins_ms - before.ends_ms if before is not None else 1 << 40
        if not isinstance(action.event, Scroll) and pause_ms >= (FIELD_PAUSE_MS if action.fills else PAUSE_MS):
            yield pause_ms, action


def fills(click: Click, events: Sequence[Event]) -> bool:
    """Whether the click was into a field: typing follows within 4 s, before another click."""
    for event in events:
        if click.at_ms + _DOUBLE_CLICK_MS < event.at_ms and isinstance(event, Click):
            return False
        if isinstance(event, Typed) and event.at_ms >= click.at_ms:
            return event.at_ms - click.at_ms <= _TYPES_MS
    return False


def _repeats(event: Event, actions: Sequence[UserAction]) -> bool:
    """Whether an event is the second click of a double click."""
    last = actions[-1].event if actions else None
    if not (isinstance(event, Click) and isinstance(last, Click)) or event.button != last.button:
        return False
    return event.at_ms - last.at_ms <= _DOUBLE_CLICK_MS and abs(event.x - last.x) + abs(event.y - last.y) <= 8


def _action(event: Event, before: Sequence[UserAction], move_start_ms: int | None) -> UserAction:
    earliest = before[-1].ends_ms if before else 0
    begins = event.at_ms if isinstance(event, Typed | Chord) else event.at_ms - _DEFAULT_LEAD_MS
    if isinstance(event, Click) and move_start_ms is not None:
        begins = max(move_start_ms, event.at_ms - _APPROACH_MS)
    ends = event.end_ms if isinstance(event, Typed) else event.at_ms
    return UserAction(event, min(event.at_ms, max(earliest, begins)), ends)


def _filling(action: UserAction, after: UserAction | None) -> UserAction:
    if after is None or not (isinstance(action.event, Click) and isinstance(after.event, Typed)):
        return action
    typing = after.begins_ms - action.ends_ms <= _TYPES_MS
    return UserAction(action.event, action.begins_ms, action.ends_ms, double=action.double, fills=typing)


BEFORE_MS = 60
"""A frame this long before a press (two ticks of the recorder) does not show its effect yet."""
