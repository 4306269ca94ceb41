"""Screen sources of this machine's desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.backends.registry import desktop_backend
from capture.desktop.consent import Consent
from capture.desktop.screen_source import ScreenSource
from capture.model import Monitor, Region, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def open_source(target: Target, *, rings: bool = True, consent: Consent | None = None) -> ScreenSource:
    """Start capturing a target. ``consent`` says meanwhile whether the desktop asks its user.

    Raises CaptureError when there is no screen, the user said no, the target is not on the screen, or its title matches
    several windows.
    """
    return desktop_backend().open_source(target, rings=rings, consent=consent or Consent())


def list_monitors() -> list[Monitor]:
    """The monitors of this desktop, numbered from 1. Raises CaptureError when there is no screen."""
    return desktop_backend().list_monitors()


def grab(region: Region) -> NDArray[np.uint8]:
    """A picture of one region, (height, width, 4) BGRA. Raises CaptureError when it cannot be had."""
    return desktop_backend().grab(region)
