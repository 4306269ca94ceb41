"""The wall clock is set back, and forward, under a recorder at work: for that process alone, by a library of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from capture.recorder.options import RecorderCommand
from capture.takes import read_changes
from tests.capture.backends.test_audio import beep
from tests.capture.recorder.test_handle import loud
from tests.support.desktop import Stage, wait_for
from tests.support.recorder_on_desktop import PLAIN, clear_up, folder_of, opens, paint, shows, start, until

pytestmark = [pytest.mark.x11, pytest.mark.sound, pytest.mark.alone]
HOUR, DAY = 3600, 86_400


class WallClock:
    """The wall clock of the programs started with ``env``; it is set by a file they read each time they ask."""

    def __init__(self, folder: Path) -> None:
        library, self._file = folder / "wall_clock.so", folder / "wall_clock"
        source = Path(__file__).with_name("wall_clock.c")
        # Missing? On Debian: apt-get install gcc libc6-dev, as scripts/setup.sh does.
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source], check=True)
        self.set(0)
        self.env = {"LD_PRELOAD": str(library), "WALL_CLOCK": str(self._file)}

    def set(self, offset_s: int) -> None:
        """So many seconds from the truth."""
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{offset_s:+d}\n")
        beside.replace(self._file)


@pytest.fixture(autouse=True)
def plain_desk(stage: Stage) -> Iterator[None]:
    stage.run(["xsetroot", "-solid", PLAIN])
    yield
    clear_up()


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[WallClock]:
    """A wall clock that is proven to move for a running program, and to leave its monotonic clock alone."""
    clock = WallClock(tmp_path)
    code = "import sys, time\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, env=os.environ | clock.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as witness:
        assert witness.stdin is not None
        assert witness.stdout is not None
        for offset_s in (0, -HOUR, DAY, 0):
            clock.set(offset_s)
            witness.stdin.write("\n")
            witness.stdin.flush()
            said, steady = map(float, witness.stdout.readline().split())
            assert abs(said - time.time() - offset_s) < 60
            assert abs(steady - time.monotonic()) < 60
        witness.stdin.close()
        yield clock


def test_a_wall_clock_set_in_mid_take_moves_neither_pictures_nor_sound(
    stage: Stage, tmp_path: Path, wall: WallClock
) -> None:
    with mock.patch.dict(os.environ, wall.env):
        recording = start(tmp_path)
    assert "wall_clock.so" in Path(f"/proc/{recording.pid}/maps").read_text()
    folder, begun = folder_of(recording), time.monotonic() - recording.status.elapsed_ms / 1000
    moments = []
    for offset_s, colour in ((0, "#c02020"), (-HOUR, "#20a020"), (DAY, "#2040d0")):
        wall.set(offset_s)
        moments.append((paint(stage, colour, folder), (time.monotonic() - begun) * 1000))
        stage.play(beep(tmp_path, 0.5)).wait(10)
        until(recording, recording.status.elapsed_ms + 500)
    lasted = (time.monotonic() - begun) * 1000
    take = recording.stop()
    assert take == opens(folder)
    assert take.duration_ms == pytest.approx(lasted, abs=1000)
    for (seen_ms, true_ms), colour in zip(moments, ("#c02020", "#20a020", "#2040d0"), strict=True):
        assert seen_ms == pytest.approx(true_ms, abs=1000)
        assert shows(take, seen_ms + 100, colour)
    times = [change.at_ms for change in read_changes(take)]
    assert times == sorted(times)
    heard = loud(take.video)
    assert len(heard) * 10 == pytest.approx(take.duration_ms, abs=100)
    starts = np.flatnonzero(np.diff(heard.astype(int)) == 1) * 10
    assert len(starts) == 3, "each beep is there once, whole"
    late = [start - seen_ms for start, (seen_ms, _) in zip(starts, moments, strict=True)]
    assert all(0 < ms < 1500 for ms in late), late
    assert take.figures.dropped_audio_ms < 100
    assert not take.notices


def test_a_pause_lasts_as_long_as_it_lasted_whatever_the_wall_clock_says(
    stage: Stage, tmp_path: Path, wall: WallClock
) -> None:
    with mock.patch.dict(os.environ, wall.env):
        recording = start(tmp_path, microphone="none")
    until(recording, 300)
    recording.send(RecorderCommand.PAUSE)
    wait_for(lambda: recording.status.paused, "the pause")
    stood = recording.status.elapsed_ms
    wall.set(-HOUR)
    recording.send(RecorderCommand.RESUME)
    until(recording, stood + 300)
    take = recording.stop()
    assert take == opens(take.path)
    assert stood + 300 <= take.duration_ms < stood + 5000
