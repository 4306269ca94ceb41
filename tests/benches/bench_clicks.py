"""Steps of narrated tasks that are really clicked, against the steps a writer would give. Prints a Markdown table.

    python -m tests.benches.bench_clicks [NAME ...]
    pytest -m bench tests/benches/bench_clicks.py -s

A task is played in a window on Xvfb by the natural voice, recorded by the recorder, and made into a draft by base with
the labels read. A step is right when it begins within 1.5 s of an expected one. The project has a task of its own;
others come from the folder SHOWHOW_BENCH_NARRATIONS: ``NAME.txt`` (a breath group a line, “[1.5]” a pause in s),
``NAME.steps.json`` (``steps``: the ``line`` each begins with and its ``title``) and ``NAME.clicks.json`` (``window``,
and ``clicks``: by line, labels that are clicked, as “field:LABEL=TEXT” for one that is filled in).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.model import Click, Take
from capture.takes import load_take
from library.intake.options import IntakeOptions
from library.intake.pipeline import propose
from library.model import Draft
from scripts.demo import Product
from tests.benches.bench_steps import f1
from tests.benches.hearing import model
from tests.benches.stand import table
from tests.support.desktop import Stage, tk_python, wait_for
from tests.support.scripted_task import Line, Scene, Truth, speak
from transcribe.asr.whisper import Whisper
from transcribe.ocr.rapidocr_reader import RapidOcrReader

NEAR_MS = 1_500
SIZE = (1280, 720)
_BREATH_S = 0.35
_PAUSE = re.compile(r"\[([\d.]+)\]")


@dataclass(frozen=True)
class Task:
    """A narrated task: its lines with what is clicked, and the lines with which its steps begin, with their titles."""

    name: str
    window: str
    lines: tuple[Line, ...]
    steps: tuple[tuple[int, str], ...]

    @property
    def widgets(self) -> list[str]:
        """Everything that is clicked, as the window wants it: “button:Save”, “field:Name”."""
        return list(dict.fromkeys(what.partition("=")[0] for line in self.lines for _, what in line.do))


def own_task() -> Task:
    """A leave request, told as people talk."""
    told = (
        ("Hi all, so today I wanna show you how to ask for a day off.", (), 1.0),
        ("So up here you've got the calendar, and I just click on New request.", ("button:New request",), 0.6),
        ("Then, um, pick the kind of leave. I take annual leave, as usual.", ("button:Annual leave",), 1.2),
        ("For the first day I'm gonna put the fourth of May.", ("field:First day=4 May",), _BREATH_S),
        ("And the same for the last day.", ("field:Last day=4 May",), 1.5),
        ("If somebody stands in for you, write their name down here.", ("field:Deputy=Tom",), 0.8),
        ("Have a look at the days you have left, that's the number on the right.", (), 0.8),
        ("And when that's all fine, go ahead and hit Send.", ("button:Send request",), 1.5),
        ("And that's really it, thanks.", (), 1.0),
    )
    titles = {1: "Click New request", 2: "Click Annual leave", 3: "Fill in First day", 4: "Fill in Last day"}
    titles |= {5: "Fill in Deputy", 6: "Look at the days you have left", 7: "Click Send request"}
    lines = tuple(_line(say, clicked, pause) for say, clicked, pause in told)
    return Task("leave", "Leave requests", lines, tuple(titles.items()))


def tasks(names: Sequence[str] = ()) -> Iterator[Task]:
    """The project's own task and those of the folder."""
    folder = Path(os.environ.get("SHOWHOW_BENCH_NARRATIONS") or os.devnull)
    given = (_read(file) for file in sorted(folder.glob("*.clicks.json")))
    yield from (task for task in (own_task(), *given) if not names or task.name in names)


def _read(file: Path) -> Task:
    name = file.name.removesuffix(".clicks.json")
    clicks = json.loads(file.read_text("utf-8"))
    steps = json.loads(file.with_name(f"{name}.steps.json").read_text("utf-8"))["steps"]
    lines: list[Line] = []
    for text in file.with_name(f"{name}.txt").read_text("utf-8").splitlines():
        if pause := _PAUSE.fullmatch(text.strip()):
            lines[-1] = Line(lines[-1].say, lines[-1].do, float(pause[1]))
        elif text.strip():
            lines.append(_line(text.strip(), clicks["clicks"].get(str(len(lines)), ()), _BREATH_S))
    return Task(name, clicks["window"], tuple(lines), tuple((step["line"], step["title"]) for step in steps))


