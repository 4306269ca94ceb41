"""The windows of this desktop, and choosing a window or a region with the pointer. Not available on every system."""

from __future__ import annotations

from collections.abc import Callable

from capture.backends.registry import desktop_backend
from capture.model import Region, Window


def list_windows() -> list[Window]:
    """The windows that can be recorded, topmost first; empty where none can. Raises CaptureError without a screen."""
    return desktop_backend().list_windows()


def can_draw() -> bool:
    """Whether a window can be clicked and a region drawn with the pointer; otherwise they are written."""
    return desktop_backend().can_draw


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
