"""A real recorder process on a real screen with a real sound server, commanded by its handle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from capture.child_process import from_json, to_json
from capture.errors import CaptureError, TakeError
from capture.model import Click, Marker, Pause, Region, Scrap, TakeState, Target
from capture.recorder.handle import Recording
from capture.recorder.options import RecorderCommand, RecordOptions, Status
from capture.recorder.process import StatusPipe
from capture.takes import is_live, read_events
from capture.video.media_info import probe
from tests.capture.backends.test_audio import beep
from tests.support.desktop import SINK, Stage, wait_for
from tests.support.recorder_on_desktop import PLAIN, clear_up, folder_of, opens, options, paint, shows, start, until


@pytest.fixture(autouse=True)
def plain_desk(request: pytest.FixtureRequest) -> Iterator[None]:
    """The desk in its own colour before, no recorder left after."""
    if "stage" in request.fixturenames:
        request.getfixturevalue("stage").run(["xsetroot", "-solid", PLAIN])
    yield
    clear_up()


pytestmark = [pytest.mark.x11, pytest.mark.sound]


def loud(path: Path, track: int = 0) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each 10 ms of a sound track are loud."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=track)]
    samples = np.abs(np.concatenate(frames, axis=1)).max(axis=0)
    whole = len(samples) - len(samples) % 480
    return np.asarray(samples[:whole].reshape(-1, 480).max(axis=1) > 0.1)


def test_a_take_shows_what_was_shown_and_lets_hear_what_was_said(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, system_sound="default")
    folder = folder_of(recording)
    assert is_live(folder)
    red = paint(stage, "#c02020", folder)
    player = stage.play(beep(tmp_path, 1.0))
    assert player.wait(10) == 0
    green = paint(stage, "#20a020", folder)
    until(recording, green + 500)
    status = recording.status
    assert status.fps > 5
    assert status.bytes_written > 0
    assert status.free_bytes > 0
    take = recording.stop()
    assert take == opens(folder)
    assert not is_live(folder)
    assert shows(take, red + 50, "#c02020")
    assert shows(take, green + 50, "#20a020")
    assert take.duration_ms >= green + 500
    assert (take.width, take.height) == stage.size
    assert (take.microphone, take.system_sound) == (f"{SINK}.monitor", f"{SINK}.monitor")
    for track in (0, 1):
        assert 90 <= loud(take.video, track).sum() <= 115, "a second of beep"
    assert take.figures.frames < take.figures.ticks


def test_the_first_picture_is_there_when_it_has_started(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    assert recording.status.state == "recording"
    assert recording.status.frames >= 1
    take = recording.stop()
    assert probe(take.video).has_sound is False
    assert take.microphone is None


def test_commands_reach_it(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 300)
    recording.send(RecorderCommand.MARK, "open\nthe menu")
    recording.send(RecorderCommand.PAUSE)
    wait_for(lambda: recording.status.paused, "the pause")
    recording.send(RecorderCommand.RESUME)
    wait_for(lambda: not recording.status.paused, "the end of the pause")
    recording.send(RecorderCommand.MUTE)
    wait_for(lambda: recording.status.muted, "the mute")
    recording.send(RecorderCommand.UNMUTE)
    wait_for(lambda: not recording.status.muted, "the end of the mute")
    recording.send(RecorderCommand.SCRAP, "100")
    events = read_events(recording.stop())
    kinds = {type(event) for event in events}
    assert {Marker, Pause, Scrap} <= kinds
    assert next(e for e in events if isinstance(e, Marker)).note == "open the menu"


def test_signals_do_the_same_as_commands(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 200)
    os.kill(recording.pid, signal.SIGUSR2)
    os.kill(recording.pid, signal.SIGUSR1)
    wait_for(lambda: recording.status.paused, "the pause")
    os.kill(recording.pid, signal.SIGUSR1)
    wait_for(lambda: not recording.status.paused, "the end of the pause")
    os.kill(recording.pid, signal.SIGINT)
    wait_for(lambda: recording.status.ended, "the end")
    take = recording.wait(10)
    assert take is not None
    assert {Marker, Pause} <= {type(event) for event in read_events(take)}


def test_clicks_are_noted_and_ringed_and_hotkeys_stop(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none", events=True, hotkeys={"stop": "ctrl+alt+s", "mark": "ctrl+alt+k"})
    until(recording, 200)
    stage.xdo("mousemove 300 200 click 1")
    stage.xdo("key ctrl+alt+k")
    wait_for(lambda: "marker" in (folder_of(recording) / "events.jsonl").read_text(), "the mark")
    stage.xdo("key ctrl+alt+s")
    wait_for(lambda: recording.status.ended, "the end")
    take = recording.stop()
    events = read_events(take)
    [click] = [event for event in events if isinstance(event, Click)]
    assert (click.x, click.y) == (300, 200)
    assert take.state is TakeState.FINISHED


def test_hotkeys_scrap_mute_and_abandon(stage: Stage, tmp_path: Path) -> None:
    keys = {"scrap": "ctrl+alt+z", "mute": "ctrl+alt+m", "abandon": "ctrl+alt+q"}
    recording = start(tmp_path, hotkeys=keys)
    until(recording, 200)
    stage.xdo("key ctrl+alt+m")
    wait_for(lambda: recording.status.muted, "the mute")
    stage.xdo("key ctrl+alt+m")
    wait_for(lambda: not recording.status.muted, "the end of the mute")
    stage.xdo("key ctrl+alt+z")
    wait_for(lambda: "scrap" in (folder_of(recording) / "events.jsonl").read_text(), "the scrap")
    stage.xdo("key ctrl+alt+q")
    wait_for(lambda: recording.status.ended, "the end")
    take = recording.wait(10)
    assert take is not None
    assert take.state is TakeState.ABANDONED
    assert opens(take.path) == take, "it could not ask, so nothing is deleted"


def test_muted_words_are_not_in_the_take(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path)
    recording.send(RecorderCommand.MUTE)
    wait_for(lambda: recording.status.muted, "the mute")
    stage.play(beep(tmp_path, 0.5)).wait(10)
    until(recording, 1500)
    assert not loud(recording.stop().video).any()


def test_abandoning_deletes_everything(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 100)
    recording.abandon()
    assert list((tmp_path / "takes").iterdir()) == []


def test_a_part_of_the_screen_can_be_recorded(stage: Stage, tmp_path: Path) -> None:
    recording = Recording.start(
        RecordOptions(
            target=Target(region=Region(100, 100, 321, 201)),
            takes_folder=tmp_path / "takes",
            microphone="none",
            max_ms=200,
        )
    )
    wait_for(lambda: recording.status.ended, "its own end")
    take = recording.stop()
    assert (take.width, take.height) == (320, 200)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"microphone": "laptop"}, "no microphone “laptop”"),
        ({"target": Target(monitor=7)}, "7"),
        ({"target": Target(window="No such window")}, "No such window"),
    ],
)
def test_what_cannot_be_recorded_is_one_line_and_leaves_nothing(
    stage: Stage, tmp_path: Path, more: dict[str, object], says: str
) -> None:
    wish = RecordOptions(**({"target": Target(monitor=1), "takes_folder": tmp_path / "takes"} | more))  # type: ignore[arg-type]  # a table of cases
    with pytest.raises(CaptureError, match=says) as caught:
        Recording.start(wish)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "takes").glob("*"))


def test_a_recorder_that_cannot_be_run_says_why_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capture.recorder.handle._PROCESS", "capture.recorder.missing")
    with pytest.raises(CaptureError, match=r"could not start \(.*No module named capture.recorder.missing\)") as caught:
        start(tmp_path, microphone="none")
    assert "\n" not in str(caught.value)


def test_no_screen_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(CaptureError, match="There is no screen here"):
        start(tmp_path, microphone="none")


def test_no_microphone_at_all_records_silently_after_saying_so(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    recording = start(tmp_path)
    assert "no narration" in recording.status.notices[0]
    until(recording, 200)
    take = recording.stop()
    assert "no narration" in take.notices[0]
    assert probe(take.video).has_sound is False


def test_two_recorders_at_once_on_one_display_are_refused(stage: Stage, tmp_path: Path) -> None:
    first = start(tmp_path, microphone="none")
    with pytest.raises(CaptureError, match="being recorded already"):
        start(tmp_path, microphone="none")
    until(first, 200)
    assert opens(folder_of(first) if first.stop() else tmp_path).state is TakeState.FINISHED


def test_a_folder_that_cannot_be_written_is_one_line(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "takes").write_text("a file")
    with pytest.raises(CaptureError, match="takes"):
        start(tmp_path, microphone="none")


def test_started_by_hand_without_options_it_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "capture.recorder.process"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")
    assert done.stderr.count("\n") == 1


def test_a_parent_that_does_not_read_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    post = StatusPipe(writing)
    for number in range(3000):
        post.send(Status(ticks=number))
    assert not post.gone
    with os.fdopen(reading, "rb") as pipe:
        first = pipe.read(20_000).splitlines()[:20]
        assert [from_json(line, Status).ticks for line in first] == list(range(20)), "whole lines, in order"
        post.send(Status(state="finished"), last=True)
        os.set_blocking(reading, False)
        rest = pipe.read()
    assert from_json(rest.splitlines()[-1], Status).state == "finished"
    post.send(Status(), last=True)
    assert post.gone
    os.close(writing)


def test_options_and_status_cross_the_border_whole(tmp_path: Path) -> None:
    wish = options(tmp_path, hotkeys={"stop": "ctrl+alt+s"}, max_ms=5)
    assert from_json(to_json(wish), RecordOptions) == wish
    status = Status(state="paused", notices=("a", "b"))
    assert from_json(to_json(status), Status) == status
    assert json.loads(to_json(status))["level"]["rms_db"] == -90.0


def test_a_handle_of_a_recorder_that_has_ended_takes_commands_without_harm(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none", max_ms=100)
    wait_for(lambda: recording.status.ended, "its own end")
    recording.send(RecorderCommand.PAUSE)
    recording.send(RecorderCommand.MARK)
    take = recording.stop()
    assert recording.wait() == take


def test_a_recorder_that_dies_says_where_the_take_is(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    until(recording, 300)
    os.kill(recording.pid, signal.SIGKILL)
    wait_for(lambda: recording.status.ended, "its end")
    with pytest.raises(TakeError, match="showhow recover"):
        recording.wait()
