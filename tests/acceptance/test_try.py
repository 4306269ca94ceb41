"""A learner tries a demo in the real program, sees what was not seen, and keeps it to herself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from library.connection.library import open_library
from library.model import Demo
from library.practice.attempts import AttemptLog
from library.practice.store import PracticeStore
from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import Stage, wait_for
from tests.support.practice_desk import BUTTONS, PracticeDesk, bytes_outside, file_demo
from tests.support.terminal import Terminal

PATH = BUTTONS[:5]

pytestmark = pytest.mark.x11


@pytest.fixture
def desk(stage: Stage) -> Iterator[PracticeDesk]:
    desk = PracticeDesk(stage)
    yield desk
    desk.close()


@pytest.fixture
def filed(desk: PracticeDesk, home: Path) -> Demo:
    with open_library(home / "library") as library:
        return file_demo(desk, library, home / "takes", *PATH)


def showhow(*words: str) -> dict[str, Any]:
    done = run_command(*words, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def new_take(home: Path, before: int = 0) -> Path:
    """The folder of the attempt that has begun, once its attempt is kept."""
    log = AttemptLog(PracticeStore(home / "mine"))
    return Path(wait_for(lambda: log.list()[before:], "an attempt", 60)[0].take.path)


def tried(desk: PracticeDesk, home: Path, demo: Demo, *labels: str) -> dict[str, Any]:
    """An attempt by the command, stopped by Ctrl-C."""
    command = [SHOWHOW, "try", demo.demo_id, "--level", "try", "--json"]
    before = len(AttemptLog(PracticeStore(home / "mine")).list())
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            desk.click(new_take(home, before), *labels)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=120)
        finally:
            running.kill()
    assert running.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def not_seen(attempt: dict[str, Any]) -> list[int]:
    """The steps that were not seen. Under which label the others were seen depends on reading pictures."""
    return [verdict["step"] for verdict in attempt["comparison"]["verdicts"] if verdict["was"] == "missing"]


def test_a_step_left_out_is_not_seen_and_nothing_of_it_leaves_the_learner_s_folder_or_stays_when_forgotten(
    desk: PracticeDesk, filed: Demo, home: Path
) -> None:
    attempt = tried(desk, home, filed, PATH[0], "Archive", *PATH[1:3], PATH[4])
    assert not_seen(attempt) == [4]
    assert len(attempt["comparison"]["detours"]) == 1
    take = Path(attempt["take"]["path"])
    assert take.parent == home / "mine" / "takes"
    assert not (take / "draft.json").exists(), "nothing of it waits to be filed"
    assert showhow("takes")["takes"][0]["filed_as"], "the expert's is the only take that others see"
    assert len(showhow("takes")["takes"]) == 1
    assert len(showhow("list")["demos"]) == 1
    assert bytes_outside(home, attempt["attempt_id"], take.name) == []
    if os.name == "posix":
        assert (home / "mine").stat().st_mode & 0o077 == 0
        assert (home / "mine" / "mine.sqlite").stat().st_mode & 0o077 == 0
    name = attempt["attempt_id"]
    assert [one["attempt_id"] for one in showhow("mine", "list")["attempts"]] == [name]
    assert showhow("mine", "show", name[:-2])["comparison"] == attempt["comparison"]
    showhow("mine", "export", str(home / "all.json"))
    records = json.loads((home / "all.json").read_text())["records"]
    assert [(one["key"], one["record"]["title"]) for one in records if one["kind"] == "attempt"] == [
        (name, filed.title)
    ]
    assert showhow("mine", "forget", name, "--yes")["deleted"] == [name]
    assert not take.exists()
    assert showhow("mine", "forget", "--all", "--yes")["deleted"] == []
    assert not (home / "mine").exists()


def test_an_attempt_whose_terminal_was_killed_is_compared_as_far_as_it_goes(
    desk: PracticeDesk, filed: Demo, home: Path
) -> None:
    command = [SHOWHOW, "try", filed.demo_id, "--level", "alone", "--json"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes, start_new_session=True) as running:
        desk.click(new_take(home), *PATH[:3])
        os.killpg(running.pid, signal.SIGKILL)  # the recorder ends by itself
        running.wait(30)
    [left] = showhow("mine", "list")["attempts"]
    attempt = wait_for(lambda: _shown(left["attempt_id"]), "the recorder's end", 60)
    assert not_seen(attempt) == [4, 5]
    assert attempt["state"] == "mine"


def _shown(name: str) -> dict[str, Any] | None:
    done = run_command("mine", "show", name, "--json")
    document = json.loads(done.stdout) if done.returncode == 0 else {}
    return document if document.get("comparison") else None


def test_by_keys_from_the_demo_to_the_difference(desk: PracticeDesk, filed: Demo, home: Path) -> None:
    env = desk.stage.env | {"SHOWHOW_HOME": str(home), "SHOWHOW_CONFIG": str(home / "c.toml")}
    with Terminal([str(SHOWHOW), "try", filed.demo_id], env, columns=80, rows=24) as terminal:
        terminal.shows("Watch it once")
        terminal.keys("s")
        terminal.shows("Enter stops")
        take = new_take(home)
        desk.click(take, *PATH[:2])
        terminal.keys("n", "n", "h")
        terminal.shows("Try it once more: step 3")
        terminal.keys("h")
        terminal.shows("“Click Add item”")
        desk.click(take, *PATH[2:4])
        terminal.keys("Enter")
        terminal.shows("not seen", 60)
        terminal.shows("4 of 5 steps")
        terminal.shows("2 hints")
        terminal.keys("n", "n", "n", "n")
        terminal.shows("step 5 was not seen")
        terminal.keys("x")
        terminal.shows("not seen · wrong")
        terminal.keys("Escape")
        terminal.keys("C-q")
        assert terminal.ended()
    [attempt] = showhow("mine", "list")["attempts"]
    assert [(hint["step"], hint["level"]) for hint in attempt["hints"]] == [(3, 1), (3, 2)]
    assert attempt["disputed"] == [5]
    assert bytes_outside(home, attempt["attempt_id"], take.name) == []
