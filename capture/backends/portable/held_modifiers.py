"""Whether a modifier is down now, as Windows and macOS tell it.

A listener is not told of every release: a key that locks the screen, or opens Windows' secure desktop, is let go where
no program listens. What is typed after that would be told as chords, letter by letter.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

IsDown = Callable[[str], bool]
"""Whether the modifier of a name (``Ctrl``) is down."""
_WINDOWS = {"Ctrl": (0x11,), "Alt": (0x12,), "AltGr": (0xA5,), "Shift": (0x10,), "Super": (0x5B, 0x5C)}
"""Virtual keys (winuser.h)."""
_DOWN = 0x8000
_MAC = {"Ctrl": 1 << 18, "Alt": 1 << 19, "AltGr": 1 << 19, "Shift": 1 << 17, "Super": 1 << 20}
"""Masks of CGEventFlags."""
_MAC_LIBRARY = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
_SESSION = 0  # kCGEventSourceStateCombinedSessionState


def held_modifiers(system: str, load: Callable[[str], Any] = ctypes.CDLL) -> IsDown:
    """What asks ``system`` (of ``platform.system()``), by a library that ``load`` gives; elsewhere all are down."""
    if system == "Windows":
        return _asking_windows(load("user32"))
    if system == "Darwin":
        return _asking_mac(load(_MAC_LIBRARY))
    return lambda _name: True


def _asking_windows(user32: Any) -> IsDown:
    user32.GetAsyncKeyState.argtypes, user32.GetAsyncKeyState.restype = [ctypes.c_int], ctypes.c_short
    return lambda name: any(user32.GetAsyncKeyState(key) & _DOWN for key in _WINDOWS[name])


def _asking_mac(services: Any) -> IsDown:
    flags = services.CGEventSourceFlagsState
    flags.argtypes, flags.restype = [ctypes.c_int32], ctypes.c_uint64
    return lambda name: bool(flags(_SESSION) & _MAC[name])
