"""Pointer and windows of a Windows desktop; on Windows only (Wine counts)."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from capture.backends.portable.win32_info import Win32Info
from capture.backends.portable.win32_stacking import keep_front_above
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


@contextmanager
def another_window() -> Iterator[int]:
    """A message in a window of its own; its handle."""
    show = "import ctypes; ctypes.windll.user32.MessageBoxW(0, 'Hello', 'Another window', 0)"
    program = subprocess.Popen([sys.executable, "-c", show])
    try:
        yield wait_for(
            lambda: next((one.window_id for one in Win32Info().windows() if one.title == "Another window"), None),
            "another window",
            60,
        )
    finally:
        program.kill()
        program.wait()


def _from_the_top() -> list[int]:
    return [window.window_id for window in Win32Info().windows()]


def _raise(window_id: int) -> None:
    place = ctypes.CDLL("user32").SetWindowPos
    place.argtypes = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int] * 4, ctypes.c_uint]
    place(window_id, 0, 0, 0, 0, 0, 0x13)  # to the top; size, place and focus as they are


def _notepad() -> Window | None:
    return next((one for one in Win32Info().windows() if "Notepad" in one.title), None)


def test_a_window_is_listed_found_at_its_place_and_active_by_title_and_program(notepad: Window) -> None:
    info, region = Win32Info(), notepad.region
    title, program, number = wait_for(lambda: (found := info.active_window())[2] and found, "the active window")
    assert (title, program.lower(), number) == (notepad.title, "notepad", notepad.window_id)
    assert info.version_of(number).count(".") in {0, 3}  # Wine's says none
    middle = info.window_at(region.x + region.width // 2, region.y + region.height // 2)
    assert middle == (title, program)


def test_the_window_in_front_is_kept_above_one_that_opens_later_until_it_is_let_go(notepad: Window) -> None:
    assert keep_front_above(lambda *_: False) is None
    wait_for(lambda: Win32Info().active_window()[2] == notepad.window_id, "the window in front")
    release = keep_front_above(lambda _title, program: program.lower() == "notepad")
    assert release is not None
    with another_window() as other:
        assert _from_the_top()[0] == notepad.window_id
        release()
        _raise(other)
        assert _from_the_top()[0] == other


def test_the_pointer_is_on_the_desktop() -> None:
    place = Win32Info().pointer()
    assert place is None or min(place) >= 0


def test_a_program_says_its_version_and_a_file_that_is_none_says_nothing() -> None:
    major, minor, *_ = sys.version_info
    assert Win32Info().version_of_file(sys.executable).startswith(f"{major}.{minor}.")
    assert Win32Info().version_of_file(__file__) == Win32Info().version_of_file("") == ""
    assert Win32Info().version_of(0) == ""
