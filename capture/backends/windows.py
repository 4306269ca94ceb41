"""The windows of this desktop, for people to choose from. Where there are none to tell apart one line says so."""

from __future__ import annotations

from collections.abc import Callable

from capture.backends.registry import desktop_backend
from capture.model import Region, Window


def list_windows() -> list[Window]:
    """The windows that can be seen, topmost first. Raises CaptureError when there is no X server."""
    return desktop_backend().list_windows()


def pick_window(timeout_s: float = 60.0) -> Window | None:
    """Let the user click a window; None when Escape, another button or the time put an end to it.

    Blocks while the pointer is a crosshair. Raises CaptureError when the pointer cannot be had.
    """
    return desktop_backend().pick_window(timeout_s)


def pick_region(timeout_s: float = 60.0, given_up: Callable[[], bool] = lambda: False) -> Region | None:
    """Let the user draw a box, or click a window to mean its place; None when Escape or the time put an end to it.

    Blocks while the pointer is a crosshair, at most a tenth of a second after ``given_up`` says that nobody wants to
    know any more. Raises CaptureError when the pointer cannot be had.
    """
    return desktop_backend().pick_region(timeout_s, given_up)
