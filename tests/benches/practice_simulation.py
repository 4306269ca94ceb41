"""Simulated sessions for the bench of comparisons: random tasks and attempts at them, with labels as OCR gives them.

Labels repeat (“OK” in several dialogs), some are misread or not read, rows of lists differ, windows are elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from capture.model import Chord, Click, Event, Typed, WindowChange
from tests.benches.practice_sessions import PlayedAction, PracticeSession

SIZE = (1920, 1080)
UNREAD = {"click": 0.01, "fill": 0.1, "row": 0.05}
"""Shares of labels that are not read, at least those of ``bench_steps labels``: 0 of 228 buttons, 4 of 40 fields."""
_NOUNS = (
    "order", "supplier", "invoice", "customer", "report", "record", "contract", "payment", "address", "ticket", "user",
    "project", "note", "file",
)  # fmt: skip
_VERBS = (
    "New", "Open", "Edit", "Add", "Delete", "Print", "Approve", "Send", "Copy", "Archive", "Assign", "Check", "Release",
    "Reject", "Export", "Import",
)  # fmt: skip
_COMMON = ("OK", "Save", "Cancel", "Next", "Close", "Apply", "Search")
_FIELDS = (
    "Supplier", "Quantity", "Price", "Street", "City", "Postcode", "Reason", "Amount", "Project", "Deputy", "Due-date",
    "Subject", "Remark",
)  # fmt: skip
_KEYS = ("Ctrl+S", "Ctrl+P", "F5", "Ctrl+F", "Ctrl+N")
_MISREAD = {"m": "rn", "o": "0", "l": "1", "e": "c", "t": "f", "i": "l", "a": "o", "w": "vv", "d": "cl"}


@dataclass(frozen=True)
class _Act:
    """One thing to do: ``kind`` is click, fill, row or keys."""

    kind: str
    label: str
    window: int
    place: tuple[int, int]
    path: int | None = None


def simulated(count: int, seed: int = 1) -> Iterator[tuple[PracticeSession, PracticeSession]]:
    """Demos, each with one attempt."""
    draw = random.Random(seed)  # noqa: S311  no secret
    for number in range(count):
        task = _task(draw)
        demo = _session(f"simulated {number}", "demo", task, draw, offset=(0, 0))
        yield demo, _attempt(f"simulated {number}", task, draw)


def unchanged(count: int, seed: int = 7) -> Iterator[tuple[PracticeSession, list[PracticeSession]]]:
    """Demos whose program did not change, each with three attempts by others."""
    draw = random.Random(seed)  # noqa: S311  no secret
    for number in range(count):
        task = _task(draw)
        demo = _session(f"unchanged {number}", "demo", task, draw, offset=(0, 0))
        yield demo, [_attempt(f"unchanged {number}", task, draw, renames=False) for _ in range(3)]


def one_renamed(count: int, seed: int = 9) -> Iterator[tuple[PracticeSession, list[PracticeSession], int]]:
    """Demos of which one button has another label now, each with two attempts, and its place in the path."""
    draw = random.Random(seed)  # noqa: S311  no secret
    for number in range(count):
        task = _task(draw)
        at = draw.choice([act.path for act in task if act.kind == "click" and act.path is not None])
        new = _other_label(draw, task)
        shown = [replace(act, label=new) if act.path == at else act for act in task]
        demo = _session(f"renamed {number}", "demo", task, draw, offset=(0, 0))
        attempts = [_attempt(f"renamed {number}", shown, draw, renames=False, keep=at) for _ in range(2)]
        yield demo, attempts, at


def _task(draw: random.Random) -> list[_Act]:
    places = [(x, y) for x in range(200, 1700, 230) for y in range(150, 950, 62)]
    draw.shuffle(places)
    acts: list[_Act] = []
    window = 0
    for path in range(draw.randint(6, 16)):
        if draw.random() < 0.2:
            window = draw.randrange(3)
        kind = draw.choices(("click", "fill", "row", "keys"), (55, 28, 9, 8))[0]
        label = {
            "click": lambda: draw.choice(_COMMON) if draw.random() < 0.25 else _name(draw),
            "fill": lambda: draw.choice(_FIELDS), "row": lambda: _row(draw), "keys": lambda: draw.choice(_KEYS),
        }[kind]()  # fmt: skip
        acts.append(_Act(kind, label, window, places[path], path))
    if not any(act.kind == "click" for act in acts):
        acts[0] = replace(acts[0], kind="click", label=_name(draw))
    return acts


def _name(draw: random.Random) -> str:
    return f"{draw.choice(_VERBS)} {draw.choice(_NOUNS)}"


def _row(draw: random.Random) -> str:
    return f"{draw.randrange(1000, 9999)} {draw.choice(_NOUNS).title()}"


def _other_label(draw: random.Random, task: list[_Act]) -> str:
    while (new := _name(draw)) in {act.label for act in task}:
        pass
    return new


def _attempt(
    name: str, task: list[_Act], draw: random.Random, *, renames: bool = True, keep: int | None = None
) -> PracticeSession:
    renamed: list[int] = []
    acts: list[_Act] = []
    for act in task:
        if act.path != keep and draw.random() < 0.13:
            continue
        if act.kind == "row" and draw.random() < 0.6:
            act = replace(act, label=_row(draw), place=(act.place[0], act.place[1] + draw.choice((-20, 0, 20))))  # noqa: PLW2901
        if renames and act.kind == "click" and draw.random() < 0.07:
            act = replace(act, label=_other_label(draw, task))  # noqa: PLW2901
            renamed.append(act.path or 0)
        acts.append(act)
    if len(acts) > 3 and draw.random() < 0.35:
        at = draw.randrange(len(acts) - 1)
        acts[at], acts[at + 1] = acts[at + 1], acts[at]
    for _ in range(draw.choices((0, 1, 2, 4), (45, 25, 20, 10))[0]):
        place = (draw.randrange(150, 1750), draw.randrange(120, 980))
        label = draw.choice(_COMMON) if draw.random() < 0.3 else _name(draw)
        acts.insert(draw.randrange(len(acts) + 1), _Act("click", label, draw.randrange(3), place))
    moved = (draw.randrange(-90, 90), draw.randrange(-60, 60)) if draw.random() < 0.3 else (0, 0)
    return _session(name, "attempt", acts, draw, offset=moved, renamed=tuple(renamed))


def _session(
    name: str, kind: str, acts: list[_Act], draw: random.Random, *, offset: tuple[int, int],
    renamed: tuple[int, ...] = (),
) -> PracticeSession:  # fmt: skip
    events: list[Event] = []
    played: list[PlayedAction] = []
    at_ms, front = 500, -1
    for act in acts:
        played.append(PlayedAction(at_ms, act.label, act.path, f"{act.path} {act.place if act.path is None else None}"))
        title = f"{('Orders', 'Confirm', 'Details')[act.window]} {draw.randrange(100, 999)} - Erp"
        if act.window != front and act.kind == "keys":
            events.append(WindowChange(at_ms, title, "erp"))
        front = act.window
        x, y = act.place[0] + offset[0] + draw.randint(-45, 45), act.place[1] + offset[1] + draw.randint(-9, 9)
        if act.kind == "keys":
            events.append(Chord(at_ms + 300, act.label))
        else:
            events.append(Click(at_ms + 300, x, y, window=title, window_class="erp", label=_read(act, draw)))
        if act.kind == "fill":
            count = draw.randint(2, 20)
            events.append(Typed(at_ms + 700, count, at_ms + 700 + 120 * count))
            at_ms += 120 * count
        at_ms += draw.randint(1200, 4000)
    return PracticeSession(name, kind, SIZE, at_ms, tuple(events), tuple(played), renamed)


def _read(act: _Act, draw: random.Random) -> str:
    """A label as OCR gives it: some are not read (``UNREAD``), one in twelve has a letter wrong."""
    chance, label = draw.random(), act.label
    if chance < UNREAD[act.kind]:
        return ""
    if chance > 0.92:
        at = draw.randrange(len(label))
        return label[:at] + _MISREAD.get(label[at], "") + label[at + 1 :]
    return label
