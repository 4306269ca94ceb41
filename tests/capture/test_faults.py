"""Faults caused for real. After each, the take opens, has what was shown until then, and says what happened."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.model import Notice, TakeState
from capture.recorder.options import RecorderCommand
from capture.recorder.recovery import recover
from capture.takes import VIDEO, is_live, load_take, read_events
from capture.video.repair import decodes as on_disk
from tests.capture.backends.test_audio import beep
from tests.capture.recorder.test_handle import loud
from tests.support.desktop import Stage, wait_for
from tests.support.recorder_on_desktop import (
    PLAIN,
    clear_up,
    decodes,
    folder_of,
    gone,
    opens,
    paint,
    parent_of,
    shows,
    start,
    until,
)
from tests.support.small_disk import small_disk


@pytest.fixture(autouse=True)
def plain_desk(request: pytest.FixtureRequest) -> Iterator[None]:
    """The desk in its own colour before, no recorder left after."""
    if "stage" in request.fixturenames:
        request.getfixturevalue("stage").run(["xsetroot", "-solid", PLAIN])
    yield
    clear_up()


pytestmark = [pytest.mark.x11, pytest.mark.sound]


def test_kill_9_costs_less_than_a_second(stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path)
    folder = folder_of(recording)
    red = paint(stage, "#c02020", folder)
    until(recording, red + 700)
    shown = paint(stage, "#2040d0", folder)
    until(recording, shown + 700)
    elapsed = recording.status.elapsed_ms
    os.kill(recording.pid, signal.SIGKILL)
    wait_for(lambda: recording.status.ended, "its end")
    assert load_take(folder).state is TakeState.RECORDING
    assert not is_live(folder)
    take = recover(folder)
    assert take == opens(folder)
    assert take.state is TakeState.RECOVERED
    assert take.duration_ms >= elapsed - 1000
    assert shows(take, red + 100, "#c02020")
    assert shows(take, shown + 100, "#2040d0")
    assert "cut short" in take.notices[-1]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_good_bye_from_the_system_finishes_the_take(stage: Stage, tmp_path: Path, name: str) -> None:
    recording = start(tmp_path, microphone="none")
    red = paint(stage, "#c02020", folder_of(recording))
    until(recording, red + 300)
    os.kill(recording.pid, getattr(signal, name))
    wait_for(lambda: recording.status.ended, "its end")
    take = opens(folder_of(recording))
    assert take == recording.stop()
    assert take.state is TakeState.FINISHED
    assert shows(take, take.duration_ms - 1, "#c02020")


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_parent_that_dies_leaves_a_finished_take(stage: Stage, tmp_path: Path, name: str) -> None:
    parent, folder, pid = parent_of(tmp_path)
    red = paint(stage, "#c02020", folder)
    parent.send_signal(getattr(signal, name))
    parent.wait(10)
    gone(pid)
    take = opens(folder)
    assert take.state is TakeState.FINISHED
    assert "went away; the take was finished" in take.notices[-1]
    assert shows(take, red + 30, "#c02020")


def test_a_parent_that_stands_still_stops_nothing(stage: Stage, tmp_path: Path) -> None:
    parent, folder, pid = parent_of(tmp_path)
    parent.send_signal(signal.SIGSTOP)
    for colour in ("#c02020", "#20a020"):
        last = paint(stage, colour, folder)
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    gone(pid)
    assert shows(opens(folder), last + 30, "#20a020")


def test_an_x_server_that_is_killed_ends_the_take_with_all_that_was_shown(own_stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    red = paint(own_stage, "#c02020", folder_of(recording))
    until(recording, red + 500)
    assert own_stage.x_server is not None
    own_stage.x_server.kill()
    wait_for(lambda: recording.status.ended, "its end")
    take = recording.stop()
    assert take == opens(take.path)
    assert take.state is TakeState.FINISHED
    assert "The display went away" in take.notices[-1]
    assert shows(take, take.duration_ms - 1, "#c02020")
    assert take.duration_ms >= red + 400


def test_a_sound_server_killed_and_started_again_costs_the_sound_between(own_stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path)
    own_stage.play(beep(tmp_path, 0.5)).wait(10)
    until(recording, recording.status.elapsed_ms + 800)  # what is still in the server when it dies, dies with it
    assert own_stage.sound_server is not None
    own_stage.sound_server.kill()
    own_stage.stop_sound()
    wait_for(lambda: any("went away" in text for text in recording.status.notices), "the notice")
    red = paint(own_stage, "#c02020", folder_of(recording))  # the pictures go on
    own_stage.start_sound()
    wait_for(lambda: any("is back" in text for text in recording.status.notices), "the microphone's return")
    own_stage.play(beep(tmp_path, 0.5)).wait(10)
    until(recording, recording.status.elapsed_ms + 500)
    take = recording.stop()
    assert take == opens(take.path)
    assert shows(take, red + 100, "#c02020")
    heard = loud(take.video)
    assert abs(len(heard) * 10 - take.duration_ms) < 100, "the gap is silence, not a shorter track"
    away, back = (event for event in read_events(take) if isinstance(event, Notice))
    assert (away.text, back.text) == take.notices
    assert heard[: away.at_ms // 10].any(), "what was said before is there"
    silent_until = back.at_ms - 800  # devices are asked for news twice a second, and first stamps are uncertain
    assert silent_until > away.at_ms
    assert not heard[away.at_ms // 10 : silent_until // 10].any()
    assert heard[silent_until // 10 :].any(), "and what was said after"
    assert take.figures.dropped_audio_ms > 500


@pytest.fixture
def disk_of_20_mb(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB."""
    with small_disk(tmp_path, 20) as place:
        yield place


