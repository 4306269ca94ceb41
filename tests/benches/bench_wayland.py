"""What recording a Wayland desktop costs, against wf-recorder in the same run: a minute of typing at 1920x1080.

``python -m tests.benches.bench_wayland [--seconds N]``. CPU is that of the recorder's process and its children; what
sway, PipeWire and the portal spend meanwhile is given beside it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.child_process import command_of, environment, to_json
from capture.model import Target
from capture.recorder.options import RecordOptions
from capture.takes import list_takes
from tests.benches.stand import table
from tests.support.wayland_proxy import PORTAL_ONLY
from tests.support.wayland_stage import WaylandStage

SIZE = (1920, 1080)
KEYS_A_SECOND = 13
_TEXT = "The order goes to the warehouse, which packs it and sends it on. "


@dataclass
class Spent:
    """CPU seconds of a recorder, of a core's share, of the desktop's programs, and peak memory in MB."""

    cpu_s: float
    wall_s: float
    desktop_s: float
    rss_mb: int
    video: Path


class Typist:
    """Types into the terminal until it is ended."""

    def __init__(self, stage: WaylandStage) -> None:
        self._stage, self._done = stage, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        at = 0
        while not self._done.wait(1 / KEYS_A_SECOND):
            self._stage.write("\r\n" if at % 90 == 89 else _TEXT[at % len(_TEXT)])
            at += 1

    def end(self) -> None:
        """Stop typing."""
        self._done.set()
        self._thread.join()


def ticks_of(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds of a running process."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def desktop_s(stage: WaylandStage) -> float:
    """CPU seconds of all that the desktop consists of but its terminal."""
    mine = ("sway", "pipewire", "xdg-desktop-portal-wlr", "wireplumber", "proxy")
    return sum(ticks_of(stage.named[name]) for name in mine if name in stage.named)


def spent_by(command: Sequence[str], env: Mapping[str, str], stage: WaylandStage, seconds: float, video: Path) -> Spent:
    """Run a recorder over so many seconds of typing, then end it by SIGINT while somebody still types."""
    typist = Typist(stage)  # wf-recorder 0.3 does not end while the screen stands still
    with (stage.folder / "log-bench.txt").open("ab") as log:
        process = subprocess.Popen(command, env=dict(env), stdin=subprocess.PIPE, stdout=log, stderr=log)
    time.sleep(2)
    began, before = time.monotonic(), desktop_s(stage)
    time.sleep(seconds)
    wall, desktop = time.monotonic() - began, desktop_s(stage) - before
    process.send_signal(signal.SIGINT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    typist.end()
    assert process.stdin is not None
    process.stdin.close()
    return Spent(usage.ru_utime + usage.ru_stime, wall, desktop, usage.ru_maxrss // 1024, video)


def ours(stage: WaylandStage, seconds: float, folder: Path, name: str = "") -> tuple[Spent, str]:
    """showhow's recorder, started as ``Recording.start`` does; and its late ticks."""
    options = RecordOptions(target=Target(monitor=1), takes_folder=folder, microphone="none")
    env = stage.env | {key: value for key, value in environment().items() if os.environ.get(key) != value}
    if name:
        env["WAYLAND_DISPLAY"] = str(stage.folder / name)
    command = [*command_of("capture.recorder.process"), to_json(options).decode()]
    spent = spent_by(command, env, stage, seconds, folder)
    take = list_takes(folder)[0]
    spent.video = take.video
    figures = take.figures
    return spent, f"{figures.late_ticks} of {figures.ticks} ({figures.late_ticks / figures.ticks:.2%})"


def wf_recorder(stage: WaylandStage, seconds: float, folder: Path, *more: str) -> Spent:
    """wf-recorder with libx264, its default."""
    folder.mkdir()
    video = folder / "wf.mp4"
    return spent_by(["wf-recorder", *more, "-f", str(video)], stage.env, stage, seconds, video)


def bench_typing(seconds: float) -> str:
    """All recorders over the same typing, one after the other on one desktop."""
    rows, cost = [], dict[str, float]()
    with tempfile.TemporaryDirectory() as place, WaylandStage(SIZE, portal=True) as stage:
        folder = Path(place)
        found: list[tuple[str, Spent, str]] = [
            ("showhow, screencopy", *ours(stage, seconds, folder / "direct")),
            ("showhow, portal and PipeWire", *ours(stage, seconds, folder / "portal", PORTAL_ONLY)),
        ]
        if shutil.which("wf-recorder"):
            found.append(("wf-recorder", wf_recorder(stage, seconds, folder / "wf"), ""))
            fast = wf_recorder(stage, seconds, folder / "fast", "-p", "preset=ultrafast")
            found.append(("wf-recorder, preset ultrafast", fast, ""))
        for name, spent, late in found:
            cost[name] = spent.cpu_s
            size = f"{spent.video.stat().st_size / 1000:.0f} kB"
            share = f"{spent.cpu_s / spent.wall_s:.1%}"
            rows.append(
                [name, f"{spent.cpu_s:.2f} s", share, f"{spent.desktop_s:.2f} s", f"{spent.rss_mb} MB", size, late]
            )
    rows += [
        [f"{own} against {name}", f"{cost[name] / cost[own]:.1f}x less", "", "", "", "", ""]
        for name in cost
        for own in cost
        if name.startswith("wf") and own.startswith("showhow")
    ]
    head = ["recorder", "CPU", "of a core", "the desktop's programs", "memory", "video", "late ticks"]
    return f"**{seconds:.0f} s of typing, 1920x1080 at 30, no sound**\n\n{table(rows, head)}"


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_recording_wayland_costs_a_third_of_wf_recorder(capsys: pytest.CaptureFixture[str]) -> None:
    result = bench_typing(60)
    with capsys.disabled():
        sys.stdout.write(f"\n{result}\n")


def main() -> None:
    """Measure as long as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    sys.stdout.write(bench_typing(parser.parse_args().seconds) + "\n")


if __name__ == "__main__":
    main()
