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
from msgspec.structs import replace

from library.connection.library import open_library
from library.model import ClipFacts
from library.records import encode_record
from tests.benches.bench_reader import clip_of, cpu_s, say
from tests.benches.corpus import NOUNS, VERBS
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.desktop import Stage
from tests.support.terminal import Terminal
from tui.playback.mpv import Mpv, Replay

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


def moving_film(folder: Path, rate: int) -> Path:
    """A film of 20 s in which everything moves all the time."""
    film = folder / f"moving-{rate}.mp4"
    moving = ("-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate={rate}:duration=20")
    subprocess.run(["ffmpeg", "-v", "error", *moving, "-c:v", "libx264", "-preset", "ultrafast", str(film)], check=True)
    return film


def watched(home: Path, film: Path) -> float:
    """The share of a core the application takes while a demo of this film is watched in it, all in all."""
    with open_library(home / "library") as library:
        one = record("moving", "Moving film", "Watch it all")
        step = replace(one.steps[0], start_ms=0, end_ms=20_000)
        facts = ClipFacts(duration_ms=20_000, width=1280, height=720)
        put = put_bundle(library.demos, replace(one, clip=facts, steps=(step,)))
        shutil.copy(film, put.path / "clip.mp4")
    env = dict(os.environ) | {"SHOWHOW_LIBRARY": str(home / "library"), "SHOWHOW_HOME": str(home)}
    with Terminal([str(SHOWHOW)], env) as terminal:
        terminal.shows("1 demo")
        terminal.keys("C-o")
        terminal.shows("Watch here")
        terminal.keys("Space")
        until(lambda: "0:03 ━" in terminal.screen())
        pid = terminal.pid()
        before, begun = cpu_s(pid), time.monotonic()
        until(lambda: "0:18 ━" in terminal.screen())
        return (cpu_s(pid) - before) / (time.monotonic() - begun)


def test_motion_in_the_terminal(tmp_path: Path) -> None:
    for rate in (15, 30):
        home = tmp_path / str(rate)
        home.mkdir()
        film = moving_film(home, rate)
        share = watched(home, film)
        half_blocks = ["--vo=tct", "--vo-tct-width=72", "--vo-tct-height=24", "--no-audio"]
        _, peer = _cpu(["mpv", "--no-config", *half_blocks, str(film)])
        say(
            f"a film that never rests watched in the application, 120x36, {rate} a second: "
            f"{share:.0%} of a core; mpv's own half-blocks {peer / 20:.0%}"
        )


def _cpu(command: Sequence[str]) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=True, errors="replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
