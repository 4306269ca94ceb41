"""TargetTracker: the target's current region: a fixed region, a monitor that may change or vanish, a moving window.

The region is read again only after the server reported a change it depends on. Each condition is reported to the user
once, and again only after it had ended.
"""

from __future__ import annotations

import time
from functools import reduce
from typing import Any, Protocol

from Xlib import X

from capture.backends.x11.connection import X11Connection
from capture.backends.x11.windows import Dialogs, covered_by, describe_window, list_windows, visible_region
from capture.desktop.screen_grabber import Screen, check_size, describe, find_monitor, fixed_frame, monitor_label
from capture.errors import CaptureError
from capture.model import Region, Target, Window

_COVER_CHECK_S = 0.5  # dragging a covering window sends a hundred events a second; the check takes milliseconds


class TargetTracker(Protocol):
    """Region of a target. ``frame`` is None while it is not visible. ``can_move``: it may move at any time.

    ``parts``: as in DesktopState.
    """

    label: str
    can_move: bool
    frame: Region | None
    parts: tuple[Region, ...] | None

    def desktop_changed(self, screen: Screen) -> list[str]:
        """Handle a change of the monitors or of the desktop's size; returns notices for the user."""

    def handle_event(self, event: Any) -> None:
        """Handle an event of any window: moved, mapped or unmapped."""

    def refresh(self) -> list[str]:
        """Update ``frame`` after events; returns notices for the user. Called every tick, so it must be fast."""


def track_target(target: Target, screen: Screen, connection: X11Connection) -> TargetTracker:
    """The tracker for a target. Raises CaptureError when the target does not exist."""
    if target.window_id is not None:
        return WindowTracker(window_of(connection, target.window_id, target.window or "window"), connection)
    if target.window is not None:
        return WindowTracker(find_window(target.window, list_windows(connection)), connection)
    return FixedTracker(target, screen)


class FixedTracker:
    """A monitor, all monitors, or a region."""

    can_move = False
    parts: tuple[Region, ...] | None = None

    def __init__(self, target: Target, screen: Screen) -> None:
        self.label, frame = fixed_frame(target, screen)
        self.frame: Region | None = frame
        self._start = self._last = frame
        self._whole_desktop = target.monitor == 0 and target.region is None
        self._monitor = ""
        if target.region is None and not self._whole_desktop:
            self._monitor = find_monitor(target.monitor, screen.monitors()).name

    def desktop_changed(self, screen: Screen) -> list[str]:
        """Follow the monitor, or keep the region and report the new size of the desktop."""
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

    def handle_event(self, event: Any) -> None:
        """Ignore window events."""

    def refresh(self) -> list[str]:
        """Always empty."""
        return []


class WindowTracker:
    """A window, followed when it moves; nothing beneath it is shown once it is gone.

    Its dialogs belong to it: ``frame`` grows to hold those that hang over its edge.
    """

    can_move = True
    parts: tuple[Region, ...] | None = None

    def __init__(self, window: Window, connection: X11Connection) -> None:
        self._connection, self._window = connection, connection.window(window.window_id)
        self.label = f"the window “{window.name}”"
        self._it = f"The window “{window.name}”"
        self.frame: Region | None = check_size(window.region)
        self._size = (window.region.width, window.region.height)
        self._dialogs = Dialogs(connection, self._window)
        self._moved = True
        self._covered = ""
        self._cover_checked_s = 0.0
        self._cover_due = True
        connection.root.change_attributes(event_mask=X.SubstructureNotifyMask | X.StructureNotifyMask)
        self._window.change_attributes(event_mask=X.StructureNotifyMask | X.PropertyChangeMask)

    def desktop_changed(self, screen: Screen) -> list[str]:  # noqa: ARG002  a window is followed by its own events
        """The window may have been moved."""
        self._moved = True
        return []

    def handle_event(self, event: Any) -> None:
        """Any event may mean that the window moved or was covered."""
        if event.type != X.PropertyNotify or event.atom == self._connection.atom("_GTK_FRAME_EXTENTS"):
            self._moved = self._cover_due = True

    def refresh(self) -> list[str]:
        """Update the region when something moved; returns notices about it and about windows that cover it."""
        notices: list[str] = []
        if self._moved:
            self._moved = False
            notices += self._update_frame()
        now_s = time.monotonic()
        if self._cover_due and self.frame is not None and now_s - self._cover_checked_s > _COVER_CHECK_S:
            self._cover_due, self._cover_checked_s = False, now_s
            notices += self._check_cover(self.frame)
        return notices

    def _update_frame(self) -> list[str]:
        before, content = self.frame, visible_region(self._connection, self._window)
        self.frame, self.parts = content, None
        if content is None or self.frame is None:
            gone = f"Nothing is to be seen of {self.label} (closed or minimised); its last picture stays."
            return [gone] if before is not None else []
        notices = [f"{self._it} is back."] if before is None else []
        size = (content.width, content.height)
        if size != self._size:
            self._size = size
            notices.append(f"{self._it} is now {size[0]}x{size[1]}; the video keeps its size.")
        beside = [dialog for dialog in self._dialogs.visible() if not dialog.intersect(content).empty]
        if any(dialog.intersect(content) != dialog for dialog in beside):
            self.frame, self.parts = reduce(Region.unite, beside, content), (content, *beside)
        return notices

    def _check_cover(self, frame: Region) -> list[str]:
        before, self._covered = self._covered, covered_by(self._connection, self._window, frame)
        if self._covered and self._covered != before:
            return [f"“{self._covered}” covers part of {self.label} and is recorded with it."]
        return []


def window_of(connection: X11Connection, window_id: int, name: str) -> Window:
    """The window of that id, whatever its title is by now. Raises CaptureError when it is not to be seen."""
    window = describe_window(connection, connection.window(window_id))
    if window is None:
        raise CaptureError(f"The window “{name}” is not there any more", "Open it again, or choose another.")
    return window


def find_window(title: str, windows: list[Window]) -> Window:
    """The window whose title contains ``title`` (any case). Raises CaptureError when none does, or several do."""
    wanted = title.casefold().strip()
    found = [window for window in windows if wanted in window.title.casefold()]
    exact = [window for window in found if window.title.casefold() == wanted]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise CaptureError(
            f"“{title}” fits {len(found)} windows: {_titles(found, ids=True)}",
            f"Give more of the title, or the number: --window {found[0].window_id:#x}",
        )
    seen = f"Open are: {_titles(windows)}." if windows else "No window is open."
    raise CaptureError(f"No window has “{title}” in its title", seen)


def _titles(windows: list[Window], *, ids: bool = False) -> str:
    shown = ", ".join(f"“{window.name}”" + f" {window.window_id:#x}" * ids for window in windows[:6])
    return f"{shown} and {len(windows) - 6} more" if len(windows) > 6 else shown
