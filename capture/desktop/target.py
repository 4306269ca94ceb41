"""What a Target of fixed place means here: a monitor, all of them, or a region. Refuses windows: they are X11's."""

from __future__ import annotations

from capture.desktop.screen_grabber import Screen, check_inside, describe
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target

SMALLEST = 16
"""Pixels; a narrower or lower target is a slip of the hand, and some decoders refuse it."""


def fixed_frame(target: Target, screen: Screen) -> tuple[str, Region]:
    """A label for people and the region. Raises CaptureError for what is not there."""
    if target.window is not None:
        raise CaptureError(
            "A single window cannot be recorded on this system", "Record a monitor or a region of the screen instead."
        )
    if target.region is not None:
        check_inside(target.region, screen.desktop)
        return f"a region of {describe(target.region)}", check_size(target.region)
    if target.monitor == 0:
        return "all monitors", check_size(screen.desktop)
    monitor = find_monitor(target.monitor, screen.monitors())
    return monitor_label(monitor), check_size(monitor.region)


def find_monitor(number: int | None, monitors: list[Monitor]) -> Monitor:
    """The monitor of that number; without a number the primary one, else the first."""
    if number is None:
        return next((monitor for monitor in monitors if monitor.primary), monitors[0])
    for monitor in monitors:
        if monitor.number == number:
            return monitor
    known = ", ".join(f"{monitor.number} ({monitor.name})" for monitor in monitors)
    raise CaptureError(f"There is no monitor {number}", f"Choose one of {known}, or 0 for all.")


def monitor_label(monitor: Monitor) -> str:
    """As the record screen writes it."""
    return f"monitor {monitor.number} ({monitor.region.width}x{monitor.region.height})"


def check_size(region: Region) -> Region:
    """The region again. Raises CaptureError when it is too small to be meant."""
    if region.width < SMALLEST or region.height < SMALLEST:
        raise CaptureError(
            f"The region {describe(region)} is too small to record", f"Choose at least {SMALLEST}x{SMALLEST} pixels."
        )
    return region
