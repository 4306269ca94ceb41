"""``showhow record`` on a real desktop: what it says, and how it takes signals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.desktop.test_input_listener import listening
from tests.support.desktop import Stage

SHOWHOW = Path(sys.executable).with_name("showhow")

pytestmark = [pytest.mark.x11, pytest.mark.sound]


def record(*words: str) -> subprocess.CompletedProcess[str]:
    """A recording to its end."""
    return subprocess.run([SHOWHOW, "record", *words], capture_output=True, text=True, check=False, timeout=120)


def test_a_microphone_that_gives_nothing_is_told_while_it_records(stage: Stage) -> None:
    done = record("--for", "5")
    assert done.returncode == 0, done.stderr
    assert "Nothing is heard from the microphone Monitor of Stage: it may be muted or turned down." in done.stderr


def test_a_hotkey_that_will_not_work_is_told_once_and_before_the_start(stage: Stage) -> None:
    with listening(hotkeys={"ctrl+alt+s": lambda: None}):  # another program holds it
        done = record("--for", "1", "--countdown", "1", "--microphone", "none")
    assert done.returncode == 0, done.stderr
    first, then, *rest = done.stderr.splitlines()
    assert first == "The hotkey ctrl+alt+s is held by another program and will not work."
    assert then.startswith("Recording in 1")
    assert not [line for line in rest if "hotkey" in line]
