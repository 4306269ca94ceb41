"""Which display server this process uses, the errors when there is none, and the units in which it is told places."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from capture.errors import CaptureError

INSTALL_XCB = "On Debian or Ubuntu: apt-get install libxcb1 libxcb-randr0 libxcb-render0 libxcb-shm0 libxcb-xfixes0."


def on_x11() -> bool:
    """Whether the screen belongs to an X server."""
    return platform.system() == "Linux"


def check_display() -> None:
    """Raises CaptureError when this process has no screen. Reads the environment only, so it is cheap."""
    if not on_x11() or os.environ.get("DISPLAY"):
        return
    raise CaptureError(
        "There is no screen here: neither WAYLAND_DISPLAY nor DISPLAY is set",
        "Start showhow in a desktop session, or set one of them to a display you may use.",
    )


def on_wayland() -> bool:
    """Whether the screen belongs to a Wayland compositor, whether or not there is X too.

    A name without a socket is left over, as in a terminal that outlived its session, unless it is all there is.
    """
    if platform.system() != "Linux" or not os.environ.get("WAYLAND_DISPLAY"):
        return False
    return wayland_socket().exists() or not os.environ.get("DISPLAY")


def wayland_socket() -> Path:
    """The compositor's socket: WAYLAND_DISPLAY is its path, or its name in XDG_RUNTIME_DIR."""
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / os.environ.get("WAYLAND_DISPLAY", "")


def desktop_name() -> str:
    """One name for this desktop, whichever of its display names a process was given; for file names."""
    if platform.system() != "Linux":
        return "screen"
    if on_wayland():
        return _plain(wayland_socket())
    display = os.environ.get("DISPLAY", "")
    return _plain(Path(re.sub(r"^unix(?=:)|\.\d+$", "", display)))  # :0, :0.0 and unix:0 are one display


def _plain(path: Path) -> str:
    return re.sub(r"[^\w-]", "_", path.name) or "screen"


def make_dpi_aware() -> None:
    """On Windows: have this process told the real pixels of every monitor, instead of places scaled to 96 dots an inch.

    It holds for the whole process, and only before it asked for a place; harmless when done twice, and elsewhere.
    """
    if platform.system() == "Windows":
        import ctypes

        user32 = ctypes.CDLL("user32")
        if hasattr(user32, "SetProcessDpiAwarenessContext"):  # Windows 10 1607
            user32.SetProcessDpiAwarenessContext(ctypes.c_void_p(-4))  # PER_MONITOR_AWARE_V2
        else:
            user32.SetProcessDPIAware()
