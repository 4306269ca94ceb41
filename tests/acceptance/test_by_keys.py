"""A colleague at a real terminal, by keys alone: record, stop, review, file, then find the demo and open it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from capture.model import Chord, Marker, Pause, Scrap, Take
from capture.takes import list_takes, read_events
from capture.video.reader import grab_frame
from tests.capture.backends.test_audio import beep
from tests.capture.recorder.test_handle import loud
from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import SINK, Stage
from tests.support.scripted_task import SCENARIO, Scene
from tests.support.terminal import Terminal


@pytest.mark.parametrize(
    ("columns", "rows"),
    [pytest.param(80, 24, id="80x24"), pytest.param(120, 36, id="120x36", marks=pytest.mark.long)],
)
def test_a_demo_is_recorded_filed_found_and_opened(
    stage: Stage, home: Path, tiny_en: Path, columns: int, rows: int
) -> None:
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_MODEL": str(tiny_en),
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
        terminal.type("suppl")
        terminal.shows("of the supplier")
        terminal.keys("C-o")
        terminal.hides("/ suppl")
        terminal.shows("of the supplier")
        terminal.keys("Escape")
        terminal.shows("/ suppl")
        terminal.keys("C-q")
        assert terminal.ended()
    listed = run_command("list", "--json", env=env, check=True)
    [demo] = json.loads(listed.stdout)["demos"]
    assert demo["steps"] >= 3
    scene.stage.end(scene.app)


def test_a_recording_is_paused_marked_scrapped_and_stopped(stage: Stage, home: Path, tiny_en: Path) -> None:
    env = stage.env | {
        "SHOWHOW_HOME": str(home),
        "SHOWHOW_MODEL": str(tiny_en),
        "SHOWHOW_CONFIG": str(home / "c.toml"),
    }
    with Terminal([str(SHOWHOW)], env, columns=80, rows=24) as terminal:
        terminal.shows("Record the first demo")
        terminal.keys("C-r")
        terminal.shows("noted, clicks ringed")
        terminal.keys("a", "k")
        terminal.shows("recorded as well")
        terminal.shows("shown, clicks ringed")
        terminal.keys("Enter")
        terminal.shows("● REC")
        terminal.hides(" 0 B")
        stage.xdo("key ctrl+b")
        terminal.keys("m")
        terminal.shows("is muted")
        stage.play(beep(home, 0.5)).wait(10)
        terminal.keys("m")
        terminal.hides("is muted")
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
    [take] = list_takes(home / "takes")
    events = read_events(take)
    assert {Pause, Marker, Scrap} <= {type(event) for event in events}
    assert take.microphone == take.system_sound == f"{SINK}.monitor"
    assert not loud(take.video, 0).any(), "what was said while muted is not in the narration"
    assert loud(take.video, 1).any(), "but the machine's own sound is kept"
    [pressed] = [event for event in events if isinstance(event, Chord)]
    label, bare = (lower_middle(take, ms) for ms in (pressed.at_ms + 300, pressed.at_ms - 100))
    assert np.abs(label - bare).max() > 100, "Ctrl+B is shown in the picture"


def lower_middle(take: Take, at_ms: int) -> np.ndarray:
    """Where key chords are shown, at a moment of the take."""
    return grab_frame(take.video, at_ms)[-take.height // 8 :, take.width // 3 : -take.width // 3].astype(int)
