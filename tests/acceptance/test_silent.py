"""A recording without words and without input events, and a film of it, come back in steps that claim no click."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import Stage
from tests.support.scripted_task import Line, Scene, robotic

NEAR_MS = 1_500
TASK = (
    Line("Look.", (("move", "title"),), 2.5),
    Line("New.", (("click", "new"),), 2.5),
    Line("Supplier.", (("click", "supplier"), ("type", "Harbour Paper")), 2.5),
    Line("Centre.", (("click", "centres"),), 2.5),
    Line("Submit.", (("click", "submit"), ("click", "confirm")), 3.0),
)
PARTS = ("new", "supplier", "centres", "submit")


@dataclass
class Silent:
    """A take without words and events, and when its parts began, in ms of the take."""

    home: Path
    env: dict[str, str]
    take: Path
    begins_ms: list[int]

    def added(self, path: Path) -> dict[str, Any]:
        added: Any = json.loads(run_command("add", path, "--keep-all", "--json", env=self.env, check=True).stdout)
        shown = run_command("show", added["demo_id"], "--json", env=self.env, check=True)
        demo: dict[str, Any] = json.loads(shown.stdout)
        return demo


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silent]:
    home = tmp_path_factory.mktemp("silent")
    with Stage() as stage:
        env = stage.env | {
            "SHOWHOW_HOME": str(home), "SHOWHOW_CONFIG": str(home / "c.toml"), "SHOWHOW_MODEL": str(home / "no-model"),
        }  # fmt: skip
        scene = Scene(stage, TASK, voice=robotic)
        command = [SHOWHOW, "record", "--monitor", "1", "--no-events", "--microphone", "none", "--json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=env, text=True, start_new_session=True, **pipes) as recorder:  # type: ignore[call-overload]  # the pipes are a dict
            recorder.stderr.readline()  # it records
            truth = scene.play()
            began_ms = (time.time() - time.monotonic() + truth.started_monotonic) * 1000
            recorder.send_signal(signal.SIGINT)
            said, complaint = recorder.communicate(timeout=60)
        assert recorder.returncode == 0, complaint
        take = json.loads(said)
        shift = round(began_ms - take["started_unix_ms"])
        begins = [int(str(a["start_ms"])) + shift for a in truth.actions if a["what"] in PARTS]
        yield Silent(home, env, Path(take["path"]), begins)


def has_its_steps(demo: dict[str, Any], begins_ms: list[int]) -> None:
    starts = [step["start_ms"] for step in demo["steps"]]
    assert len(starts) == len(begins_ms), starts
    assert all(abs(start - begin) <= NEAR_MS for start, begin in zip(starts, begins_ms, strict=True)), starts
    titles = [step["title"] for step in demo["steps"]]
    assert titles[0] == "New order"
    assert titles[-1] == "Submit"
    assert not [title for title in titles if title.startswith(("Click", "Watch"))]
    assert not [step for step in demo["steps"] if step["clicked"] or step.get("events")]


def test_each_part_of_a_silent_take_comes_back_as_a_step(silent: Silent) -> None:
    has_its_steps(silent.added(silent.take), silent.begins_ms)


def test_so_does_a_film_of_it(silent: Silent) -> None:
    film = silent.home / "film.mp4"
    shutil.copy(silent.take / "take.mp4", film)
    has_its_steps(silent.added(film), silent.begins_ms)
