"""Screen sources of this machine's desktop."""

from __future__ import annotations

from capture.backends.registry import desktop_backend
from capture.desktop.screen_source import ScreenSource
from capture.model import Target


def open_source(target: Target, *, rings: bool = True) -> ScreenSource:
    """Start capturing a target; the picture is filled when this returns.

    Raises CaptureError when there is no screen, the target is not on it, or its title matches several windows.
    """
    return desktop_backend().open_source(target, rings=rings)
