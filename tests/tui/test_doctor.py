"""The doctor names each capability of this machine, and what mends what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from Xlib import XK, X
from Xlib.display import Display

from tests.capture.backends.test_audio import beep
from tests.support.desktop import SINK, Stage
from tests.support.windows import WINDOWS
from tui.config import Settings
from tui.doctor import CHECKS, Finding, examine


def findings(home: Path) -> dict[str, Finding]:
    """What it says, by name."""
    return {finding.name: finding for finding in examine(settings(home))}


def settings(home: Path) -> Settings:
    return Settings(home=home, library_url=str(home / "library"))


@contextmanager
def another_program(display: str, key: str) -> Iterator[None]:
    """Somebody holds Ctrl+Alt and that key."""
    other = Display(display)
    code = other.keysym_to_keycode(XK.string_to_keysym(key))
    other.screen().root.grab_key(code, X.ControlMask | X.Mod1Mask, False, X.GrabModeAsync, X.GrabModeAsync)
    other.sync()
    yield
    other.close()


@pytest.mark.x11
@pytest.mark.sound
def test_all_that_recording_needs_is_named_and_works_on_a_full_desktop(stage: Stage, tmp_path: Path) -> None:
    talk = stage.play(beep(tmp_path, 120))
    found = findings(tmp_path)
    stage.end(talk)
    assert list(found) == list(CHECKS)
    for name in ("libraries", "screen", "changes", "clicks and keys", "hotkeys", "microphone", "system sound"):
        assert found[name].state == "ok", found[name]
    assert "ctrl+alt+z scrap" in found["hotkeys"].detail
    assert "through the sound server" in found["microphone"].detail


@pytest.mark.sound
def test_a_microphone_that_gives_nothing_is_not_well(stage: Stage, tmp_path: Path) -> None:
    silent = CHECKS["microphone"](settings(tmp_path))
    stage.run(["pactl", "set-source-mute", f"{SINK}.monitor", "1"])
    muted = CHECKS["microphone"](settings(tmp_path))
    stage.run(["pactl", "set-source-mute", f"{SINK}.monitor", "0"])
    assert (silent.state, muted.state) == ("limited", "limited")
    assert "nothing but silence" in silent.detail
    assert "muted" in muted.detail


@pytest.mark.sound
def test_loudspeakers_without_a_microphone_are_no_microphone(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULSE_SOURCE")
    found = CHECKS["microphone"](settings(tmp_path))
    assert (found.state, found.detail) == ("limited", "none; demos would be silent")


@pytest.mark.x11
def test_a_hotkey_that_another_program_holds_is_named_with_what_to_do(stage: Stage, tmp_path: Path) -> None:
    with another_program(stage.display, "s"):
        found = findings(tmp_path)["hotkeys"]
    assert found.state == "limited"
    assert "ctrl+alt+s is held by another program" in found.detail
    assert "[hotkeys]" in found.remedy


def test_a_home_where_no_file_can_be_locked_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CHECKS["disk"](settings(tmp_path)).state != "broken"
    monkeypatch.setattr("capture.file_lock._locked", lambda _descriptor: False)  # as on some network drives
    found = CHECKS["disk"](settings(tmp_path))
    assert found.state == "broken"
    assert "locked" in found.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(WINDOWS, reason="no variables take screen and sound away from a program of Windows")
def test_every_lack_of_a_bare_machine_has_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PULSE_SOURCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    found = findings(tmp_path)
    assert found["screen"].state == "broken"
    for name in ("screen", "microphone", "system sound"):
        assert found[name].state != "ok"
        assert found[name].remedy, name
