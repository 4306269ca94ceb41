"""Runs a real recorder process on a private desktop, with helpers for its tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from capture.model import Take, Target
from capture.recorder.handle import Recording, RecordOptions
from capture.takes import load_take
from capture.video.reader import grab_frame
from capture.video.repair import check
from tests.support.desktop import Stage, wait_for

ROOT = Path(__file__).parent.parent.parent
COLOURS = {"#c02020": (32, 32, 192), "#20a020": (32, 160, 32), "#2040d0": (208, 64, 32)}
PLAIN = "#3b6e8f"
"""The first background colour of the desktop; COLOURS maps others to BGR."""


def options(folder: Path, **more: Any) -> RecordOptions:
    """Options for the whole screen, without events."""
    return RecordOptions(target=Target(monitor=1), takes_folder=folder / "takes", **({"events": False} | more))


_started: list[Recording] = []


def start(folder: Path, **more: Any) -> Recording:
    """Start a recorder."""
    _started.append(Recording.start(options(folder, **more)))
    return _started[-1]


def clear_up() -> None:
    """End the recorders that a failed test left running: the next test needs the display."""
    while _started:
        recording = _started.pop()
        if not recording.status.ended:
            os.kill(recording.pid, signal.SIGKILL)
        wait_for(lambda recording=recording: recording.status.ended, "the end of a recorder")


def folder_of(recording: Recording) -> Path:
    """Folder of its take."""
    return Path(recording.status.take_path)


def paint(stage: Stage, colour: str, take: Path) -> int:
    """Paint the background and wait until the recorder has seen it. Returns the take time in ms."""
    seen = len(_whole_changes(take))
    stage.run(["xsetroot", "-solid", colour])
    wait_for(lambda: len(_whole_changes(take)) > seen, "the recorder to see the desk")
    return int(_whole_changes(take)[-1]["at_ms"])


def _whole_changes(take: Path) -> list[dict[str, Any]]:
    lines = (take / "changes.jsonl").read_text().splitlines()
    return [change for line in lines if (change := json.loads(line))["width"] > 600]


def until(recording: Recording, ms: int) -> None:
    """Wait until ``ms`` of take time have passed."""
    wait_for(lambda: recording.status.elapsed_ms >= ms, f"{ms} ms of take")


def shows(take: Take, at_ms: int, colour: str) -> bool:
    """Whether the background has this colour in the video at ``at_ms``, in an area without windows."""
    corner = grab_frame(take.video, at_ms)[-60:-20, 20:60].astype(int)
    return bool(np.abs(corner - COLOURS[colour]).max() < 25)


def opens(path: Path) -> Take:
    """The take, after a check that its whole video decodes and seeks."""
    take = load_take(path)
    decodes(take.video)
    assert abs(check(take.video) - take.duration_ms) < 100
    return take


def decodes(video: Path) -> None:
    """Check that FFmpeg decodes every frame of it without a message."""
    # Use the times of the pictures: otherwise FFmpeg guesses a rate and reports times that do not fit.
    own_times = ("-fps_mode", "passthrough", "-enc_time_base:v", "1:90000")
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", str(video), *own_times, "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def parent_of(folder: Path) -> tuple[subprocess.Popen[str], Path, int]:
    """Start another process that records. Returns it, the folder of its take, and the pid of its recorder."""
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "from tests.support.recorder_on_desktop import start, folder_of;"
        "r = start(Path(sys.argv[1])); print(folder_of(r), r.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(folder), str(ROOT)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        line = parent.stdout.readline()
        if line.startswith("Traceback"):
            raise AssertionError(parent.stdout.read())
    take, pid = line.split()
    return parent, Path(take), int(pid)


def gone(pid: int, seconds: float = 20.0) -> None:
    """Wait until a process that is not our child has ended."""
    deadline = time.monotonic() + seconds
    while (
        Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    ):
        assert time.monotonic() < deadline, "it does not end"
        time.sleep(0.02)
