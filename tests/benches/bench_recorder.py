"""The recorder measured against FFmpeg's own grabber, and against its own promises. Prints Markdown tables.

    python -m tests.benches.bench_recorder [--brief] [--minutes N] [PART ...]
    pytest -m bench tests/benches/bench_recorder.py -s

Parts: cost (1080p30 and 4K30), kills, sync, pauses, drift (with memory). ``--brief`` does a little of each.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from capture.model import Take, Target
from capture.recording import Recording, RecordOptions
from capture.takes import load_take, recover
from capture.video.mend import check
from capture.video.read import grab_frame
from tests.benches.stand import Cost, Still, desk, ffmpeg, memory_mb, run, showhow, table
from tests.stage import Stage

CLAPPER = Path(__file__).with_name("clapper.py")


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Structural similarity of two BGR pictures' lightness (Wang et al. 2004: Gaussian of 11, sigma 1.5)."""
    a, b = (cv2.cvtColor(p, cv2.COLOR_BGR2GRAY).astype(np.float64) for p in (one, other))
    blur = lambda x: cv2.GaussianBlur(x, (11, 11), 1.5)  # noqa: E731  three words of a formula
    mu_a, mu_b = blur(a), blur(b)
    var_a, var_b, both = blur(a * a) - mu_a**2, blur(b * b) - mu_b**2, blur(a * b) - mu_a * mu_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mu_a * mu_b + c1) * (2 * both + c2)
    return float((top / ((mu_a**2 + mu_b**2 + c1) * (var_a + var_b + c2))).mean())


def likeness(cost: Cost, stills: list[Still], zero_s: float) -> tuple[float, float]:
    """Mean and worst SSIM at the still moments; ``zero_s`` is the monotonic time of the video's zero."""
    found = [ssim(still.picture, grab_frame(cost.video, round((still.at_s - zero_s) * 1000))) for still in stills]
    return (float(np.mean(found)), min(found)) if found else (0.0, 0.0)


def zero_of(cost: Cost) -> float:
    """When the video began, on the monotonic clock, to some tenths of a second: the pictures compared stand still."""
    if cost.name == "showhow":
        began = load_take(cost.video.parent).started_unix_ms / 1000
        return time.monotonic() - (time.time() - began)
    return cost.started_s - 1.7  # FFmpeg opens its inputs in 0.3 s


def bench_cost(size: tuple[int, int], seconds: float | None = None) -> str:
    """CPU, size and legibility over the scene, one recorder after the other."""
    rows, costs = [], []
    with tempfile.TemporaryDirectory() as place, desk(size, Path(place)) as on:
        for name, peer in (("showhow", showhow), ("ffmpeg x11grab", ffmpeg)):
            command, video = peer(Path(place), on)
            cost = run(name, command, on, video, seconds)
            mean, worst = likeness(cost, on.stills, zero_of(cost))
            late = _late(cost)
            costs.append(cost)
            rows.append(
                [
                    *(name, f"{cost.cpu_s:.2f} s", f"{cost.core:.1%}", f"{cost.size / 1e6:.2f} MB"),
                    *(f"{mean:.4f} / {worst:.4f} ({len(on.stills)})", f"{cost.rss_mb} MB", late),
                ]
            )
        ours, theirs = costs
        rows.append(
            ["ratio", f"{theirs.cpu_s / ours.cpu_s:.1f}x less", "", f"{ours.size / theirs.size:.2f}x", "", "", ""]
        )
    head = ["recorder", "CPU", "of a core", "video", "SSIM mean / worst (stills)", "memory", "late ticks"]
    return f"**{size[0]}x{size[1]} at 30, sound included**\n\n" + table(rows, head)


def _late(cost: Cost) -> str:
    if cost.name != "showhow":
        return ""
    figures = load_take(cost.video.parent).figures
    return f"{figures.late_ticks} of {figures.ticks} ({figures.late_ticks / figures.ticks:.2%})"


@contextmanager
def at_work(folder: Path, **more: object) -> Iterator[tuple[Stage, Recording]]:
    """A recorder on a small private desktop."""
    with Stage() as stage:
        os.environ.update(stage.env)
        wish = {"target": Target(monitor=1), "takes_folder": folder / "takes"} | more
        yield stage, Recording.start(RecordOptions(**wish))  # type: ignore[arg-type]  # a bench's own options


