"""From a question to the picture by keys in a real terminal, with mpv and without."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connection.library import open_library
from library.model import Demo
from tests.support.desktop import Stage, wait_for
from tests.support.terminal import Terminal
from tests.support.web_library import filed

pytestmark = pytest.mark.x11
SHOWHOW = Path(sys.executable).with_name("showhow")
FEW_KEYS = 10


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Demo]]:
    folder = tmp_path_factory.mktemp("replay")
    (folder / "films").mkdir()
    with open_library(folder / "library") as library:
        yield folder / "library", filed(library, folder / "films", "Raise a purchase order")


@pytest.fixture(autouse=True)
def no_player_stays(shelf: tuple[Path, Demo]) -> Iterator[None]:
    """A player outlives showhow on purpose; not the test."""
    yield
    for pid, _ in players(shelf[1].path / "clip.mp4"):
        os.kill(pid, signal.SIGTERM)


def players(clip: Path) -> list[tuple[int, list[str]]]:
    """Processes of mpv that were started with this clip: their ids and arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:  # it has ended meanwhile
            continue
        if Path(command[0]).name == "mpv" and str(clip) in command:
            found.append((int(process.name), command))
    return found


def test_under_ten_keys_lead_from_the_question_to_the_step_in_mpv(
    stage: Stage, home: Path, shelf: tuple[Path, Demo]
) -> None:
    folder, demo = shelf
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_LIBRARY": str(folder),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    pressed = 0
    with Terminal([str(SHOWHOW)], env) as terminal:
        terminal.shows("1 demo")
        for letter in "suppl":
            terminal.type(letter)
            pressed += 1
        terminal.shows("Type the supplier")
        terminal.keys("Enter")
        pressed += 1
        assert pressed < FEW_KEYS
        terminal.shows("in mpv from")
        [(_, command)] = wait_for(lambda: players(demo.path / "clip.mp4"), "mpv")
        start_ms = next(float(part.partition("=")[2]) for part in command if part.startswith("--start=")) * 1000
        assert demo.steps[2].start_ms <= start_ms < demo.steps[2].end_ms
        tree = ["xwininfo", "-root", "-tree"]
        wait_for(lambda: "Raise a purchase order" in stage.run(tree, check=False).stdout, "the window")


def test_the_screen_follows_mpv_and_jumps_in_its_one_window(stage: Stage, home: Path, shelf: tuple[Path, Demo]) -> None:
    folder, demo = shelf
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_LIBRARY": str(folder),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    with Terminal([str(SHOWHOW)], env) as terminal:
        terminal.shows("1 demo")
        terminal.type("finance")
        terminal.shows("Open the finance menu")
        terminal.keys("C-o")
        terminal.shows("▸  1")
        terminal.keys("Enter")
        terminal.shows("in mpv from")
        terminal.shows("▸  2")  # it plays on, and the list goes along
        before = {pid for pid, _ in players(demo.path / "clip.mp4")}
        terminal.keys("n", "Enter")
        terminal.shows("in mpv from 0:0")
        assert {pid for pid, _ in players(demo.path / "clip.mp4")} == before


def test_a_link_is_copied_and_opens_at_its_step(stage: Stage, home: Path, shelf: tuple[Path, Demo]) -> None:
    folder, demo = shelf
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_LIBRARY": str(folder),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    link = f"showhow://{demo.demo_id}#3"
    with Terminal([str(SHOWHOW)], env, columns=100) as terminal:
        terminal.shows("1 demo")
        terminal.type("suppl")
        terminal.shows("1 step · 1 demo")  # the answer, not the steps of the newest demo
        terminal.keys("Down")
        terminal.shows("y Copy link")
        terminal.keys("y")
        terminal.shows("Open showhow:// links with showhow on this desktop?")  # asked once
        terminal.keys("Escape")
        terminal.shows(f"Copied {link}"[:30])
        wait_for(lambda: terminal.copied() == link, f"the link, not {terminal.copied()}")
    done = stage.run([str(SHOWHOW), "--library", str(folder), "play", link, "--json"])
    assert f'"start_ms": {demo.steps[2].start_ms}' in done.stdout
