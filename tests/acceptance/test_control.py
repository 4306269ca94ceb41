"""A recording is marked, paused and stopped by commands, as keys of a desktop's own settings call them."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.model import Marker, Pause
from capture.recorder.control import send_command
from capture.recorder.options import RecorderCommand
from capture.takes import load_take, read_events
from tests.support.command import run_command
from tests.support.desktop import Stage, wait_for
from tests.support.recorder_on_desktop import clear_up, folder_of, start, until

pytestmark = pytest.mark.x11


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    """No recorder is left after a test."""
    yield
    clear_up()


def test_mark_pause_and_stop_reach_what_is_being_recorded(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 300)
    assert run_command("mark", "Open the menu").stdout.startswith("Marked a step at 0:0")
    marked = json.loads(run_command("mark", "--json").stdout)
    assert marked["take"] == str(folder_of(recording))
    assert run_command("pause").stdout.startswith("Paused at 0:")
    wait_for(lambda: recording.status.paused, "the pause")
    assert run_command("pause").stdout.startswith("Going on at 0:")
    wait_for(lambda: not recording.status.paused, "the end of the pause")
    done = run_command("stop")
    wait_for(lambda: recording.status.ended, "its end")
    assert done.stdout.startswith("Take of 0:")
    assert str(folder_of(recording)) in done.stdout
    events = read_events(load_take(folder_of(recording)))
    markers = [event for event in events if isinstance(event, Marker)]
    assert [marker.note for marker in markers] == ["Open the menu", ""]
    assert markers[0].at_ms <= markers[1].at_ms
    assert any(isinstance(event, Pause) for event in events)


def test_a_mark_stands_where_the_key_was_pressed_and_not_where_python_had_started(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 1500)
    send_command(RecorderCommand.MARK_AGO, "1000 earlier")
    send_command(RecorderCommand.MARK_AGO, "600000 before it began")
    send_command(RecorderCommand.MARK, "now")
    marks = {event.note: event.at_ms for event in read_events(recording.stop()) if isinstance(event, Marker)}
    assert marks["before it began"] == 0
    assert marks["earlier"] <= marks["now"] - 1000


@pytest.mark.parametrize("word", ["mark", "pause", "stop"])
def test_where_nothing_is_recorded_the_line_says_so(stage: Stage, word: str) -> None:
    done = run_command(word)
    assert done.returncode == 1
    assert done.stderr == "Nothing is being recorded here. Start with showhow record, or Ctrl+R in showhow.\n"


def test_a_recorder_that_was_killed_answers_nobody(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    os.kill(recording.pid, signal.SIGKILL)
    wait_for(lambda: recording.status.ended, "its end")
    assert "Nothing is being recorded here" in run_command("mark").stderr


def test_a_shortcut_that_knows_no_display_reaches_the_only_recorder(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = start(tmp_path, microphone="none")
    monkeypatch.delenv("DISPLAY")
    assert run_command("mark").returncode == 0
    assert run_command("stop").returncode == 0
    wait_for(lambda: recording.status.ended, "its end")


def test_only_the_owner_may_command_a_recorder(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    (told,) = (stage.folder / "showhow").glob("*.control")
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    told.write_text(json.dumps({**json.loads(told.read_text()), "key": "another"}))
    assert "Nothing is being recorded here" in run_command("stop").stderr
    assert not recording.status.ended
    recording.stop()
    assert not list((stage.folder / "showhow").glob("*.control"))
