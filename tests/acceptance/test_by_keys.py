"""A colleague at a real terminal, by keys alone: record, stop, review, file, then find the demo and open it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scene import SCENARIO, Scene
from tests.stage import Stage
from tests.terminal import Terminal

SHOWHOW = Path(sys.executable).with_name("showhow")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_a_demo_is_recorded_filed_found_and_opened(
    stage: Stage, home: Path, small_model: Path, columns: int, rows: int
) -> None:
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_MODEL": str(small_model),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    scene = Scene(stage, SCENARIO[1:4], lead_in_s=0.5)
    with Terminal([str(SHOWHOW)], env, columns=columns, rows=rows) as terminal:
        terminal.shows("Record the first demo")
        terminal.keys("C-r")
        terminal.shows("Record a demo")
        terminal.keys("Enter")
        terminal.shows("● REC")
        scene.play()
        terminal.keys("Enter")
        terminal.shows("File it", 60)
        terminal.keys("Enter")
        terminal.shows("1 demo", 60)
        terminal.type("supplier na")
        terminal.shows("Enter the name of the supplier")
        terminal.keys("C-o")
        terminal.shows("name of the supplier")
        terminal.keys("Escape")
        terminal.shows("/ supplier na")
        terminal.keys("C-q")
        assert terminal.ended()
    listed = subprocess.run([SHOWHOW, "list", "--json"], env=env, capture_output=True, text=True, check=True)
    [demo] = json.loads(listed.stdout)["demos"]
    assert demo["steps"] >= 3
    scene.stage.end(scene.app)


def test_a_recording_is_paused_marked_scrapped_and_stopped(stage: Stage, home: Path, small_model: Path) -> None:
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_MODEL": str(small_model),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    with Terminal([str(SHOWHOW)], env) as terminal:
        terminal.shows("Record the first demo")
        terminal.keys("C-r")
        terminal.shows("Record a demo")
        terminal.keys("Enter")
        terminal.shows("● REC")
        terminal.hides(" 0 kB")
        terminal.keys("p")
        terminal.shows("Paused")
        terminal.keys("p")
        terminal.shows("● REC")
        terminal.keys("k")
        terminal.shows("step")
        terminal.keys("z")
        terminal.shows("crapped")
        terminal.keys("Enter")
        terminal.shows("Review")
        events = next((home / "takes").glob("*/events.jsonl")).read_text()
        kinds = {json.loads(line)["kind"] for line in events.splitlines()}
        assert {"pause", "marker", "scrap"} <= kinds
