"""An attempt's take becomes its comparison: at once with the labels there are, later with all; also without events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.backends.windows import list_windows
from capture.model import Click, Target
from capture.recorder.handle import Recording, RecordOptions
from capture.takes import read_events
from library.model import LibraryError, Practice, TakeFacts
from library.practice.evaluate import evaluate
from library.practice.model import Attempt, AttemptState, Doubt, VerdictKind
from tests.support.desktop import Stage, tk_python, wait_for
from tests.support.practice_desk import BUTTONS, PracticeDesk
from transcribe.model import Step
from transcribe.ocr.rapidocr_reader import RapidOcrReader

pytestmark = pytest.mark.x11


@pytest.fixture
def desk(stage: Stage) -> Iterator[PracticeDesk]:
    desk = PracticeDesk(stage)
    yield desk
    desk.close()


def started(folder: Path, *, events: bool) -> Recording:
    return Recording.start(
        RecordOptions(target=Target(monitor=1), takes_folder=folder, microphone="none", events=events)
    )


def attempt_at(take: Path, desk: PracticeDesk | None, *labels: str) -> Attempt:
    """An attempt at a demo of one click for each label, at its place on the desk."""
    steps = []
    for n, label in enumerate(labels, 1):
        x, y = desk.place(label) if desk is not None else (0, 0)
        click = Click(n * 1_000, x, y, window="Purchase orders", window_class="Tk", label=label)
        steps.append(Step(n * 1_000, n * 1_000 + 900, number=n, title=label, events=(click,)))
    return Attempt(attempt_id="a", demo_id="d", title="D", steps=tuple(steps), take=TakeFacts(path=str(take)))


def test_what_was_read_in_time_is_compared_and_the_rest_later(desk: PracticeDesk, tmp_path: Path) -> None:
    recording = started(tmp_path, events=True)
    desk.click(Path(recording.status.take_path), *BUTTONS[:2], BUTTONS[3])
    take = recording.stop()
    attempt, reader = attempt_at(take.path, desk, *BUTTONS[:4]), RapidOcrReader()
    hasty, whole = evaluate(attempt, Practice(), (0, 0), reader, patience_s=0)
    assert not whole
    assert hasty.comparison is not None
    assert not any(event.label for event in hasty.events if isinstance(event, Click))
    found, whole = evaluate(attempt, Practice(), (0, 0), reader)
    assert whole
    assert found.comparison is not None
    assert [verdict.step for verdict in found.comparison.verdicts if verdict.was is VerdictKind.MISSING] == [3]
    assert found.state is AttemptState.MINE
    assert found.take.duration_ms == take.duration_ms
    assert len(found.events) < len(read_events(take)), "the path of the pointer is left in the take"


def test_without_events_what_was_not_seen_is_not_said_to_be_missing(desk: PracticeDesk, tmp_path: Path) -> None:
    recording = started(tmp_path, events=False)
    log = Path(recording.status.take_path) / "changes.jsonl"
    for label in BUTTONS[:3]:
        before = log.read_bytes().count(b"\n")
        x, y = desk.place(label)
        desk.stage.xdo(f"mousemove {x} {y}\nclick 1")
        wait_for(lambda before=before: log.read_bytes().count(b"\n") > before, "the window's answer", 60)
    take = recording.stop()
    found, _ = evaluate(attempt_at(take.path, desk, *BUTTONS[:4]), Practice(), (0, 0), RapidOcrReader())
    assert found.comparison is not None
    assert Doubt.NO_EVENTS in found.comparison.doubts
    assert VerdictKind.MISSING not in {verdict.was for verdict in found.comparison.verdicts}


_PAGES = """
import sys, tkinter
root = tkinter.Tk()
root.title("Travel portal")
root.geometry("1000x600+20+20")
pages = iter(sys.argv[1:])
label = tkinter.Label(root, text=next(pages), font=("DejaVu Sans", 28))
label.pack(expand=True, fill="both")
label.bind("<Button-1>", lambda _: label.configure(text=next(pages, "The end of it")))
root.mainloop()
"""


def test_without_events_a_step_is_seen_by_the_page_it_led_to(stage: Stage, tmp_path: Path) -> None:
    pages = (
        "Welcome to our portal",
        "Where do you want to travel",
        "Choose some hotel nearby",
        "Your request was sent",
    )
    app = stage.spawn([tk_python(), "-c", _PAGES, *pages])
    wait_for(lambda: any(window.title == "Travel portal" for window in list_windows()), "the window", 60)
    recording = started(tmp_path, events=False)
    log = Path(recording.status.take_path) / "changes.jsonl"
    for _ in pages[1:3]:
        before = log.read_bytes().count(b"\n")
        stage.xdo("mousemove 500 300\nclick 1")
        wait_for(lambda before=before: log.read_bytes().count(b"\n") > before, "the next page", 60)
        began = recording.status.elapsed_ms
        wait_for(lambda began=began: recording.status.elapsed_ms > began + 1_000, "a second of the page", 60)
    take = recording.stop()
    stage.end(app)
    steps = tuple(
        Step(n * 1_000, n * 1_000 + 900, number=n, title=f"Step {n}", screen_text=text)
        for n, text in enumerate(pages, 1)
    )
    attempt = replace(attempt_at(take.path, None), steps=steps)
    hasty, whole = evaluate(attempt, Practice(), (0, 0), RapidOcrReader(), patience_s=0)
    assert not whole, "there is no time to read the screen"
    assert hasty.comparison is not None
    found, whole = evaluate(attempt, Practice(), (0, 0), RapidOcrReader())
    assert whole
    assert found.comparison is not None
    done, unknown = VerdictKind.DONE, VerdictKind.UNKNOWN
    assert [verdict.was for verdict in found.comparison.verdicts] == [done, done, unknown, unknown]


def test_a_recording_that_is_gone_is_told_in_one_line(tmp_path: Path) -> None:
    attempt = replace(attempt_at(tmp_path / "gone", None, "A"), attempt_id="b")
    with pytest.raises(LibraryError, match="is gone"):
        evaluate(attempt, Practice(), (0, 0), None)
