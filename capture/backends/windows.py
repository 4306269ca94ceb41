"""The windows of this desktop: listing and choosing them, keeping one in front. Not available on every system."""

from __future__ import annotations

from collections.abc import Callable

from capture.backends.registry import desktop_backend
from capture.model import Front, Region, Window


def list_windows() -> list[Window]:
    """The windows that can be recorded, topmost first; empty where none can. Raises CaptureError without a screen."""
    return desktop_backend().list_windows()


def can_draw() -> bool:
    """Whether a window can be clicked and a region drawn with the pointer; otherwise they are written."""
    return desktop_backend().can_draw


def keep_front_above(wanted: Callable[[str, str], bool]) -> Callable[[], None] | None:
    """Keep the window in front above all others, if its title and class are ``wanted``; returns what ends it.

    None where that is not possible, or where it would cover most of the desktop. Never raises.
    """
    return desktop_backend().keep_front_above(wanted)


def front_window(*, behind: bool = False) -> Front:
    """The window in front at this moment, or with ``behind`` the next one; empty where there is none.

    ``behind`` is for a program in a terminal, which is in front itself. Nothing keeps it. Raises CaptureError where
    there is no screen or the desktop does not tell.
    """
    return desktop_backend().front(behind=behind)


def remember_front() -> Callable[[], None] | None:
    """Remember the window in front; returns what brings it to the front again, or None where that is not possible."""
    return desktop_backend().remember_front()


def pick_window(timeout_s: float = 60.0) -> Window | None:
    """Let the user click a window; None after Escape, another button or ``timeout_s``.

    Blocks while the pointer is a crosshair. Raises CaptureError when the pointer cannot be grabbed.
    """
    return desktop_backend().pick_window(timeout_s)


def pick_region(timeout_s: float = 60.0, given_up: Callable[[], bool] = lambda: False) -> Region | None:
    """Let the user draw a box, or click a window to choose its region; None after Escape or ``timeout_s``.

    Blocks while the pointer is a crosshair, and ends within a tenth of a second after ``given_up`` returns true. Raises
    CaptureError when the pointer cannot be grabbed.
    """
    return desktop_backend().pick_region(timeout_s, given_up)
