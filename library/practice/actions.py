"""Makes of events what an attempt and a demo are compared by: clicks, fields filled in, keys, windows.

Pure. Owns what counts as one action and which actions are weak: keys that only move or confirm, clicks into a field
that is then filled in, windows that come to the front. Whether a weak one was done says little.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from capture.analysis.own_terminal import FIRST_MS, is_terminal
from capture.model import Chord, Click, Event, InferredAction, InferredKind, Pointer, Typed, WindowChange
from transcribe.model import Step
from transcribe.steps.actions import UserAction, actions_of

_WEAK_KEYS = frozenset({
    "Tab", "Shift+Tab", "Return", "Escape", "BackSpace", "Delete", "Home", "End", "Left", "Right", "Up", "Down",
    "PageUp", "PageDown", "Ctrl+A", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z", "Alt+Tab",
})  # fmt: skip
_LEAVES_FIELD = frozenset(("Tab", "Shift+Tab"))
_SAME_PLACE_PX = 12


class ActionKind(StrEnum):
    """A click, text typed, a key chord, or another window in front."""

    CLICK = "click"
    TYPE = "type"
    CHORD = "chord"
    WINDOW = "window"


@dataclass(frozen=True)
class PracticeAction:
    """One action. ``label`` is of what was clicked or filled in; ``place`` in pixels of the picture, None if unknown.

    ``window`` is a title, ``program`` a window class. ``step`` is the demo's step (0 in an attempt). ``weak``: see the
    module. ``inferred``: only seen in the pictures. Times are ms.
    """

    kind: ActionKind
    begins_ms: int
    ends_ms: int
    label: str = ""
    place: tuple[int, int] | None = None
    window: str = ""
    program: str = ""
    keys: str = ""
    button: int = 1
    weak: bool = False
    inferred: bool = False
    step: int = 0


def actions_of_demo(steps: Sequence[Step]) -> list[PracticeAction]:
    """The actions of a demo's steps, in order; times in clip time."""
    events = sorted(((event, step.number) for step in steps for event in step.events), key=lambda pair: pair[0].at_ms)
    numbers = {id(event): number for event, number in events}
    made = _made([event for event, _ in events], numbers)
    inferred = [_inferred(action, step.number) for step in steps for action in step.inferred]
    return _joined(sorted([*made, *inferred], key=lambda action: action.begins_ms))


def actions_of_attempt(events: Sequence[Event], inferred: Sequence[InferredAction] = ()) -> list[PracticeAction]:
    """The actions of an attempt without those in the terminal that recorded it; times in take time."""
    made = _made(without_own_terminal(sorted(events, key=lambda event: event.at_ms)), {})
    return _joined(sorted([*made, *(_inferred(action, 0) for action in inferred)], key=lambda action: action.begins_ms))


def without_own_terminal(events: Sequence[Event]) -> list[Event]:
    """The events without what was done in the terminal that was in front when the recording began.

    That is where the attempt was started, hints are read and it is stopped. Windows without an id are told by title and
    class.
    """
    first = next((event for event in events if isinstance(event, WindowChange)), None)
    if first is None or first.at_ms > FIRST_MS or not is_terminal(first):
        return list(events)
    kept: list[Event] = []
    inside = True
    for event in events:
        if isinstance(event, WindowChange):
            inside = _same_window(event, first)
        elif isinstance(event, Click):  # the window manager tells later than the click that a window is in front
            inside = (event.window, event.window_class) == (first.window, first.window_class)
        if not inside or isinstance(event, Pointer):
            kept.append(event)
    return kept


def _same_window(one: WindowChange, other: WindowChange) -> bool:
    if one.window_id and other.window_id:
        return one.window_id == other.window_id
    return (one.window, one.window_class) == (other.window, other.window_class)


def _made(events: Sequence[Event], numbers: dict[int, int]) -> list[PracticeAction]:
    made: list[PracticeAction] = []
    field: Click | None = None
    front = WindowChange(0, "")
    for action in actions_of(events):
        event, step = action.event, numbers.get(id(action.event), 0)
        if isinstance(event, Click):
            field = event
            made.append(_click(action, event, step))
        elif isinstance(event, Typed):
            made.append(_typed(action, field, front, step))
        elif isinstance(event, Chord):
            field = None if event.keys in _LEAVES_FIELD else field
            weak = event.keys in _WEAK_KEYS
            made.append(PracticeAction(
                ActionKind.CHORD, action.begins_ms, action.ends_ms, keys=event.keys, window=front.window,
                program=front.window_class, weak=weak, step=step,
            ))  # fmt: skip
        elif isinstance(event, WindowChange):
            front, field = event, None
            made.append(PracticeAction(
                ActionKind.WINDOW, action.begins_ms, action.ends_ms, window=event.window, program=event.window_class,
                weak=True, step=step,
            ))  # fmt: skip
    return made


def _click(action: UserAction, click: Click, step: int) -> PracticeAction:
    return PracticeAction(
        ActionKind.CLICK, action.begins_ms, action.ends_ms, label=click.label, place=(click.x, click.y),
        window=click.window, program=click.window_class, button=click.button, weak=action.fills, step=step,
    )  # fmt: skip


def _typed(action: UserAction, field: Click | None, front: WindowChange, step: int) -> PracticeAction:
    """Text typed, with the name and the place of the field that was clicked before it."""
    label, place = (field.label, (field.x, field.y)) if field is not None else ("", None)
    window, program = (field.window, field.window_class) if field is not None else (front.window, front.window_class)
    return PracticeAction(
        ActionKind.TYPE, action.begins_ms, action.ends_ms, label=label, place=place, window=window, program=program,
        step=step,
    )  # fmt: skip


def _inferred(action: InferredAction, step: int) -> PracticeAction:
    kind = ActionKind.TYPE if action.kind is InferredKind.TYPING else ActionKind.CLICK
    weak = action.kind is InferredKind.LARGE or (action.place is None and not action.label)
    return PracticeAction(
        kind, action.start_ms, max(action.at_ms, action.end_ms), label=action.label, place=action.place, weak=weak,
        inferred=True, step=step,
    )  # fmt: skip


def _joined(actions: Iterable[PracticeAction]) -> list[PracticeAction]:
    """The actions with repeats as one: bursts of typing into one field, clicks on one place in a row."""
    joined: list[PracticeAction] = []
    for action in actions:
        last = next((one for one in reversed(joined) if not _passes(one)), None)
        if last is not None and last.step == action.step and _repeats(last, action):
            at = next(at for at in range(len(joined) - 1, -1, -1) if joined[at] is last)
            joined[at] = replace(last, ends_ms=max(last.ends_ms, action.ends_ms))
        else:
            joined.append(action)
    return joined


def _passes(action: PracticeAction) -> bool:
    """Whether an action may stand between two repeats: a key that corrects or moves within a field."""
    return action.kind is ActionKind.CHORD and action.weak and action.keys not in _LEAVES_FIELD


def _repeats(last: PracticeAction, action: PracticeAction) -> bool:
    if last.kind is not action.kind or (last.window, last.program) != (action.window, action.program):
        return False
    if action.kind is ActionKind.CHORD:
        return last.keys == action.keys
    if action.kind is ActionKind.WINDOW:
        return True
    if last.place is None or action.place is None:
        return action.kind is ActionKind.TYPE and last.place is None and action.place is None
    if last.label and action.label and last.label != action.label:
        return False  # another page has another button there
    apart = max(abs(last.place[0] - action.place[0]), abs(last.place[1] - action.place[1]))
    return apart <= _SAME_PLACE_PX and last.button == action.button
