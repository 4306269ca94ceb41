"""What may die while a Wayland desktop is recorded. After each, the take opens and has what was shown until then."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.model import TakeState
from capture.recorder.handle import Recording
from tests.support.desktop import wait_for
from tests.support.recorder_on_desktop import clear_up, folder_of, opens, shows, start, until
from tests.support.wayland_proxy import PORTAL_ONLY
from tests.support.wayland_stage import WaylandStage, live_on


def painted(stage: WaylandStage, recording: Recording) -> None:
    """Paint the terminal red and wait until the recorder has seen it."""
    changes = folder_of(recording) / "changes.jsonl"
    stage.paint("#c02020")
    wait_for(lambda: '"width":640' in changes.read_text(), "the recorder to see the terminal")


@pytest.mark.parametrize(
    ("name", "victim"),
    [("", "sway"), (PORTAL_ONLY, "sway"), (PORTAL_ONLY, "pipewire"), (PORTAL_ONLY, "xdg-desktop-portal-wlr")],
)
def test_whatever_gives_the_pictures_dies_the_take_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, victim: str
) -> None:
    with WaylandStage(portal=bool(name)) as stage:
        live_on(stage, monkeypatch, name)
        recording = start(tmp_path, microphone="none")
        painted(stage, recording)
        until(recording, recording.status.elapsed_ms + 500)
        stage.end(victim)
        wait_for(lambda: recording.status.ended, "its end")
        take = recording.stop()
        clear_up()
    assert take == opens(take.path)
    assert take.state is TakeState.FINISHED
    end = "The desktop stopped sharing its screen" if name else "The display went away"
    assert take.notices[-1] == f"The take ends here: {end}. What was recorded until then is kept."
    assert shows(take, take.duration_ms - 1, "#c02020")


@pytest.mark.parametrize("victim", ["xdg-desktop-portal", "dbus-daemon"])
def test_the_pictures_go_on_or_end_in_order_when_what_granted_them_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    with WaylandStage(portal=True) as stage:
        live_on(stage, monkeypatch, PORTAL_ONLY)
        recording = start(tmp_path, microphone="none")
        painted(stage, recording)
        stage.end(victim)
        until_or_ended(recording, recording.status.elapsed_ms + 1500)
        take = recording.stop()
        clear_up()
    assert take == opens(take.path)
    assert take.state is TakeState.FINISHED
    assert shows(take, take.duration_ms - 1, "#c02020")
    assert len(take.notices) <= 1


def until_or_ended(recording: Recording, ms: int) -> None:
    """Wait until so much take time has passed, or the take has ended."""
    wait_for(lambda: recording.status.ended or recording.status.elapsed_ms >= ms, "the take to go on or end")