def _line(say: str, clicked: Sequence[str], pause_s: float) -> Line:
    return Line(say, tuple(("click", what) for what in clicked), pause_s)


class ClickedScene(Scene):
    """A task in its window; what a line clicks is clicked from the middle of it on, as hands do."""

    def __init__(self, stage: Stage, task: Task) -> None:
        self.stage, self.lines, self.lead_in_s = stage, task.lines, 1.5
        self._layout = stage.folder / "layout.json"
        script = Path(__file__).with_name("labelled_window.py")
        size = [str(side) for side in stage.size]
        command = [tk_python(), str(script), str(self._layout), *size, task.window, *task.widgets]
        self.app = stage.spawn(command, stdin=subprocess.PIPE)
        wait_for(self._places, "the window")
        self._spoken = [speak(line.say, stage.folder) for line in task.lines]
        stage.xdo(f"mousemove {stage.size[0] // 2} {stage.size[1] - 30}")

    def act(self, truth: Truth, line: Line, start_s: float, spoken_s: float) -> None:
        """Click, and fill in, what a line says."""
        for number, (_, what) in enumerate(line.do):
            self._until(truth, start_s + spoken_s * (0.5 + 0.4 * number / max(1, len(line.do))))
            label, _, text = what.partition(":")[2].partition("=")
            self._act(truth, "click", label)
            if text:
                self._act(truth, "type", text)

    def _doing_s(self, line: Line) -> float:  # noqa: ARG002  as in Scene
        return 0.0  # people finish typing while they go on talking


def record(task: Task, folder: Path) -> tuple[Take, list[int]]:
    """The take of a task, and where its steps begin in take time."""
    with Stage(SIZE) as stage:
        document, truth, _, _ = Product(stage, folder, model().path).record(ClickedScene(stage, task))
    take = load_take(Path(document["path"]))
    zero = (time.time() - time.monotonic() + truth.started_monotonic) * 1000 - take.started_unix_ms
    starts = [round(zero) + int(str(spoken["start_ms"])) for spoken in truth.speech]
    return take, [starts[line] for line, _ in task.steps]


def proposed(take: Take) -> Draft:
    """The draft that the take becomes."""
    return propose(take.path, IntakeOptions(recognizer=lambda: Whisper(model()), reader=RapidOcrReader()))


def bench_clicks(folder: Path, names: Sequence[str] = ()) -> str:
    """F1 of step starts of each task, with its clicks and without; and every title."""
    rows, titles, sums = [], list[str](), [0, 0]
    for task in tasks(names):
        (home := folder / task.name).mkdir()
        take, expected = record(task, home)
        draft = proposed(take)
        starts = [step.start_ms for step in draft.steps]
        clicks = sum(isinstance(event, Click) for event in draft.events)
        score = f1(starts, expected, NEAR_MS)
        rows.append([task.name, clicks, len(starts), len(expected), f"{score:.2f}"])
        sums = [sums[0] + round(score * (len(starts) + len(expected))), sums[1] + len(starts) + len(expected)]
        titles += [f"\n{task.name}: {draft.title}", *_titles(draft, expected, task)]
    rows.append(["together", "", "", "", f"{sums[0] / max(1, sums[1]):.3f}"])
    return table(rows, ["task", "clicks", "steps", "expected", "F1"]) + "\n" + "\n".join(titles)


def _titles(draft: Draft, expected: Sequence[int], task: Task) -> Iterator[str]:
    wanted = dict(zip(expected, (title for _, title in task.steps), strict=True))
    for step in draft.steps:
        near = min(expected, key=lambda at, own=step.start_ms: abs(at - own))  # type: ignore[misc]  # mypy has no type for a default
        right = wanted.pop(near, "") if abs(near - step.start_ms) <= NEAR_MS else ""
        yield f"  {step.start_ms / 1000:6.1f}  {step.title}   ({right or 'no step expected here'})"
    yield from (f"  {at / 1000:6.1f}  missed: {title}" for at, title in wanted.items())


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_clicked_tasks_come_to_the_steps_a_writer_gives(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{bench_clicks(tmp_path)}\n")


def main() -> None:
    """Measure the tasks that the command line names, else all."""
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(bench_clicks(Path(place), sys.argv[1:]) + "\n")


if __name__ == "__main__":
    main()
