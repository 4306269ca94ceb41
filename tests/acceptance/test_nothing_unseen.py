"""Nothing records unseen: whoever leaves at any moment between Enter and the first picture leaves no recorder behind.

The moments are spread over the stages of a start as this machine was just seen to go through them. Where the recorder
was quicker than the key, the recording shows on the screen and a key ends it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.takes import RECORD, is_live, list_takes
from tests.acceptance.test_by_keys import SHOWHOW
from tests.support.desktop import Stage, wait_for
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.x11, pytest.mark.sound]

STAGES = ("counting", "launched", "folder made", "take described")
MOMENTS = [(stage, part / 5) for stage in STAGES for part in range(5)]
"""Stages of a start, and how much of each has passed: 20 moments from Enter to the first picture."""


@dataclass
class App:
    """The application in a terminal of its own, and what it has started."""

    terminal: Terminal
    home: Path

    @property
    def takes(self) -> Path:
        """Where takes grow."""
        return self.home / "takes"

    def recorders(self) -> list[int]:
        """The recorder processes of this home that run."""
        return [
            pid
            for pid in processes()
            if b"capture.recorder.process" in (line := command(pid)) and str(self.home).encode() in line
        ]

    def begin(self) -> None:
        """From the library to the countdown."""
        self.terminal.keys("C-r")
        self.terminal.shows("noted, clicks ringed")
        self.terminal.keys("Enter")
        self.terminal.shows("Get ready")

    def reached(self, stage: str) -> bool:
        """Whether a start has come so far."""
        if stage == "counting":
            return True
        if stage == "launched":
            return bool(self.recorders())
        return any(self.takes.glob("*" if stage == "folder made" else f"*/{RECORD}"))

    def ended(self) -> bool:
        """Whether the application has ended, or its terminal has gone."""
        return not self.terminal.running()

    def records(self) -> bool:
        """Whether the screen says so."""
        return "● REC" in self.terminal.screen()


def processes() -> Iterator[int]:
    """Everything that runs."""
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def command(pid: int) -> bytes:
    """A process's arguments; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def environment(stage: Stage, home: Path) -> dict[str, str]:
    """A home with a countdown of one second."""
    config = home / "config.toml"
    config.write_text("countdown = 1\nlive_words = false\n")
    return stage.env | {"SHOWHOW_HOME": str(home), "SHOWHOW_CONFIG": str(config)}


@contextmanager
def started(stage: Stage, home: Path) -> Iterator[App]:
    """The application at its library."""
    with Terminal([str(SHOWHOW)], environment(stage, home), columns=80, rows=24) as terminal:
        terminal.shows("Record the first demo")
        app = App(terminal, home)
        try:
            yield app
        finally:
            for pid in app.recorders():
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def spent(shared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Seconds that each stage of a start takes here."""
    home = tmp_path_factory.mktemp("paced")
    with started(shared_stage, home) as app:
        app.begin()
        began = [
            (time.monotonic(), stage) for stage in STAGES if wait_for(lambda stage=stage: app.reached(stage), stage)
        ]
        app.terminal.shows("● REC")
        ended = [*(at for at, _ in began[1:]), time.monotonic()]
        app.terminal.keys("Escape")
        app.terminal.shows("Abandon this recording?")
        app.terminal.keys("y")
        wait_for(lambda: not app.recorders(), "the recorder to end")
    return {stage: end - at for (at, stage), end in zip(began, ended, strict=True)}


def wait_until(app: App, moment: tuple[str, float], spent: dict[str, float]) -> None:
    """Until a start has come to a moment, or further."""
    stage, part = moment
    wait_for(lambda: app.reached(stage), stage)
    at = time.monotonic() + part * spent[stage]
    wait_for(lambda: time.monotonic() >= at, "the moment")


def nothing_goes_on(app: App) -> None:
    """No recorder, and no take that is being written."""
    wait_for(lambda: not app.recorders(), "the recorder to end")
    assert not any(is_live(take.path) for take in list_takes(app.takes))


def nothing_is_kept(app: App) -> None:
    """The application deletes what a recorder left, a moment after that has ended."""
    wait_for(lambda: not list(app.takes.glob("*")), "the take to be deleted")


def goes_back(app: App, key: str) -> None:
    """By a key that leaves the live screen; it asks once the recording runs, and shows that it does."""
    app.terminal.keys(key)
    wait_for(lambda: app.records() or not app.recorders(), "the recorder to end, or to be seen")
    if app.records():
        app.terminal.shows("Abandon this recording?")
        app.terminal.keys("y")
    app.terminal.shows("Record the first demo")
    nothing_goes_on(app)
    nothing_is_kept(app)


def escape(app: App) -> None:
    goes_back(app, "Escape")


def control_c(app: App) -> None:
    goes_back(app, "C-c")


def control_q(app: App) -> None:
    app.terminal.keys("C-q")
    wait_for(lambda: app.records() or not app.recorders(), "the recorder to end, or to be seen")
    if recorded := app.records():
        app.terminal.shows("A recording is running")
        app.terminal.keys("y")
    assert app.terminal.ended()
    nothing_goes_on(app)
    if not recorded:
        nothing_is_kept(app)


def closed(app: App) -> None:
    """The terminal's window is closed."""
    pid = app.terminal.pid()
    app.terminal.close()
    wait_for(lambda: not command(pid), "the application to end")
    nothing_goes_on(app)


def terminated(app: App) -> None:
    """The system says good-bye to the application."""
    os.kill(app.terminal.pid(), signal.SIGTERM)
    assert app.terminal.ended()
    nothing_goes_on(app)


WAYS: list[Callable[[App], None]] = [escape, control_c, control_q, closed]
SOME = [
    pytest.param(way, [MOMENTS[5 * stage + (stage + n) % 5] for stage in (1, 2, 3)], id=f"{way.__name__}-some")
    for n, way in enumerate(WAYS)
]
ALL = [
    pytest.param(way, MOMENTS, id=way.__name__, marks=[pytest.mark.long, pytest.mark.timeout(900)])
    for way in [*WAYS, terminated]
]


@pytest.mark.parametrize(("leave", "moments"), [*SOME, *ALL])
def test_whoever_leaves_while_it_starts_leaves_no_recorder(
    stage: Stage,
    home: Path,
    spent: dict[str, float],
    leave: Callable[[App], None],
    moments: list[tuple[str, float]],
) -> None:
    with ExitStack() as opened:
        app: App | None = None
        for moment in moments:
            if app is None or app.ended():
                app = opened.enter_context(started(stage, home))
            for kept in app.takes.glob("*"):
                shutil.rmtree(kept)
            app.begin()
            wait_until(app, moment, spent)
            leave(app)


def test_control_c_while_the_command_starts_keeps_nothing(stage: Stage, home: Path) -> None:
    command = subprocess.Popen([SHOWHOW, "record"], env=environment(stage, home), stderr=subprocess.PIPE, text=True)
    wait_for(lambda: any((home / "takes").glob("*")), "the take's folder")
    command.send_signal(signal.SIGINT)
    assert "nothing was kept" in command.communicate(timeout=30)[1]
    assert command.returncode == 130
    assert not list((home / "takes").glob("*"))
