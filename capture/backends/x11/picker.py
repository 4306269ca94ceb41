"""Choosing with the pointer: a crosshair, a click on a window or a box drawn on the screen. Escape cancels.

The box is shown as four thin windows: they look the same with and without a compositor, where lines drawn on the root
window by XOR flicker or stay behind.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from Xlib import XK, X, Xcursorfont
from Xlib.xobject.drawable import Window as XWindow

from capture.backends.x11.connection import X11Connection, opened_desk
from capture.backends.x11.windows import client_at
from capture.errors import CaptureError
from capture.model import Region, Window

_DRAG = 8  # pixels; less is a click by a hand that is not quite still
_EDGE = 3
_COLOUR = 0xFF9A20
_GRAB_PATIENCE_S = 2.0  # a menu that is just closing holds the pointer for a moment
_LOOK_S = 0.1  # how often it is asked whether anybody still waits
_MASK = X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask

GivenUp = Callable[[], bool]


def pick_window(timeout_s: float) -> Window | None:
    """The window that the user clicks; None when cancelled."""
    with opened_desk() as desk:
        place = _drawn(desk, timeout_s, _never, show=False)
        return client_at(desk, place.x, place.y) if place is not None else None


def _never() -> bool:
    return False


def pick_region(timeout_s: float, given_up: GivenUp = _never) -> Region | None:
    """The box that the user draws, or the place of the window that is clicked; None when cancelled."""
    with opened_desk() as desk:
        box = _drawn(desk, timeout_s, given_up, show=True)
        if box is None or (box.width > _DRAG and box.height > _DRAG):
            return box
        window = client_at(desk, box.x, box.y)
        return window.region if window is not None else None


def _drawn(desk: X11Connection, timeout_s: float, given_up: GivenUp, *, show: bool) -> Region | None:
    """The box from where the button went down to where it came up; None when cancelled."""
    escape = desk.display.keysym_to_keycode(XK.XK_Escape)
    frame = _Frame(desk) if show else None
    start: tuple[int, int] | None = None
    with _grabbed(desk):
        for event in _events(desk, timeout_s, given_up):
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
def _grabbed(desk: X11Connection) -> Iterator[None]:
    """The pointer as a crosshair, and the keyboard, for us alone; given back whatever happens."""
    font: Any = desk.display.open_font("cursor")
    shapes = (Xcursorfont.crosshair, Xcursorfont.crosshair + 1)
    cursor = font.create_glyph_cursor(font, *shapes, (0, 0, 0), (65535, 65535, 65535))
    deadline = time.monotonic() + _GRAB_PATIENCE_S
    while desk.root.grab_pointer(False, _MASK, X.GrabModeAsync, X.GrabModeAsync, X.NONE, cursor, X.CurrentTime):
        if time.monotonic() > deadline:
            raise CaptureError("Another program holds the pointer", "Close its menu or dialog and try again.")
        time.sleep(0.05)
    desk.root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
    try:
        yield
    finally:
        desk.display.ungrab_pointer(X.CurrentTime)
        desk.display.ungrab_keyboard(X.CurrentTime)
        desk.display.sync()


def _events(desk: X11Connection, timeout_s: float, given_up: GivenUp) -> Iterator[Any]:
    """Events as they come, until the time is over or nobody wants them any more."""
    deadline = time.monotonic() + timeout_s
    desk.display.flush()
    while (left := deadline - time.monotonic()) > 0 and not given_up():
        while desk.display.pending_events():
            yield desk.display.next_event()
        select.select([desk.display.fileno()], [], [], min(left, _LOOK_S))


class _Frame:
    """Four thin windows around a box."""

    def __init__(self, desk: X11Connection) -> None:
        self._desk = desk
        self._edges: list[XWindow] = [
            desk.root.create_window(
                0, 0, 1, 1, 0, X.CopyFromParent, X.InputOutput, override_redirect=True, background_pixel=_COLOUR
            )
            for _ in range(4)
        ]

    def show(self, box: Region) -> None:
        """Around this box, just outside it."""
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
        self._desk.display.flush()

    def hide(self) -> None:
        """Gone before the first picture is taken."""
        for edge in self._edges:
            edge.destroy()
        self._desk.display.sync()
