"""From a question to the picture: start, keystroke to hits, Enter to the first frame, motion in the terminal.

Run: ``pytest -m bench tests/benches/bench_replay.py -s``. Peers in the same run: a Textual application that only shows
a line (start); mpv opened anew for each jump (the warm window); mpv's own half-blocks (motion).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from library.connect import open_library
from library.records import encode_record
from tests.benches.bench_reader import clip_of, say
from tests.benches.corpus import NOUNS, VERBS
from tests.library.making import demo as record
from tests.stage import Stage
from tests.terminal import Terminal
from tui.mpv import Mpv, Replay

pytestmark = [pytest.mark.bench, pytest.mark.x11, pytest.mark.timeout(900)]
SHOWHOW = Path(sys.executable).with_name("showhow")
DEMOS, STEPS, TURNS = 2_000, 50, 7
BARE = """
from textual.app import App
from textual.widgets import Input, Label
class Bare(App):
    def compose(self):
        yield Input()
        yield Label("ready")
Bare().run()
"""


def library_of(folder: Path) -> None:
    """A hundred thousand steps: 2,000 demos of 50."""
    draw = random.Random(7)  # noqa: S311  no secret: the same library every time
    with open_library(folder) as library:
        for n in range(DEMOS):
            texts = [f"{draw.choice(VERBS)} the {draw.choice(NOUNS)} and {draw.choice(NOUNS)}" for _ in range(STEPS)]
            one = record(f"demo-{n:05}", f"{texts[0]} {n}", *texts, age_days=n / 5)
            home = library.demos / one.demo_id / "v1"
            home.mkdir(parents=True)
            (home / "demo.json").write_bytes(encode_record(one))
        library.rebuild()


def spread(times: Sequence[float]) -> str:
    """Median and range, for people."""
    return f"median {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"


def until(condition: Callable[[], bool]) -> None:
    """Wait closely; a bench's own patience."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("gave up waiting")


def started_ms(command: Sequence[str], env: dict[str, str], ready: str, after: str = "") -> tuple[float, float]:
    """From starting a program in a terminal to the letter it took, and to what it shows ``after`` that, in ms."""
    begun = time.monotonic()
    with Terminal(command, env) as terminal:
        until(lambda: ready in terminal.screen())
        terminal.type("zq")
        until(lambda: "zq" in terminal.screen())
        taken = (time.monotonic() - begun) * 1000
        until(lambda: after in terminal.screen())
        return taken, (time.monotonic() - begun) * 1000


def test_start_and_keystrokes(tmp_path: Path) -> None:
    library_of(tmp_path / "library")
    env = dict(os.environ) | {"SHOWHOW_LIBRARY": str(tmp_path / "library"), "SHOWHOW_HOME": str(tmp_path)}
    ours, found = zip(
        *(started_ms([str(SHOWHOW)], env, "Type what you want", f"{DEMOS:,} demos") for _ in range(TURNS)), strict=True
    )
    bare = [started_ms([sys.executable, "-c", BARE], env, "ready")[0] for _ in range(TURNS)]
    say(f"start to first key, {DEMOS * STEPS:,} steps: {spread(ours)}; a bare Textual application: {spread(bare)}")
    say(f"ratio {statistics.median(ours) / statistics.median(bare):.2f}; start to the library counted: {spread(found)}")
    times = []
    with Terminal([str(SHOWHOW)], env) as terminal:
        terminal.shows("demos")
        for verb, noun in zip(VERBS[:TURNS], NOUNS[:TURNS], strict=False):
            terminal.type(f"{verb} {noun[:3]}")
            until(lambda verb=verb, noun=noun: _found(terminal.screen(), verb, noun[:3]))
            begun = time.monotonic()
            terminal.type(noun[3:4])
            until(lambda verb=verb, noun=noun: _found(terminal.screen(), verb, noun[:4]))
            times.append((time.monotonic() - begun) * 1000)
            terminal.keys("C-u")
            terminal.shows("Type what you want")
    say(f"a letter typed to its hits on the screen (tmux, one look is about 5 ms): {spread(times)}")


def _found(screen: str, verb: str, noun: str) -> bool:
    """Whether the answer to just this query is on the screen: its line tells the query and how long it took."""
    return any(f"/ {verb} {noun} " in line and line.endswith(" ms") for line in screen.splitlines())


def test_enter_to_the_first_frame(stage: Stage, tmp_path: Path) -> None:
    program = shutil.which("mpv")
    assert program is not None
    clip = clip_of(tmp_path, 5, 100_000)
    cold, warm = [], []
    for turn in range(TURNS):
        player = Mpv(program, stage.env)
        for kind, at_ms in ((cold, 20_000 + turn * 1_100), (warm, 200_000 - turn * 1_300), (warm, 90_000 + turn * 700)):
            begun = time.monotonic()
            player.play(Replay(clip, at_ms))
            assert player.wait_shown()
            kind.append((time.monotonic() - begun) * 1000)
        player.end()
    say(f"Enter to the picture at the step: window open {spread(warm)}, no window {spread(cold)}")
    say(f"ratio {statistics.median(cold) / statistics.median(warm):.1f}")


MOTION = """
import sys, time
from pathlib import Path
from capture.video.read import frames
from tui.widgets.cells import fitted
from tui.widgets.pictures import half_blocks
shown = 0
columns, rows = fitted((1280, 720), 72, 24)
for picture in frames(Path(sys.argv[1]), start_ms=0, end_ms=20_000, width=max(80, columns * 2)):
    half_blocks(picture.picture[..., ::-1], columns, rows)
    shown += 1
print(shown)
"""


def test_motion_in_the_terminal(tmp_path: Path) -> None:
    source = tmp_path / "moving.mp4"
    moving = "testsrc2=size=1280x720:rate=30:duration=20"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        moving,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        str(source),
    ]
    subprocess.run(command, check=True)
    shown, used = _cpu([sys.executable, "-c", MOTION, str(source)])
    frames = int(shown)
    mpv = [
        "mpv",
        "--no-config",
        "--vo=tct",
        "--vo-tct-width=72",
        "--vo-tct-height=24",
        "--no-audio",
        "--untimed",
        str(source),
    ]
    _, peer = _cpu(mpv)
    say(f"half-blocks of a clip that never rests: {frames} pictures of 20 s cost {used:.1f} s of CPU")
    share, most = used / frames * 15 * 100, frames / used
    say(f"at 15 a second {share:.0f} % of a core, at most {most:.0f} a second; mpv's own {peer:.1f} s")


def _cpu(command: Sequence[str]) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=True, errors="replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
