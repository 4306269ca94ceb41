"""The recorder measured against FFmpeg's own grabber, and against its own promises. Prints Markdown tables.

    python -m tests.benches.bench_recorder [--brief] [--minutes N] [PART ...]
    pytest -m bench tests/benches/bench_recorder.py -s

Parts: cost (1080p30), cost4k, motion (a full screen that moves), portable (the back end of Windows and macOS), kills,
sync, pauses, drift (with memory). ``--brief`` does a little of each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from shutil import which
from types import FunctionType

import av
import cv2
import numpy as np
import pytest

from capture.takes import load_take, read_events
from capture.video.reader import grab_frame
from tests.benches.measures import claps, kills, long_take, pauses
from tests.benches.moving_picture import CONTENTS, PICTURES, frame, player
from tests.benches.stand import (
    Cost,
    Desk,
    EndedByItselfError,
    Still,
    desk,
    ffmpeg,
    portable,
    run,
    showhow,
    simplescreenrecorder,
    table,
)
from tests.support.desktop import SINK, Stage


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


def bench_cost(size: tuple[int, int], *, brief: bool = False) -> str:
    """CPU, size and legibility over the scene, one recorder after the other, each on a desktop of its own."""
    rows, costs, told = [], list[Cost](), list[str]()
    with tempfile.TemporaryDirectory() as place:
        for peer in peers(brief=brief):
            folder = Path(place) / peer.__name__
            folder.mkdir()
            try:
                with desk(size, folder) as on:
                    cost = run(peer(folder, on), on, Path(place) / f"{peer.__name__}.log")
            except EndedByItselfError as error:
                told.append(str(error))
                continue
            mean, worst = likeness(cost, on.stills, zero_of(cost))
            costs.append(cost)
            rows.append(
                [
                    *(cost.name, f"{cost.cpu_s:.2f} s", f"{cost.core:.1%}", f"{cost.size / 1e6:.2f} MB"),
                    *(f"{mean:.4f} / {worst:.4f} ({len(on.stills)})", f"{cost.rss_mb} MB", _late(cost)),
                ]
            )
        ours, *others = costs
        for theirs in others:
            less, smaller = f"{theirs.cpu_s / ours.cpu_s:.1f}x less", f"{ours.size / theirs.size:.2f}x"
            rows.append([f"against {theirs.name}", less, "", smaller, "", "", ""])
    head = ["recorder", "CPU", "of a core", "video", "SSIM mean / worst (stills)", "memory", "late ticks"]
    lines = [f"**{size[0]}x{size[1]} at 30, sound included**", "", table(rows, head), *told]
    return "\n".join(lines)


def bench_portable(size: tuple[int, int]) -> str:
    """CPU of the back end of Windows and macOS, which compares pictures, against that of X11; the same desktop."""
    costs, rows = list[Cost](), []
    with tempfile.TemporaryDirectory() as place:
        for peer in (showhow, portable):
            folder = Path(place) / peer.__name__
            folder.mkdir()
            with desk(size, folder) as on:
                costs.append(run(peer(folder, on), on, folder / "log"))
            take = load_take(costs[-1].video.parent)
            noted = Counter(type(event).__name__.lower() for event in read_events(take))
            frames = take.figures.frames
            told = ", ".join(f"{noted[kind]} {kind}" for kind in ("click", "typed", "scroll", "windowchange"))
            rows.append(
                [costs[-1].name, f"{costs[-1].cpu_s:.2f} s", f"{costs[-1].core:.1%}", _late(costs[-1]), frames, told]
            )
    ours, others = costs
    rows.append(["portable against X11", f"{others.cpu_s / ours.cpu_s:.2f}x", "", "", "", ""])
    return table(rows, ["back end", "CPU", "of a core", "late ticks", "frames", "events"])


def bench_motion(size: tuple[int, int], *, brief: bool = False) -> str:
    """CPU, pictures, size and likeness where everything moves, against FFmpeg with the same encoder."""
    rows, seconds = [], 8 if brief else 20
    for content in CONTENTS:
        with tempfile.TemporaryDirectory() as place, Stage(size) as stage:
            play = player(stage.display, size, content, seconds)
            on = Desk(stage.env, play, f"{SINK}.monitor", size)
            truth = [frame(number, size, CONTENTS[content])[..., :3].copy() for number in range(PICTURES)]
            for peer in (showhow, ffmpeg):
                folder = Path(place) / peer.__name__
                folder.mkdir()
                cost = run(peer(folder, on), on, folder / "log")
                rows.append([content, *_motion_cells(cost, truth, seconds)])
    head = [
        "content",
        "recorder",
        "CPU of a core",
        "pictures a second",
        "Mbit/s",
        "SSIM in motion, mean / worst",
        "late",
    ]
    return table(rows, head)


def _motion_cells(cost: Cost, truth: list[np.ndarray], seconds: float) -> list[str]:
    """Pictures and likeness are of the middle of the motion; the true picture is the most alike one of the loop."""
    with av.open(str(cost.video)) as container:
        stream = container.streams.video[0]
        sizes = [(float(p.pts * stream.time_base), p.size) for p in container.demux(stream) if p.pts is not None]
    whole_s = sizes[-1][0]
    start_s, end_s = whole_s / 2 - seconds / 4, whole_s / 2 + seconds / 4
    inside = [size for at_s, size in sizes if start_s <= at_s < end_s]
    thumbs, like = np.stack([_thumb(one) for one in truth]), []
    for at_s in np.linspace(start_s, end_s, 8):
        shown = grab_frame(cost.video, round(at_s * 1000))
        like.append(ssim(shown, truth[int(np.abs(thumbs - _thumb(shown)).mean(axis=(1, 2, 3)).argmin())]))
    rate = sum(inside) * 8 / (end_s - start_s) / 1e6
    pictures = f"{len(inside) / (end_s - start_s):.1f}"
    likeness_cell = f"{np.mean(like):.3f} / {min(like):.3f}"
    return [cost.name, f"{cost.core:.0%}", pictures, f"{rate:.0f}", likeness_cell, _late(cost)]


def _thumb(picture: np.ndarray) -> np.ndarray:
    return cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA).astype(np.float32)


def peers(*, brief: bool) -> list[FunctionType]:
    """Ours first; SimpleScreenRecorder where it is installed and there is time for it."""
    return [showhow, ffmpeg, *([simplescreenrecorder] if which("simplescreenrecorder") and not brief else [])]


def _late(cost: Cost) -> str:
    if not cost.name.startswith("showhow"):
        return ""
    figures = load_take(cost.video.parent).figures
    return f"{figures.late_ticks} of {figures.ticks} ({figures.late_ticks / figures.ticks:.2%})"


def bench_kills(count: int) -> str:
    """How much of a take a kill -9 costs."""
    lost = kills(count)
    cells = [count, f"{np.mean(lost):.2f} s", f"{max(lost):.2f} s", "all"]
    return table([cells], ["kills", "lost, mean", "lost, most", "open and seek"])


def bench_sync(count: int) -> str:
    """How far beep and flash of one moment are apart in the take."""
    found = [clap.off_ms for clap in claps(count)]
    cells = [len(found), f"{np.mean(found):+.1f} ms", f"{min(found):+.1f} to {max(found):+.1f} ms"]
    return table([cells], ["claps", "sound after picture, mean", "range"])


def bench_pauses(count: int) -> str:
    """Whether pauses shift the sound."""
    before, after = pauses(count)
    cells = [count, f"{before:+.1f} ms", f"{after:+.1f} ms", f"{after - before:+.1f} ms"]
    return table([cells], ["pauses", "offset before", "after", "growth"])


def bench_drift(minutes: float) -> str:
    """Offset and memory over a long take."""
    drift, memory, take = long_take(minutes)
    figures = take.figures
    cells = [
        *(f"{take.duration_ms / 60_000:.1f}", f"{drift:+.2f} ms a minute", f"{memory[0]:.0f} to {memory[-1]:.0f} MB"),
        f"{figures.late_ticks} of {figures.ticks}, {figures.dropped_audio_ms} ms",
    ]
    return table([cells], ["minutes", "drift", "memory, start to end", "ticks late, sound lost"])


def parts(*, brief: bool, minutes: float) -> dict[str, Callable[[], str]]:
    """What can be measured."""
    return {
        "cost": lambda: bench_cost((1920, 1080), brief=brief),
        "motion": lambda: bench_motion((1920, 1080), brief=brief),
        "cost4k": lambda: bench_cost((3840, 2160), brief=brief),
        "portable": lambda: bench_portable((1920, 1080)),
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
