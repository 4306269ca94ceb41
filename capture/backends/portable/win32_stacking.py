"""Keeps the window that is in front above all others on Windows, by SetWindowPos of user32.

Owns the request. A window that covers much of the first monitor is not kept there: it would hide the program that it
is to be beside.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_int, c_uint, c_void_p
from typing import Any

from capture.backends.portable.win32_info import Win32Info

_TOPMOST, _NOT_TOPMOST = -1, -2
_AS_IT_IS = 0x0001 | 0x0002 | 0x0010  # size, place, and what has the focus
_WIDTH, _HEIGHT = 0, 1  # of the first monitor, by GetSystemMetrics
_MOST = 0.5  # of it


def keep_front_above(
    wanted: Callable[[str, str], bool], load: Callable[[str], Any] = ctypes.CDLL
) -> Callable[[], None] | None:
    """Keep the window in front above all others, if its title and program are ``wanted``; returns what ends it.

    None where Windows refuses, or the window covers more than half of the monitor. ``load`` gives a system library.
    """
    info, user = Win32Info(load), load("user32")
    user.SetWindowPos.argtypes = [c_void_p, c_void_p, c_int, c_int, c_int, c_int, c_uint]
    front = info.active_window()
    found = next((window for window in info.windows() if window.window_id == front[2]), None)
    if found is None or not wanted(found.title, found.window_class):
        return None
    if found.region.width * found.region.height > _MOST * user.GetSystemMetrics(_WIDTH) * user.GetSystemMetrics(
        _HEIGHT
    ):
        return None

    def let_go() -> None:
        user.SetWindowPos(found.window_id, _NOT_TOPMOST, 0, 0, 0, 0, _AS_IT_IS)

    return let_go if user.SetWindowPos(found.window_id, _TOPMOST, 0, 0, 0, 0, _AS_IT_IS) else None