def fill(disk: Path, leave: int) -> None:
    """Somebody else fills the disk but for ``leave`` bytes."""
    with (disk / "filler").open("wb", buffering=0) as file:
        while (free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize) > leave:
            file.write(b"x" * min(1 << 20, free - leave))


def test_a_disk_running_full_is_told_early_and_the_take_ends_in_time(stage: Stage, disk_of_20_mb: Path) -> None:
    recording = start(disk_of_20_mb, microphone="none")
    red = paint(stage, "#c02020", folder_of(recording))
    fill(disk_of_20_mb, 5 << 20)
    wait_for(lambda: recording.status.notices, "the warning")
    assert "MB of disk are left" in recording.status.notices[0]
    fill(disk_of_20_mb, 1 << 20)
    wait_for(lambda: recording.status.ended, "its end")
    take = opens(folder_of(recording))
    assert take.state is TakeState.FINISHED
    assert "The disk is nearly full" in take.notices[-1]
    assert shows(take, red + 50, "#c02020")


def test_a_disk_that_is_full_at_once_leaves_a_take_that_opens(stage: Stage, disk_of_20_mb: Path) -> None:
    recording = start(disk_of_20_mb, microphone="none", warn_free_bytes=0, stop_free_bytes=0)
    folder = folder_of(recording)
    red = paint(stage, "#c02020", folder)
    until(recording, red + 800)
    wait_for(lambda: on_disk(folder / VIDEO), "pictures on the disk")
    fill(disk_of_20_mb, 0)
    places = iter(range(100_000))
    wait_for(lambda: stage.xdo(f"mousemove 50 {next(places) % 600}") or recording.status.ended, "its end")
    take = recording.stop()
    assert take.state is TakeState.FINISHED
    assert "The disk took no more" in take.notices[-1]
    decodes(take.video)
    assert shows(take, red + 100, "#c02020")


def test_a_display_that_hangs_does_not_keep_the_take_from_ending(own_stage: Stage, tmp_path: Path) -> None:
    recording = start(tmp_path, microphone="none")
    red = paint(own_stage, "#c02020", folder_of(recording))
    assert own_stage.x_server is not None
    os.kill(own_stage.x_server.pid, signal.SIGSTOP)
    try:
        until(recording, red + 1500)
        recording.send(RecorderCommand.STOP)
        wait_for(lambda: recording.status.ended, "its end", 40)
    finally:
        os.kill(own_stage.x_server.pid, signal.SIGCONT)
    assert shows(opens(folder_of(recording)), red + 100, "#c02020")
