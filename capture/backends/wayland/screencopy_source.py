"""The source of a target on a compositor with screencopy: which monitors show it, and their captures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from capture.backends.wayland.connection import WaylandConnection
from capture.backends.wayland.outputs import monitors_of
from capture.backends.wayland.screencopy import OutputCapture, Screencopy
from capture.backends.wayland.stream_probe import PlacedStream, StreamProbe, StreamScreen
from capture.desktop.frame_buffer import FrameBuffer
from capture.desktop.screen_grabber import check_inside, check_size, describe, find_monitor, monitor_label
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target


def open_screencopy(target: Target, connection: WaylandConnection, *, rings: bool) -> FrameBuffer:
    """A filled source, which closes the connection with itself. Raises CaptureError, with the connection closed."""
    with ExitStack() as undo:
        undo.callback(connection.close)
        screencopy = Screencopy(connection)
        label, region, shown = choose(target, monitors_of(screencopy.outputs.all()))
        parts = _placed(screencopy, shown)
        source = FrameBuffer(StreamScreen(parts), StreamProbe(parts, label, region), rings=rings)
        undo.pop_all()
    return source


def choose(target: Target, monitors: Sequence[Monitor]) -> tuple[str, Region | None, list[Monitor]]:
    """A target's label, its fixed region (None: whatever the monitors show) and the monitors that show it.

    Raises CaptureError when the target is not there.
    """
    if target.is_window:
        raise CaptureError(
            "This desktop lets no program record a single window", "Record a monitor or a region of the screen instead."
        )
    desktop = _desktop(monitors)
    if target.region is not None:
        check_inside(target.region, desktop)
        shown = _showing(target.region, monitors)
        return f"region of {describe(target.region)}", check_size(target.region), shown
    if target.monitor == 0:
        check_size(desktop)
        return "desktop", None, list(monitors)
    monitor = find_monitor(target.monitor, list(monitors))
    check_size(monitor.region)
    return monitor_label(monitor), None, [monitor]


def _desktop(monitors: Sequence[Monitor]) -> Region:
    return reduce(Region.unite, (monitor.region for monitor in monitors))


def _showing(region: Region, monitors: Sequence[Monitor]) -> list[Monitor]:
    return [monitor for monitor in monitors if not monitor.region.intersect(region).empty]


def _placed(screencopy: Screencopy, monitors: Sequence[Monitor]) -> list[PlacedStream]:
    return [PlacedStream(OutputCapture(screencopy, one.name), one.region.x, one.region.y) for one in monitors]


def grab_region(region: Region, connection: WaylandConnection) -> NDArray[np.uint8]:
    """A picture of one region, (height, width, 4) BGRA; closes the connection. Raises CaptureError."""
    try:
        screencopy = Screencopy(connection)
        monitors = monitors_of(screencopy.outputs.all())
        check_inside(region, _desktop(monitors))
        screen = StreamScreen(_placed(screencopy, _showing(region, monitors)))
        return screen.grab(region).view(np.uint8).reshape(region.height, region.width, 4)
    finally:
        connection.close()
