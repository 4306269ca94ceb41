"""Sessions for the bench of help for the program in front: tasks done in five real programs, and done again later.

    python -m tests.benches.now_sessions FOLDER    records all that FOLDER does not have yet

A task is a way through windows: a key or click, and the next window. It is recorded once and becomes a demo, as any
silent recording does. Later somebody does it with another file, folder or customer, and asks in each window. What the
right step is, the script knows: the one in which the recorded session clicked at this place of the way.

Debian packages: mousepad gnumeric libreoffice-calc pcmanfm chromium.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.backends.windows import front_window, list_windows
from capture.model import Click, Front, Take, Target
from capture.recorder.handle import Recording, RecordOptions
from library.draft.to_demo import make_demo
from library.intake.pipeline import propose
from library.model import ClipFacts, Demo
from library.records import decode_record, encode_record
from tests.support.desktop import Stage, wait_for

_SIZE = (1600, 900)
_PAUSE_S = (2.0, 0.6)
"""Before each step: in the recording, in which it is explained, and later."""
_NAMES = (("report-2025", "Meier", "4711"), ("minutes of May 12", "Okafor", "380"))
"""File or folder, customer and number: in the recording, and later."""


@dataclass(frozen=True)
class WindowTask:
    """What is done in a program. ``way``: for each window, the keys that open it and a word of its title.

    The first window is the program's own. ``<click>`` stands for a click into the window before.
    """

    program: str
    name: str
    way: tuple[tuple[str, str], ...]


def _task(program: str, name: str, *way: str) -> WindowTask:
    pairs = (one.partition(" ") for one in way)
    return WindowTask(program, name, tuple((keys, title) for keys, _, title in pairs))


TASKS = (
    _task("mousepad", "Replace a word everywhere", "ctrl+r Replace"),
    _task("mousepad", "Jump to a line", "ctrl+l Go To"),
    _task("mousepad", "Keep a second version", "ctrl+shift+s Save As"),
    _task("mousepad", "Put it on paper", "ctrl+p Print"),
    _task("gnumeric", "Show amounts in euro", "ctrl+1 Format"),
    _task("gnumeric", "Name a range", "ctrl+F3 Names", "ctrl+1 Format"),
    _task("gnumeric", "Correct a code in all rows", "ctrl+h Replace", "ctrl+f Search"),
    _task("gnumeric", "Hand over a copy", "ctrl+shift+s Save"),
    _task("calc", "Round the totals", "ctrl+1 Format"),
    _task("calc", "Name the tax rate", "ctrl+F3 Names", "ctrl+1 Format"),
    _task("calc", "Change a supplier in all rows", "ctrl+h Replace"),
    _task("calc", "Print the first page", "ctrl+p Print"),
    _task("pcmanfm", "Make a folder for a case", "ctrl+shift+n New Folder"),
    _task("pcmanfm", "Look at a share", "ctrl+l "),
    _task("chromium", "Raise an order", "<click> Orders", "<click> New order", "<click> Order sent"),
    _task("chromium", "Post an invoice", "<click> Invoices", "<click> Document", "<click> Posting"),
    _task("chromium", "Move a customer", "<click> Customers", "<click> Customer file", "<click> Address"),
    _task("chromium", "Count the stock", "<click> Stock", "<click> Article", "<click> Difference"),
)


class Question(msgspec.Struct, frozen=True):
    """A window that was in front later, and the step of the demo that comes next there.

    ``steps``: with it all those of the demo that happen in that window, as the recording has it.
    """

    front: Front
    step: int
    steps: tuple[int, ...] = ()


class NowSession(msgspec.Struct, frozen=True):
    """A task: the record of the demo of it, and what was asked when it was done again."""

    program: str
    record: msgspec.Raw
    questions: tuple[Question, ...]

    @property
    def demo(self) -> Demo:
        """The demo."""
        return decode_record(bytes(self.record), Demo, self.program)


def record(task: WindowTask, takes: Path) -> NowSession:
    """Do a task twice: recorded, then with other names and asking."""
    with Stage(_SIZE, sound=False) as stage:
        os.environ["DISPLAY"] = stage.display  # the recorder is a child of this process
        stage.env |= {"HOME": str(takes), "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory"}
        with _opened(stage, task, takes, 0):
            recording = Recording.start(RecordOptions(target=Target(monitor=1), takes_folder=takes, microphone="none"))
            wait_for(lambda: recording.status.elapsed_ms > 500, "the recorder")
            _walk(stage, task, _PAUSE_S[0])
            time.sleep(1)  # the last click has its picture then
            take = recording.stop()
        with _opened(stage, task, takes, 1):
            fronts = _walk(stage, task, _PAUSE_S[1])
    demo = _demo_of(take, task)
    clicks = [(step.number, event) for step in demo.steps for event in step.events if isinstance(event, Click)]
    if len(clicks) != len(fronts):
        raise RuntimeError(f"{task.name}: {len(fronts)} clicks were made, {len(clicks)} are in the demo")
    asked = tuple(
        Question(front, number, tuple(there for there, other in clicks if _same_window(click, other)))
        for front, (number, click) in zip(fronts, clicks, strict=True)
    )
    return NowSession(task.program, msgspec.Raw(encode_record(demo)), asked)


def _same_window(one: Click, other: Click) -> bool:
    return (one.window, one.window_class) == (other.window, other.window_class)


def _demo_of(take: Take, task: WindowTask) -> Demo:
    """The demo that the take becomes. The title says what it is for, as its expert does in review."""
    draft = replace(propose(take.path), title=task.name)
    demo = make_demo(draft, f"{task.program}-{task.name.lower().replace(' ', '-')}", round(time.time() * 1000))
    return replace(demo, clip=ClipFacts(duration_ms=draft.clip.duration_ms))


def _walk(stage: Stage, task: WindowTask, pause_s: float) -> list[Front]:
    """Click once in each window of the way; what was in front each time."""
    fronts = [front_window()]
    for keys, title in task.way:
        _click(stage)
        if keys != "<click>":
            stage.run(["xdotool", "key", keys])
        wait_for(lambda title=title: title in front_window().title, f"{task.name}: {title}", 60)
        time.sleep(pause_s)
        fronts.append(front_window())
        if keys != "<click>":  # a dialogue: done with it, and back
            _click(stage)
            stage.run(["xdotool", "key", "Escape"])
            if title:
                wait_for(lambda title=title: title not in front_window().title, "the dialogue to go", 60)
            time.sleep(pause_s)
            fronts.append(front_window())
    _click(stage)
    return fronts


def _click(stage: Stage) -> None:
    """A click into the lower left corner of the window in front, where nothing opens; into the middle of a page."""
    front = front_window()
    place = next(one.region for one in list_windows() if (one.window_class, one.title) == (front.app, front.title))
    x, y = place.x + 6, place.y + place.height - 6
    if " · ERP" in front.title:
        x, y = place.x + place.width // 2, place.y + place.height // 2
    stage.xdo(f"mousemove {x} {y}\nsleep 0.3\nclick 1")


@contextmanager
def _opened(stage: Stage, task: WindowTask, folder: Path, turn: int) -> Iterator[None]:
    """The program with its window, ended afterwards."""
    home = folder / f"{task.program}-{turn}"
    home.mkdir(exist_ok=True)
    running = stage.spawn(_command(task, home, turn))
    try:
        wait_for(lambda: front_window().app, task.program, 120)
        time.sleep(3)  # some show a window before the one that stays
        if task.program == "calc":
            stage.run(["xdotool", "key", "Return"])  # the separator of the file's columns
            wait_for(lambda: "LibreOffice Calc" in front_window().title, "the sheet", 60)
            time.sleep(2)
        yield
    finally:
        stage.run(["xdotool", "search", "--onlyvisible", "--name", ".", "windowkill"], check=False)
        stage.end(running)
        wait_for(lambda: not front_window().app, f"the end of {task.program}", 60)


def _command(task: WindowTask, home: Path, turn: int) -> list[str]:
    file, _, _ = _NAMES[turn]
    if task.program == "pcmanfm":
        (there := home / file).mkdir(exist_ok=True)
        return ["pcmanfm", str(there)]
    if task.program == "chromium":
        profile = f"--user-data-dir={home}/profile-{turn}"
        page = _pages(task, home, turn)
        return ["chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", profile, page.as_uri()]
    sheet = task.program != "mousepad"
    document = home / f"{file}.{'csv' if sheet else 'txt'}"
    document.write_text("code,amount\n12,3.5\n" * 9, encoding="utf-8")
    if task.program == "calc":
        profile = f"-env:UserInstallation={(home / 'office').as_uri()}"
        return ["soffice", "--norestore", "--nologo", profile, "--calc", str(document)]
    return ["gnumeric" if sheet else "mousepad", *([] if sheet else ["--disable-server"]), str(document)]


def _pages(task: WindowTask, home: Path, turn: int) -> Path:
    """Pages of an ERP in the browser, each one a link to the next; customer and number stand in their titles."""
    _, customer, number = _NAMES[turn]
    titles = ["Home", *(title for _, title in task.way)]
    files = [home / f"{task.name}-{turn}-{at}.html" for at in range(len(titles))]
    for at, title in enumerate(titles):
        case = f" {number} {customer}" if at > 1 else ""
        link = f"<a href='{files[at + 1].name}' style='position:fixed;inset:0'>next</a>" if title != titles[-1] else ""
        files[at].write_text(
            f"<!doctype html><meta charset=utf-8><title>{title}{case} · ERP</title><h1>{title}{case}</h1>{link}",
            encoding="utf-8",
        )
    return files[0]


def kept(folder: Path) -> list[NowSession]:
    """The sessions that a folder has."""
    return [msgspec.json.decode(file.read_bytes(), type=NowSession) for file in sorted(folder.glob("*.json"))]


def record_all(folder: Path, tasks: Sequence[WindowTask] = TASKS) -> None:
    """Record what a folder does not have."""
    folder.mkdir(exist_ok=True)
    for task in tasks:
        file = folder / f"{task.program}-{task.name.replace(' ', '_')}.json"
        if not file.exists():
            with tempfile.TemporaryDirectory() as takes:
                session = record(task, Path(takes))
            file.write_bytes(msgspec.json.encode(session))
            told = "; ".join(f"{one.front.app}: {one.front.title} = {one.step}" for one in session.questions)
            sys.stderr.write(f"{file.name}: {len(session.demo.steps)} steps; {told}\n")


if __name__ == "__main__":
    record_all(Path(sys.argv[1]))
