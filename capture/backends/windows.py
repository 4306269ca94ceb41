"""The windows of this desktop, for people to choose from. X11 only; elsewhere one line says so."""

from __future__ import annotations

from collections.abc import Callable

from capture.desktop.display_server import on_x11
from capture.errors import CaptureError
from capture.model import Region, Window


def _only_x11() -> None:
    if not on_x11():
        raise CaptureError(
            "Windows cannot be told apart on this system", "Record a monitor or a region of the screen instead."
        )


def list_windows() -> list[Window]:
    """The windows that can be seen, topmost first. Raises CaptureError when there is no X server."""
    _only_x11()
    from capture.backends.x11.connection import opened_desk
    from capture.backends.x11.windows import list_windows as listed

    with opened_desk() as desk:
        return listed(desk)


def window_at(x: int, y: int) -> tuple[str, str]:
    """Title and class of the window under a desktop pixel; empty for the bare desktop.

    Raises CaptureError when there is no X server.
    """
    _only_x11()
    from capture.backends.x11.connection import opened_desk
    from capture.backends.x11.windows import window_at as found_at

    with opened_desk() as desk:
        return found_at(desk, x, y)


def pick_window(timeout_s: float = 60.0) -> Window | None:
    """Let the user click a window; None when Escape, another button or the time put an end to it.

    Blocks while the pointer is a crosshair. Raises CaptureError when the pointer cannot be had.
    """
    _only_x11()
    from capture.backends.x11.picker import pick_window as picked

    return picked(timeout_s)


def pick_region(timeout_s: float = 60.0, given_up: Callable[[], bool] = lambda: False) -> Region | None:
    """Let the user draw a box, or click a window to mean its place; None when Escape or the time put an end to it.

    Blocks while the pointer is a crosshair, at most a tenth of a second after ``given_up`` says that nobody wants to
    know any more. Raises CaptureError when the pointer cannot be had.
    """
    _only_x11()
    from capture.backends.x11.picker import pick_region as picked

    return picked(timeout_s, given_up)
