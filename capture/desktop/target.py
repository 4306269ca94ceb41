"""Resolves a fixed Target to a region: a monitor, all monitors, or a region. Does not handle windows (X11 only)."""

from __future__ import annotations

from capture.desktop.screen_grabber import Screen, check_inside, describe
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target

SMALLEST = 16
"""Pixels; a narrower or lower target is a slip of the mouse, and some decoders reject it."""


def fixed_frame(target: Target, screen: Screen) -> tuple[str, Region]:
    """A label for users, and the region. Raises CaptureError when the target does not exist."""
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
    """The monitor of that number; without a number the primary one, else the first. Raises CaptureError."""
    if number is None:
        return next((monitor for monitor in monitors if monitor.primary), monitors[0])
    for monitor in monitors:
        if monitor.number == number:
            return monitor
    known = ", ".join(f"{monitor.number} ({monitor.name})" for monitor in monitors)
    raise CaptureError(f"There is no monitor {number}", f"Choose one of {known}, or 0 for all.")


def monitor_label(monitor: Monitor) -> str:
    """The monitor's label on the record screen."""
    return f"monitor {monitor.number} ({monitor.region.width}x{monitor.region.height})"


def check_size(region: Region) -> Region:
    """Returns the region. Raises CaptureError when it is too small."""
    if region.width < SMALLEST or region.height < SMALLEST:
        raise CaptureError(
            f"The region {describe(region)} is too small to record", f"Choose at least {SMALLEST}x{SMALLEST} pixels."
        )
    return region
