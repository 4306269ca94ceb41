"""Sessions for the bench of comparisons: tasks done in a real window, recorded, with labels read, and their truth.

    python -m tests.benches.practice_sessions FOLDER    records all that FOLDER does not have yet

A task is a path through the widgets of a window. An attempt leaves out, adds, swaps, types other data, finds a button
under another label, a window laid out anew, or a screen of another size. Which, is drawn by the task's name. A rough
one has much of it, and detours to buttons that the task needs elsewhere; both have the same button renamed. The tasks
of ``HELD_BACK`` were not looked at while the rule was made.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from capture.model import Event, Take, Target
from capture.recorder.handle import Recording, RecordOptions
from capture.takes import read_events
from library.intake.screen_text import read_labels
from tests.support.desktop import Stage, tk_python, wait_for
from transcribe.ocr.rapidocr_reader import RapidOcrReader

SIZE, LARGE = (1280, 720), (1600, 900)
ATTEMPTS = (
    "plain",
    "omit",
    "detour",
    "swap",
    "renamed",
    "omit detour",
    "renamed omit large",
    "anew detour",
    "half",
    "rough a",
    "rough b",
)
_PAUSE_S = 0.45
_KEY_MS = 25


@dataclass(frozen=True)
class PracticeTask:
    """A window's title, its widgets (``button:LABEL``, ``field:LABEL``), and which are used, in order (indices).

    ``names`` are labels of another version, for widgets that may be renamed.
    """

    name: str
    window: str
    widgets: tuple[str, ...]
    path: tuple[int, ...]
    names: dict[int, str]


def _task(name: str, window: str, widgets: str, path: str, names: dict[int, str]) -> PracticeTask:
    return PracticeTask(name, window, tuple(widgets.split("|")), tuple(map(int, path.split())), names)


TASKS = (
    _task("orders", "Purchase orders", "button:New order|field:Supplier|field:Quantity|button:Add item|field:Note|"
          "button:Check stock|button:Submit order|button:Print|button:Archive|field:Cost centre|button:Duplicate|"
          "button:Cancel|button:Close period|button:Send a copy", "0 1 2 3 9 4 5 6 13",
          {0: "Create purchase", 3: "Insert line", 6: "Release", 5: "Availability"}),
    _task("leave", "Leave requests", "button:New request|button:Annual leave|field:First day|field:Last day|"
          "button:Half days|field:Deputy|button:Check balance|button:Send request|button:Withdraw|button:History|"
          "field:Remark|button:Team calendar|button:Sick leave|button:Holidays", "0 1 2 3 5 10 6 7",
          {0: "Ask for leave", 1: "Paid vacation", 7: "Apply", 6: "Days left"}),
    _task("customers", "Customer register", "button:Search|field:Customer number|button:Open record|"
          "button:Edit address|field:Street|field:Postcode|field:City|button:Validate|button:Save changes|"
          "button:Notify|button:Merge|button:Block account|button:Contacts|button:Export list", "1 0 2 3 4 5 6 7 8 9",
          {3: "Change location", 8: "Store", 7: "Verify", 9: "Inform"}),
    _task("tickets", "Service desk", "button:My tickets|button:Take over|field:Category|button:Raise priority|"
          "field:Summary|button:Attach log|button:Escalate|field:Assignee|button:Resolve|button:Reopen|button:Watch|"
          "button:Link incident|field:Due date|button:Close ticket", "0 1 2 3 4 5 7 8 13",
          {1: "Assign to me", 5: "Upload protocol", 13: "Finish", 3: "More urgent"}),
    _task("travel", "Travel expenses", "button:Start claim|field:Destination|field:Reason|button:Add receipt|"
          "button:Scan|field:Amount|button:Currency|field:Project|button:Calculate|button:Hand in|button:Discard|"
          "button:Allowance|button:Mileage|button:Earlier claims", "0 1 2 3 5 6 7 8 9",
          {0: "Begin report", 3: "New voucher", 8: "Work out total", 9: "Send to manager"}),
    _task("stock", "Warehouse", "field:Article|button:Find article|button:Count|field:Counted|button:Difference|"
          "button:Post difference|field:Storage bin|button:Transfer|button:Label printer|button:Order again|"
          "button:Lock bin|field:Batch|button:Expiry|button:Back to list", "0 1 2 3 4 5 6 7 8 13",
          {1: "Look up", 5: "Book variance", 7: "Move goods", 8: "Tag output"}),
)  # fmt: skip
HELD_BACK = ("tickets", "travel", "stock")


class PlayedAction(msgspec.Struct, frozen=True):
    """One action as it was done, from ``start_ms`` (take time). ``path``: its place in the path, None if extra.

    ``widget`` tells what was used where labels do not; empty where they do.
    """

    start_ms: int
    label: str
    path: int | None
    widget: str = ""

    @property
    def name(self) -> str:
        """Of what was used, in this session."""
        return self.widget or self.label


class PracticeSession(msgspec.Struct, frozen=True):
    """A recorded session. ``size``: of its pictures in px. ``renamed``: places in the path with another label."""

    task: str
    kind: str
    size: tuple[int, int]
    duration_ms: int
    events: tuple[Event, ...]
    played: tuple[PlayedAction, ...]
    renamed: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Plan:
    """What is done: widgets as shown, and (index of the widget, place in the path)."""

    widgets: tuple[str, ...]
    actions: tuple[tuple[int, int | None], ...]
    size: tuple[int, int] = SIZE
    renamed: tuple[int, ...] = ()


def plan_of(task: PracticeTask, kind: str) -> _Plan:
    """What an attempt of a kind does; the same for the same task and kind."""
    draw = random.Random(f"{task.name} {kind}")  # noqa: S311  no secret
    actions: list[tuple[int, int | None]] = [(widget, at) for at, widget in enumerate(task.path)]
    plan = _Plan(task.widgets, ())
    if "renamed" in kind or "rough" in kind:
        version = random.Random(task.name) if "rough" in kind else draw  # noqa: S311  no secret
        at = version.choice([at for at, widget in enumerate(task.path) if widget in task.names])
        label = f"button:{task.names[task.path[at]]}"
        shown = [label if n == task.path[at] else one for n, one in enumerate(task.widgets)]
        plan = replace(plan, widgets=tuple(shown), renamed=(at,))
    for _ in range(2 if "rough" in kind else int("swap" in kind)):
        at = draw.randrange(1, len(actions) - 2)
        actions[at], actions[at + 1] = actions[at + 1], actions[at]
    if "omit" in kind or "rough" in kind:
        for gone in draw.sample([at for at in range(len(task.path)) if at not in plan.renamed], 2):
            actions = [action for action in actions if action[1] != gone]
    if "half" in kind:
        actions = actions[: len(actions) // 2]
    if "detour" in kind or "rough" in kind:
        others = [n for n in range(len(task.widgets)) if n not in task.path or "rough" in kind]
        for extra in draw.sample(others, 3 if "rough" in kind else 2):
            actions.insert(draw.randrange(1, len(actions)), (extra, None))
    if "anew" in kind:
        order = draw.sample(range(len(task.widgets)), len(task.widgets))
        plan = replace(plan, widgets=tuple(plan.widgets[n] for n in order))
        actions = [(order.index(widget), at) for widget, at in actions]
    return replace(plan, actions=tuple(actions), size=LARGE if "large" in kind else SIZE)


def record(task: PracticeTask, kind: str, folder: Path, reader: RapidOcrReader) -> PracticeSession:
    """Do it in a window and record it."""
    plan = (
        plan_of(task, kind) if kind != "demo" else _Plan(task.widgets, tuple((n, i) for i, n in enumerate(task.path)))
    )
    with Stage(plan.size, sound=False) as stage:
        layout = stage.folder / "layout.json"
        script = Path(__file__).with_name("labelled_window.py")
        size = [str(side) for side in stage.size]
        stage.spawn([tk_python(), str(script), str(layout), *size, task.window, *plan.widgets])
        places = wait_for(lambda: msgspec.json.decode(layout.read_bytes()) if layout.exists() else None, "the window")
        take, played = _recorded(stage, plan, places, folder)
    events = read_labels(take.video, read_events(take), reader)
    return PracticeSession(task.name, kind, plan.size, take.duration_ms, tuple(events), tuple(played), plan.renamed)


def _recorded(stage: Stage, plan: _Plan, places: dict[str, list[int]], folder: Path) -> tuple[Take, list[PlayedAction]]:
    os.environ["DISPLAY"] = stage.display  # the recorder is a child of this process
    recording = Recording.start(RecordOptions(target=Target(monitor=1), takes_folder=folder, microphone="none"))
    played: list[PlayedAction] = []
    time.sleep(0.5)
    for widget, at in plan.actions:
        kind, _, label = plan.widgets[widget].partition(":")
        x, y, width, height = places[label]
        played.append(PlayedAction(recording.status.elapsed_ms, label, at))
        shift = random.Random(f"{label} {len(played)} {plan.size}")  # noqa: S311  no secret
        left = x + round(width * shift.uniform(0.25, 0.75)) if kind == "button" else x + round(width * 0.4)
        stage.xdo(f"mousemove {left} {y + round(height * shift.uniform(0.3, 0.7))}\nsleep 0.25\nclick 1")
        if kind == "field":
            stage.run(["xdotool", "type", "--delay", str(_KEY_MS), f"{shift.randrange(10, 9999)} abc"])
        time.sleep(_PAUSE_S)
    return recording.stop(), played


def kept(folder: Path, names: Sequence[str] = ()) -> list[PracticeSession]:
    """The sessions that a folder has."""
    found = [msgspec.json.decode(file.read_bytes(), type=PracticeSession) for file in sorted(folder.glob("*.json"))]
    return [session for session in found if not names or session.task in names]


def record_all(folder: Path) -> None:
    """Record what a folder does not have."""
    reader = RapidOcrReader()
    for task in TASKS:
        for kind in ("demo", *ATTEMPTS):
            file = folder / f"{task.name}-{kind.replace(' ', '_')}.json"
            if not file.exists():
                with tempfile.TemporaryDirectory() as takes:
                    session = record(task, kind, Path(takes), reader)
                file.write_bytes(msgspec.json.encode(session))
                sys.stderr.write(f"{file.name}: {len(session.events)} events\n")


if __name__ == "__main__":
    record_all(Path(sys.argv[1]))
