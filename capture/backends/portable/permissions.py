"""What macOS must allow before anything is seen or heard, and whether it does. Other systems ask for nothing here.

Without the permission macOS gives pictures of the bare desktop and no input, without an error: it is asked before.
"""

from __future__ import annotations

import ctypes
import platform
from typing import Any

from capture.desktop.backend import Permission
from capture.errors import CaptureError

_LIBRARY = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
_SETTINGS = "System Settings > Privacy & Security >"
_THEN = "then start the terminal again"
_SCREEN = f"Allow your terminal under {_SETTINGS} Screen Recording, {_THEN}."


class MacPermissions:
    """Asks ``library``, which is macOS's ApplicationServices. What an older macOS does not ask for is allowed."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def _allowed(self, function: str) -> bool:
        try:
            ask = getattr(self._library, function)
        except AttributeError:  # before macOS 10.15
            return True
        ask.argtypes, ask.restype = [], ctypes.c_bool
        return bool(ask())

    def check_screen(self) -> None:
        """Raises CaptureError unless the screen may be recorded, after macOS was told to ask its user."""
        if self._allowed("CGPreflightScreenCaptureAccess"):
            return
        self._allowed("CGRequestScreenCaptureAccess")  # puts the terminal into the list of the settings
        raise CaptureError("macOS does not let this terminal record the screen", _SCREEN)

    def why_no_input(self) -> str:
        """Why no clicks and keys will be told, with what to do; empty when they will."""
        lacking = [one for one in self.all()[1:] if one.lacking]
        return f"macOS does not allow it. {lacking[0].remedy}" if lacking else ""

    def all(self) -> list[Permission]:
        """All of them, screen first."""
        asked = (
            ("Screen Recording", "CGPreflightScreenCaptureAccess", "the screen cannot be recorded"),
            ("Accessibility", "AXIsProcessTrusted", "clicks and keys are not noted"),
            ("Input Monitoring", "CGPreflightListenEventAccess", "clicks and keys are not noted"),
        )
        return [
            Permission(name)
            if self._allowed(function)
            else Permission(name, lacking, f"Allow your terminal under {_SETTINGS} {name}, {_THEN}.")
            for name, function, lacking in asked
        ]


def _of_this_system() -> MacPermissions | None:
    return MacPermissions(ctypes.CDLL(_LIBRARY)) if platform.system() == "Darwin" else None


def check_screen_allowed() -> None:
    """Raises CaptureError, with what to do, when the system does not let this process see the screen."""
    if (asked := _of_this_system()) is not None:
        asked.check_screen()


def why_no_input() -> str:
    """Why this process is told no clicks and keys, with what to do; empty when it is."""
    return asked.why_no_input() if (asked := _of_this_system()) is not None else ""


def permissions() -> list[Permission]:
    """What this system's user must allow, and whether it is; empty where nothing must be."""
    return asked.all() if (asked := _of_this_system()) is not None else []
