"""What the recorder promises, measured: losses by a kill, sound against picture, pauses, drift, memory.

Used by the bench, which prints them, and by the long tests, which hold them to limits.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import av
import numpy as np

from capture.model import Take, Target
from capture.recorder.handle import Recording, RecordOptions
from capture.recorder.options import RecorderCommand
from capture.recorder.recovery import recover
from capture.video.repair import check
from tests.benches.stand import memory_mb
from tests.support.desktop import Stage

CLAPPER = Path(__file__).with_name("clapper.py")


class Clap(NamedTuple):
    """When the flash is in the take (s), and how much later the beep (ms)."""

    at_s: float
    off_ms: float


class Long(NamedTuple):
    """A long take: growth of the offset (ms a minute), memory (MB) over it, and its record."""

    drift: float
    memory_mb: list[float]
    take: Take


@contextmanager
def at_work(folder: Path, **more: object) -> Iterator[tuple[Stage, Recording]]:
    """A recorder on a small private desktop."""
    with Stage() as stage, mock.patch.dict(os.environ, stage.env):
        wish = {"target": Target(monitor=1), "takes_folder": folder / "takes"} | more
        yield stage, Recording.start(RecordOptions(**wish))  # type: ignore[arg-type]  # a bench's own options


def kills(count: int) -> list[float]:
    """kill -9 at random moments while the pointer moves now and then: seconds of each take that are missing.

    Raises TakeError or VideoError should one not open, decode and seek.
    """
    rng = random.Random(5)  # noqa: S311  moments, not secrets
    with tempfile.TemporaryDirectory() as place:
        return [_kill(Path(place), rng) for _ in range(count)]


def _kill(place: Path, rng: random.Random) -> float:
    with at_work(place) as (stage, recording):
        until = time.monotonic() + rng.uniform(2, 8)
        while time.monotonic() < until:
            if rng.random() < 0.5:
                stage.xdo(f"mousemove {rng.randrange(1200)} {rng.randrange(700)}")
            time.sleep(0.1)
        zero = min(_zero(recording) for _ in range(10))
        elapsed = time.monotonic() - zero
        os.kill(recording.pid, signal.SIGKILL)
        while not recording.status.ended:
            time.sleep(0.01)
        take = recover(Path(recording.status.take_path))
        check(take.video)
        return elapsed - take.duration_ms / 1000


def _zero(recording: Recording) -> float:
    """When the take began (monotonic s), from a status that may be old: the least of some is right to 0.02 s."""
    time.sleep(0.02)
    return time.monotonic() - recording.status.elapsed_ms / 1000


def clap(stage: Stage, every_s: float, count: int) -> subprocess.Popen[str]:
    """Start the clapperboard."""
    command = [sys.executable, str(CLAPPER), str(every_s), str(count)]
    return subprocess.Popen(command, env=stage.env, stdout=subprocess.PIPE, text=True)


def claps_in(video: Path) -> list[Clap]:
    """The claps whose flash and beep both are in a video."""
    flashes, beeps = _flashes(video), _beeps(video)
    pairs = ((flash, min(beeps, key=lambda beep, flash=flash: abs(beep - flash), default=1e9)) for flash in flashes)
    return [Clap(flash, (beep - flash) * 1000) for flash, beep in pairs if abs(beep - flash) < 0.5]


def _flashes(video: Path) -> list[float]:
    found, white = [], False
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[40:120, 40:120].mean()
            if luma > 150 and not white:
                found.append(float(frame.pts * frame.time_base))
            white = luma > 150 or (white and luma > 100)
    return found


def _beeps(video: Path) -> list[float]:
    found, quiet_since = [], -1.0
    with av.open(str(video)) as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.1)
            if len(loud):
                start = float(frame.pts * frame.time_base) + loud[0] / 48_000
                if start - quiet_since > 0.1:
                    found.append(start)
                quiet_since = float(frame.pts * frame.time_base) + loud[-1] / 48_000
    return found


def claps(count: int) -> list[Clap]:
    """So many claps, as they are in a take."""
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        clap(stage, 1.117, count).communicate()
        return claps_in(recording.stop().video)


def pauses(count: int) -> tuple[float, float]:
    """The mean offset (ms) of claps before and after so many pauses."""
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        clap(stage, 1.117, 8).communicate()
        first = recording.status.elapsed_ms / 1000
        for _ in range(count):
            recording.send(RecorderCommand.PAUSE)
            time.sleep(0.15)
            recording.send(RecorderCommand.RESUME)
            time.sleep(0.25)
        clap(stage, 1.117, 8).communicate()
        found = claps_in(recording.stop().video)
    before = float(np.mean([clap.off_ms for clap in found if clap.at_s < first]))
    return before, float(np.mean([clap.off_ms for clap in found if clap.at_s > first]))


def long_take(minutes: float) -> Long:
    """A take of so many minutes, claps all along."""
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        board = clap(stage, 2.017, round(minutes * 29.7))
        while board.poll() is None:
            memory.append(memory_mb(recording.pid))
            time.sleep(min(10.0, minutes * 6))
        assert board.stdout is not None
        board.stdout.close()
        take = recording.stop()
        found = claps_in(take.video)
    slope = float(np.polyfit([clap.at_s / 60 for clap in found], [clap.off_ms for clap in found], 1)[0])
    return Long(slope, memory[len(memory) // 10 + 1 :] or memory, take)