def bench_kills(count: int) -> str:
    """kill -9 at random moments while the pointer moves now and then: how much of the take is missing."""
    lost, rng = [], random.Random(5)  # noqa: S311  moments, not secrets
    with tempfile.TemporaryDirectory() as place:
        for _ in range(count):
            with at_work(Path(place)) as (stage, recording):
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
                lost.append(elapsed - take.duration_ms / 1000)
    return table(
        [[count, f"{np.mean(lost):.2f} s", f"{max(lost):.2f} s", "all"]],
        ["kills", "lost, mean", "lost, most", "open and seek"],
    )


def _zero(recording: Recording) -> float:
    """When the take began (monotonic s), from a status that may be old: the least of some is right to 0.02 s."""
    time.sleep(0.02)
    return time.monotonic() - recording.status.elapsed_ms / 1000


def clap(stage: Stage, every_s: float, count: int) -> subprocess.Popen[str]:
    """Start the clapperboard."""
    command = [sys.executable, str(CLAPPER), str(every_s), str(count)]
    return subprocess.Popen(command, env=stage.env, stdout=subprocess.PIPE, text=True)


def offsets(video: Path) -> list[tuple[float, float]]:
    """(moment of the flash in s, how much later the beep is in ms) for each clap in a video."""
    flashes, beeps = _flashes(video), _beeps(video)
    pairs = ((flash, min(beeps, key=lambda beep, flash=flash: abs(beep - flash), default=1e9)) for flash in flashes)
    return [(flash, (beep - flash) * 1000) for flash, beep in pairs if abs(beep - flash) < 0.5]


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


def bench_sync(count: int) -> str:
    """How far beep and flash of one moment are apart in the take."""
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        clap(stage, 1.117, count).communicate()
        found = [off for _, off in offsets(recording.stop().video)]
    cells = [len(found), f"{np.mean(found):+.1f} ms", f"{min(found):+.1f} to {max(found):+.1f} ms"]
    return table([cells], ["claps", "sound after picture, mean", "range"])


def bench_pauses(count: int) -> str:
    """Whether pauses shift the sound: claps before and after many of them."""
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        clap(stage, 1.117, 8).communicate()
        first = recording.status.elapsed_ms / 1000
        for _ in range(count):
            recording.pause()
            time.sleep(0.15)
            recording.resume()
            time.sleep(0.25)
        clap(stage, 1.117, 8).communicate()
        found = offsets(recording.stop().video)
    before = float(np.mean([off for at, off in found if at < first]))
    after = float(np.mean([off for at, off in found if at > first]))
    return table(
        [[count, f"{before:+.1f} ms", f"{after:+.1f} ms", f"{after - before:+.1f} ms"]],
        ["pauses", "before", "after", "growth"],
    )


def bench_drift(minutes: float) -> str:
    """Offset and memory over a long take."""
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as place, at_work(Path(place)) as (stage, recording):
        board = clap(stage, 2.017, round(minutes * 29.7))
        while board.poll() is None:
            memory.append(memory_mb(recording.pid))
            time.sleep(min(10.0, minutes * 6))
        assert board.stdout is not None
        board.stdout.close()
        take = recording.stop()
        found = offsets(take.video)
    slope = float(np.polyfit([at / 60 for at, _ in found], [off for _, off in found], 1)[0])
    settled = memory[len(memory) // 10 + 1 :] or memory
    cells = [
        f"{take.duration_ms / 60_000:.1f}",
        f"{slope:+.2f} ms a minute",
        f"{settled[0]:.0f} to {settled[-1]:.0f} MB",
        _figures(take),
    ]
    return table([cells], ["minutes", "drift", "memory, start to end", "ticks late, sound lost"])


def _figures(take: Take) -> str:
    figures = take.figures
    return f"{figures.late_ticks} of {figures.ticks}, {figures.dropped_audio_ms} ms"


def parts(*, brief: bool, minutes: float) -> dict[str, Callable[[], str]]:
    """What can be measured."""
    return {
        "cost": lambda: bench_cost((1920, 1080)),
        "cost4k": lambda: bench_cost((3840, 2160)),
        "kills": lambda: bench_kills(3 if brief else 20),
        "sync": lambda: bench_sync(6 if brief else 40),
        "pauses": lambda: bench_pauses(10 if brief else 50),
        "drift": lambda: bench_drift(0.5 if brief else minutes),
    }


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_the_recorder_keeps_its_promises(capsys: pytest.CaptureFixture[str]) -> None:
    for name, measure in parts(brief=False, minutes=10).items():
        result = measure()
        with capsys.disabled():
            sys.stdout.write(f"\n### {name}\n\n{result}\n")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("part", nargs="*")
    given = parser.parse_args()
    for name, measure in parts(brief=given.brief, minutes=given.minutes).items():
        if not given.part or name in given.part:
            sys.stdout.write(f"\n### {name}\n\n{measure()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
