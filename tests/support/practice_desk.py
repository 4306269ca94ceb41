"""A window with named buttons to practise in, a demo of it, and hands that wait until the recorder saw each click."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from capture.backends.windows import list_windows
from capture.model import Click, Region, Target
from capture.recorder.handle import Recording, RecordOptions
from library.connection.library import Library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import Demo
from tests.support.desktop import Stage, tk_python, wait_for
from transcribe.model import Step
from transcribe.ocr.rapidocr_reader import RapidOcrReader

WINDOW = Path(__file__).parent.parent / "benches" / "labelled_window.py"
BUTTONS = ("New order", "Supplier list", "Add item", "Check stock", "Submit order", "Print", "Archive")


class PracticeDesk:
    """The window on a stage. ``labels`` are its buttons, from top to bottom."""

    def __init__(self, stage: Stage, labels: Sequence[str] = BUTTONS) -> None:
        self.stage = stage
        self._layout = stage.folder / "practice.json"
        self._layout.unlink(missing_ok=True)  # of a window before
        size = [str(side) for side in stage.size]
        buttons = [f"button:{label}" for label in labels]
        self.app = stage.spawn([tk_python(), str(WINDOW), str(self._layout), *size, "Purchase orders", *buttons])
        wait_for(self._stands, "the window", 60)

    def _stands(self) -> bool:
        """Whether the window is where it says: the window manager may move it after it was first shown."""
        where = self._places().get("(window)")
        return where is not None and any(window.region == Region(*where) for window in list_windows())

    def _places(self) -> dict[str, list[int]]:
        return json.loads(self._layout.read_text()) if self._layout.exists() else {}

    def place(self, label: str) -> tuple[int, int]:
        """The middle of a button."""
        x, y, width, height = self._places()[label]
        return x + width // 2, y + height // 2

    def click(self, take: Path, *labels: str) -> None:
        """Click buttons, each once the recorder of a take has logged the one before."""
        for label in labels:
            x, y = self.place(label)
            before = _clicks(take)
            self.stage.xdo(f"mousemove {x} {y}\nclick 1")
            wait_for(lambda before=before: _clicks(take) > before, f"the click on {label}", 60)

    def close(self) -> None:
        """Close the window."""
        self.stage.end(self.app)


def _clicks(take: Path) -> int:
    log = take / "events.jsonl"
    return log.read_text().count('"kind":"click"') if log.exists() else 0


def file_demo(desk: PracticeDesk, library: Library, takes: Path, *labels: str, title: str = "Raise an order") -> Demo:
    """Record these clicks as an expert does, and file them with one step for each."""
    recording = Recording.start(RecordOptions(target=Target(monitor=1), takes_folder=takes, microphone="none"))
    desk.click(Path(recording.status.take_path), *labels)
    take = recording.stop()
    draft = propose(take.path, IntakeOptions(reader=RapidOcrReader(), keep_all=True, author="Priya"))
    clicks = [event for step in draft.steps for event in step.events if isinstance(event, Click)]
    edges = [*(max(0, click.at_ms - 50) for click in clicks), draft.take.duration_ms]
    steps = tuple(
        Step(
            start, max(end, start + 1), number=n, title=f"Click {label}", at_ms=start, clicked=click.label,
            events=(click,),
        )
        for n, (start, end, click, label) in enumerate(zip(edges, edges[1:], clicks, labels, strict=False), 1)
    )  # fmt: skip
    return file(replace(draft, steps=steps, title=title, cuts=()), library)


def bytes_outside(home: Path, *words: str) -> list[str]:
    """Files of a home, outside the learner's folder, that hold one of the words, in their names or in their bytes."""
    found = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and "mine" not in path.relative_to(home).parts:
            data: Any = path.read_bytes() + str(path).encode()
            found += [f"{path}: {word}" for word in words if word.encode() in data]
    return found
