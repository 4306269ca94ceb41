"""Pointer and windows of a Windows desktop; on Windows only (Wine counts)."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator

import pytest

from capture.backends.portable.win32_info import Win32Info
from capture.model import Window
from tests.support.desktop import wait_for

pytestmark = pytest.mark.skipif(platform.system() != "Windows", reason="asks Windows' own libraries")


@pytest.fixture
def notepad() -> Iterator[Window]:
    program = subprocess.Popen(["notepad.exe"])
    try:
        yield wait_for(_notepad, "its window")
    finally:
        program.kill()
        program.wait()


def _notepad() -> Window | None:
    return next((one for one in Win32Info().windows() if "Notepad" in one.title), None)


def test_a_window_is_listed_found_at_its_place_and_active_by_title_and_program(notepad: Window) -> None:
    info, region = Win32Info(), notepad.region
    title, program, number = wait_for(lambda: (found := info.active_window())[2] and found, "the active window")
    assert (title, program.lower(), number) == (notepad.title, "notepad", notepad.window_id)
    middle = info.window_at(region.x + region.width // 2, region.y + region.height // 2)
    assert middle == (title, program)


def test_the_pointer_is_on_the_desktop() -> None:
    place = Win32Info().pointer()
    assert place is None or min(place) >= 0
