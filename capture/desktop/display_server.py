"""Which display server this process uses, and the errors when there is none."""

from __future__ import annotations

import os
import platform

from capture.errors import CaptureError

USE_XORG = "Log out, choose an X11 (Xorg) session at the login screen, and try again."


INSTALL_XCB = "On Debian or Ubuntu: apt-get install libxcb1 libxcb-randr0 libxcb-render0 libxcb-shm0 libxcb-xfixes0."


def on_x11() -> bool:
    """Whether the screen belongs to an X server."""
    return platform.system() == "Linux"


def check_display() -> None:
    """Raises CaptureError when this process has no screen. Reads the environment only, so it is cheap."""
    if not on_x11() or os.environ.get("DISPLAY"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        raise CaptureError(
            "This is a Wayland session without X, whose screen showhow cannot read",
            USE_XORG,
        )
    raise CaptureError(
        "There is no screen here: DISPLAY is not set",
        "Start showhow in a desktop session, or set DISPLAY to one you may use.",
    )
