"""A whole take by the portable back end, on a real X server: pictures compared, input by pynput, windows named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from capture.child_process import ChildProcess, to_json
from capture.model import Chord, Click, Event, Marker, Scroll, Typed, WindowChange
from capture.recorder.handle import Recording
from capture.takes import read_events
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper
from tests.support.portable_desktop import python_path
from tests.support.recorder_on_desktop import PLAIN, opens, options, paint, shows, until

SLOW_S = 90.0
"""For a process to start and load pynput on a machine that does much else."""
E = TypeVar("E", bound=Event)
pytestmark = pytest.mark.x11


@pytest.fixture
def record(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Recording]]:
    """Starts a recorder that uses the portable back end."""
    monkeypatch.setenv("PYTHONPATH", python_path())
    stage.run(["xsetroot", "-solid", PLAIN])
    started: list[Recording] = []

    def begin(**more: object) -> Recording:
        wish = to_json(options(tmp_path, **more)).decode()
        started.append(Recording(ChildProcess("tests.support.portable_desktop", wish, listens=True)))
        started[-1].wait_started()
        return started[-1]

    yield begin
    for recording in started:
        if not recording.status.ended:
            recording.abandon()


def test_a_take_has_its_pictures_clicks_typing_scrolls_windows_and_marks(
    stage: Stage, record: Callable[..., Recording]
) -> None:
    with paper("Orders", (100, 100, 300, 200), window_class="Shop"):
        recording = record(events=True, microphone="none", hotkeys={"mark": "ctrl+alt+k"})
        folder = Path(recording.status.take_path)
        # The keyboard is the last that the process listens to.
        wait_for(lambda: stage.xdo("key ctrl+alt+k") or _holds(folder, "marker"), "the listening", SLOW_S)
        red = paint(stage, "#c02020", folder)
        stage.xdo("mousemove 200 180 click 1")
        stage.xdo("type hello")
        stage.xdo("mousemove 210 190 click 5 click 5")
        wait_for(lambda: _holds(folder, "scroll"), "the last input")
        green = paint(stage, "#20a020", folder)
        until(recording, green + 500)
        take = recording.stop()
    opens(take.path)
    assert shows(take, red + 200, "#c02020")
    assert shows(take, green + 200, "#20a020")
    events = read_events(take)
    (click,) = _only(events, Click)
    assert (click.x, click.y, click.button, click.window, click.window_class) == (200, 180, 1, "Orders", "Shop")
    assert sum(burst.count for burst in _only(events, Typed)) == len("hello")
    assert sum(burst.dy for burst in _only(events, Scroll)) == 2
    assert _only(events, Marker)
    assert not _only(events, Chord)
    assert "Orders" in {change.window for change in _only(events, WindowChange)}
    assert not [line for line in take.notices if "noted" in line]


def _holds(folder: Path, kind: str) -> bool:
    return f'"{kind}"' in (folder / "events.jsonl").read_text(encoding="utf-8")


def _only(events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def test_without_pynput_the_take_is_recorded_and_says_so(
    record: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pynput.py").write_text("raise ImportError('no pynput here')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{python_path()}")
    recording = record(events=True, microphone="none")
    why = "Clicks and keys are not noted: no pynput here."
    wait_for(lambda: why in recording.status.notices, "the notice", SLOW_S)
    until(recording, 500)
    take = recording.stop()
    opens(take.path)
    assert take.notices.count(why) == 1
