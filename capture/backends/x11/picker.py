"""Picker for windows and regions: a crosshair, a click on a window or a box drawn on the screen. Escape cancels.

The box is shown as four thin windows: they look the same with and without a compositor, while XOR lines drawn on the
root window flicker or are left behind.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import XK, X, Xcursorfont
from Xlib.xobject.drawable import Window as XWindow

from capture.backends.x11.connection import X11Connection, open_connection
from capture.backends.x11.windows import client_at
from capture.errors import CaptureError
from capture.model import Region, Window

_DRAG = 8  # pixels; a smaller drag is a click with a shaky hand
_EDGE = 3
_COLOUR = 0xFF9A20
_GRAB_PATIENCE_S = 2.0  # a menu that is just closing still grabs the pointer briefly
_POLL_S = 0.1  # how often given_up is called
_MASK = X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask

GivenUp = Callable[[], bool]


def pick_window(timeout_s: float) -> Window | None:
    """The window that the user clicks; None when cancelled."""
    with open_connection() as connection:
        place = _draw_box(connection, timeout_s, _never, show=False)
        return client_at(connection, place.x, place.y) if place is not None else None


def _never() -> bool:
    return False


def pick_region(timeout_s: float, given_up: GivenUp = _never) -> Region | None:
    """The box that the user draws, or the region of the window clicked; None when cancelled."""
    with open_connection() as connection:
        box = _draw_box(connection, timeout_s, given_up, show=True)
        if box is None or (box.width > _DRAG and box.height > _DRAG):
            return box
        window = client_at(connection, box.x, box.y)
        return window.region if window is not None else None


def _draw_box(connection: X11Connection, timeout_s: float, given_up: GivenUp, *, show: bool) -> Region | None:
    """The box from the button's press to its release; None when cancelled."""
    escape = connection.display.keysym_to_keycode(XK.XK_Escape)
    frame = _Frame(connection) if show else None
    start: tuple[int, int] | None = None
    with _grabbed(connection):
        for event in _events(connection, timeout_s, given_up):
            if event.type == X.KeyPress and event.detail == escape:
                return None
            if event.type == X.ButtonPress:
                if event.detail != 1:
                    return None
                start = (event.root_x, event.root_y)
            elif event.type == X.MotionNotify and start is not None and frame is not None:
                frame.show(_between(start, (event.root_x, event.root_y)))
            elif event.type == X.ButtonRelease and start is not None:
                if frame is not None:
                    frame.hide()
                return _between(start, (event.root_x, event.root_y))
    return None


def _between(one: tuple[int, int], other: tuple[int, int]) -> Region:
    x, y = min(one[0], other[0]), min(one[1], other[1])
    return Region(x, y, abs(one[0] - other[0]), abs(one[1] - other[1]))


@contextmanager
def _grabbed(connection: X11Connection) -> Iterator[None]:
    """Grab the pointer, shown as a crosshair, and the keyboard; both are released at the end, also after errors."""
    font: Any = connection.display.open_font("cursor")
    shapes = (Xcursorfont.crosshair, Xcursorfont.crosshair + 1)
    cursor = font.create_glyph_cursor(font, *shapes, (0, 0, 0), (65535, 65535, 65535))
    deadline = time.monotonic() + _GRAB_PATIENCE_S
    while connection.root.grab_pointer(False, _MASK, X.GrabModeAsync, X.GrabModeAsync, X.NONE, cursor, X.CurrentTime):
        if time.monotonic() > deadline:
            raise CaptureError("Another program holds the pointer", "Close its menu or dialog and try again.")
        time.sleep(0.05)
    connection.root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
    try:
        yield
    finally:
        connection.display.ungrab_pointer(X.CurrentTime)
        connection.display.ungrab_keyboard(X.CurrentTime)
        connection.display.sync()


def _events(connection: X11Connection, timeout_s: float, given_up: GivenUp) -> Iterator[Any]:
    """Events until the timeout, or until ``given_up`` returns true."""
    deadline = time.monotonic() + timeout_s
    connection.display.flush()
    while (left := deadline - time.monotonic()) > 0 and not given_up():
        while connection.display.pending_events():
            yield connection.display.next_event()
        select.select([connection.display.fileno()], [], [], min(left, _POLL_S))


class _Frame:
    """Four thin windows around a box."""

    def __init__(self, connection: X11Connection) -> None:
        self._connection = connection
        self._edges: list[XWindow] = [
            connection.root.create_window(
                0, 0, 1, 1, 0, X.CopyFromParent, X.InputOutput, override_redirect=True, background_pixel=_COLOUR
            )
            for _ in range(4)
        ]

    def show(self, box: Region) -> None:
        """Show the frame just outside this box."""
        wide, high = box.width + 2 * _EDGE, box.height + 2 * _EDGE
        places = (
            (box.x - _EDGE, box.y - _EDGE, wide, _EDGE),
            (box.x - _EDGE, box.bottom, wide, _EDGE),
            (box.x - _EDGE, box.y - _EDGE, _EDGE, high),
            (box.right, box.y - _EDGE, _EDGE, high),
        )
        for edge, (x, y, width, height) in zip(self._edges, places, strict=True):
            edge.configure(x=x, y=y, width=width, height=height, stack_mode=X.Above)
            edge.map()
        self._connection.display.flush()

    def hide(self) -> None:
        """Remove the frame; the server has done so when this returns, before the first picture is taken."""
        for edge in self._edges:
            edge.destroy()
        self._connection.display.sync()
