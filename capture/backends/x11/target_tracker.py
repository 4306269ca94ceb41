"""Where the target is: a place that stays, a monitor that may change or vanish, a window that moves.

An Aim is asked again only after the server told that something it depends on changed. Each thing worth knowing is
told once, and again only after it had ended.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

from Xlib import X

from capture.backends.x11.connection import X11Connection
from capture.backends.x11.windows import covered_by, list_windows, visible_region
from capture.desktop.screen_grabber import Screen, describe
from capture.desktop.target import check_size, find_monitor, fixed_frame, monitor_label
from capture.errors import CaptureError
from capture.model import Region, Target, Window

_COVER_EVERY_S = 0.5  # a covering window being dragged sends a hundred events a second; asking takes milliseconds


class TargetTracker(Protocol):
    """Where a target is. ``frame`` is None while there is nothing to see of it. ``wanders``: it moves at any moment."""

    label: str
    wanders: bool
    frame: Region | None

    def desktop_changed(self, screen: Screen) -> list[str]:
        """Monitors or the desktop's size changed; what to tell the user."""

    def heard(self, event: Any) -> None:
        """A window somewhere moved, came or went."""

    def refresh(self) -> list[str]:
        """Draw the conclusions of what was heard; what to tell the user. Called every tick, so it must be quick."""


def track_target(target: Target, screen: Screen, desk: X11Connection) -> TargetTracker:
    """The aim for a target. Raises CaptureError for what is not there."""
    if target.window is not None:
        return WindowTracker(find_window(target.window, list_windows(desk)), desk)
    return FixedTracker(target, screen)


class FixedTracker:
    """A monitor, all monitors, or a region."""

    wanders = False

    def __init__(self, target: Target, screen: Screen) -> None:
        self.label, frame = fixed_frame(target, screen)
        self.frame: Region | None = frame
        self._start = self._last = frame
        self._whole_desktop = target.monitor == 0 and target.region is None
        self._monitor = ""
        if target.region is None and not self._whole_desktop:
            self._monitor = find_monitor(target.monitor, screen.monitors()).name

    def desktop_changed(self, screen: Screen) -> list[str]:
        """Follow the monitor, or keep the place and say how much of it is left."""
        if self._monitor:
            return self._follow(screen)
        new = screen.desktop if self._whole_desktop else self._start.intersect(screen.desktop)
        old, self._last = self._last, new
        if self._whole_desktop:
            self.frame = new
        if new == old:
            return []
        return [f"The desktop is now {describe(screen.desktop)}; the video keeps its size."]

    def _follow(self, screen: Screen) -> list[str]:
        monitor = next((one for one in screen.monitors() if one.name == self._monitor), None)
        before, self.frame = self.frame, monitor.region if monitor is not None else None
        if monitor is None:
            gone = f"The {self.label} is gone; its last picture stays until it is back."
            return [gone] if before is not None else []
        if before is None:
            return [f"The {monitor_label(monitor)} is back."]
        if (before.width, before.height) != (monitor.region.width, monitor.region.height):
            return [f"The recorded monitor is now {describe(monitor.region)}; the video keeps its size."]
        return []

    def heard(self, event: Any) -> None:
        """Windows are of no concern here."""

    def refresh(self) -> list[str]:
        """Nothing to conclude."""
        return []


class WindowTracker:
    """One window, followed wherever it goes; never what lies beneath it once it is gone."""

    wanders = True

    def __init__(self, window: Window, desk: X11Connection) -> None:
        self._desk, self._window = desk, desk.window(window.window_id)
        self.label = f"the window “{window.title}”"
        self._it = f"The window “{window.title}”"
        self.frame: Region | None = check_size(window.region)
        self._size = (window.region.width, window.region.height)
        self._moved = True
        self._covered = ""
        self._cover_asked_s = 0.0
        self._cover_due = True
        desk.root.change_attributes(event_mask=X.SubstructureNotifyMask | X.StructureNotifyMask)
        self._window.change_attributes(event_mask=X.StructureNotifyMask | X.PropertyChangeMask)

    def desktop_changed(self, screen: Screen) -> list[str]:  # noqa: ARG002  a window is followed by its own events
        """It may have been pushed elsewhere."""
        self._moved = True
        return []

    def heard(self, event: Any) -> None:
        """Anything may have moved it or covered it."""
        if event.type != X.PropertyNotify or event.atom == self._desk.atom("_GTK_FRAME_EXTENTS"):
            self._moved = self._cover_due = True

    def refresh(self) -> list[str]:
        """Where it is now, and what the user must know of it."""
        told: list[str] = []
        if self._moved:
            self._moved = False
            told += self._place()
        now_s = time.monotonic()
        if self._cover_due and self.frame is not None and now_s - self._cover_asked_s > _COVER_EVERY_S:
            self._cover_due, self._cover_asked_s = False, now_s
            told += self._cover(self.frame)
        return told

    def _place(self) -> list[str]:
        before, self.frame = self.frame, visible_region(self._desk, self._window)
        if self.frame is None:
            gone = f"Nothing is to be seen of {self.label} (closed or minimised); its last picture stays."
            return [gone] if before is not None else []
        told = [f"{self._it} is back."] if before is None else []
        size = (self.frame.width, self.frame.height)
        if size != self._size:
            self._size = size
            told.append(f"{self._it} is now {size[0]}x{size[1]}; the video keeps its size.")
        return told

    def _cover(self, frame: Region) -> list[str]:
        before, self._covered = self._covered, covered_by(self._desk, self._window, frame)
        if self._covered and self._covered != before:
            return [f"“{self._covered}” covers part of {self.label} and is recorded with it."]
        return []


def find_window(title: str, windows: list[Window]) -> Window:
    """The window whose title contains ``title`` (any case). Raises CaptureError when none does, or several do."""
    wanted = title.casefold().strip()
    found = [window for window in windows if wanted in window.title.casefold()]
    exact = [window for window in found if window.title.casefold() == wanted]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise CaptureError(f"“{title}” fits {len(found)} windows: {_titles(found)}", "Give more of the title.")
    seen = f"Open are: {_titles(windows)}." if windows else "No window is open."
    raise CaptureError(f"No window has “{title}” in its title", seen)


def _titles(windows: list[Window]) -> str:
    shown = ", ".join(f"“{window.title}”" for window in windows[:6])
    return f"{shown} and {len(windows) - 6} more" if len(windows) > 6 else shown
