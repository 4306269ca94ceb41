"""Keeps the window that is in front above all others, as a window manager does when asked (EWMH 1.5, _NET_WM_STATE).

Owns the request. A window that covers much of its screen is not kept there: it would hide what it is to be beside.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from Xlib import X, error
from Xlib.protocol.event import ClientMessage

from capture.backends.x11.connection import X11Connection, open_connection
from capture.backends.x11.windows import active_window
from capture.errors import CaptureError

_REMOVE, _ADD, _FROM_APPLICATION, _FROM_PAGER = 0, 1, 1, 2
_MOST = 0.5  # of the desktop


def keep_front_above(wanted: Callable[[str, str], bool]) -> Callable[[], None] | None:
    """Keep the window in front above all others, if its title and class are ``wanted``; returns what ends it.

    None where that is not possible, or it covers more than half of the desktop. Never raises.
    """
    with suppress(CaptureError), open_connection() as connection:
        title, window_class, window_id = active_window(connection)
        if window_id and wanted(title, window_class) and _is_small(connection, window_id):
            _ask(connection, window_id, _ADD)
            return lambda: _release(window_id)
    return None


def remember_front() -> Callable[[], None] | None:
    """Remember the window in front; returns what brings it to the front again. None where that is not possible.

    Never raises.
    """
    with suppress(CaptureError), open_connection() as connection:
        if window_id := active_window(connection)[2]:
            return lambda: _activate(window_id)
    return None


def _activate(window_id: int) -> None:
    with suppress(CaptureError), open_connection() as connection:
        data = (32, [_FROM_PAGER, X.CurrentTime, 0, 0, 0])  # from a program the window manager would only mark it
        _send(connection, window_id, "_NET_ACTIVE_WINDOW", data)


def _is_small(connection: X11Connection, window_id: int) -> bool:
    try:
        window, root = connection.window(window_id).get_geometry(), connection.root.get_geometry()
    except error.XError:
        return False
    return bool(window.width * window.height <= _MOST * root.width * root.height)


def _release(window_id: int) -> None:
    with suppress(CaptureError), open_connection() as connection:
        _ask(connection, window_id, _REMOVE)


def _ask(connection: X11Connection, window_id: int, what: int) -> None:
    data = (32, [what, connection.atom("_NET_WM_STATE_ABOVE"), 0, _FROM_APPLICATION, 0])
    _send(connection, window_id, "_NET_WM_STATE", data)


def _send(connection: X11Connection, window_id: int, kind: str, data: tuple[int, list[int]]) -> None:
    message = ClientMessage(window=window_id, client_type=connection.atom(kind), data=data)
    connection.root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
    connection.display.sync()
