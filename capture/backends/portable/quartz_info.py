"""QuartzInfo: pointer and windows of macOS. Windows by Quartz of PyObjC, which pynput brings along; its only import."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

from capture.backends.front.bundle_version import version_of_bundle
from capture.model import Region, Window

_NORMAL_LAYER = 0
"""The layer of ordinary windows; the menu bar, the Dock and overlays have others."""
_LONGEST_PATH = 4096  # PROC_PIDPATHINFO_MAXSIZE


def _quartz() -> Any:
    import Quartz

    return Quartz


class QuartzInfo:
    """A DesktopInfo. Places are points, of which a Retina screen has one for four pixels. Raises ImportError.

    All names are looked up here: PyObjC loads each on first use, which fails in two threads at once (pynput issue 552).
    """

    def __init__(self, quartz: Any = None, path_of: Callable[[int], str] | None = None) -> None:
        quartz = quartz if quartz is not None else _quartz()
        self._event, self._place_of = quartz.CGEventCreate, quartz.CGEventGetLocation
        self._list = quartz.CGWindowListCopyWindowInfo
        self._shown = quartz.kCGWindowListOptionOnScreenOnly | quartz.kCGWindowListExcludeDesktopElements
        self._none = quartz.kCGNullWindowID
        self._path_of = path_of or _program_file

    def pointer(self) -> tuple[int, int] | None:
        """Where the pointer is."""
        place = self._place_of(self._event(None))
        return int(place.x), int(place.y)

    def windows(self) -> list[Window]:
        """The visible windows, frontmost first. Titles are told with the permission of Screen Recording only."""
        listed = self._list(self._shown, self._none) or []
        return [_window(one) for one in listed if one.get("kCGWindowLayer") == _NORMAL_LAYER]

    def window_at(self, x: int, y: int) -> tuple[str, str]:
        """Title and program of the frontmost window at a place."""
        here = Region(x, y, 1, 1)
        found = next((window for window in self.windows() if not window.region.intersect(here).empty), None)
        return (found.title, found.window_class) if found is not None else ("", "")

    def active_window(self) -> tuple[str, str, int]:
        """Title, program and number of the frontmost window, which is the active program's."""
        found = next(iter(self.windows()), None)
        return (found.title, found.window_class, found.window_id) if found is not None else ("", "", 0)

    def version_of(self, window_id: int) -> str:
        """Of the bundle whose program has the window."""
        listed = self._list(self._shown, self._none) or []
        owner = next((one.get("kCGWindowOwnerPID") for one in listed if one.get("kCGWindowNumber") == window_id), None)
        return version_of_bundle(self._path_of(int(owner))) if owner is not None else ""

    def close(self) -> None:
        """Nothing to release."""


def _program_file(process_id: int) -> str:
    """The path of the file that a process runs, by libproc; empty when it may not be known."""
    path = ctypes.create_string_buffer(_LONGEST_PATH)
    length = ctypes.CDLL(None).proc_pidpath(process_id, path, _LONGEST_PATH)
    return os.fsdecode(path.value) if length > 0 else ""


def _window(told: Any) -> Window:
    bounds = told["kCGWindowBounds"]
    region = Region(*(int(bounds[side]) for side in ("X", "Y", "Width", "Height")))
    title, program = told.get("kCGWindowName") or "", told.get("kCGWindowOwnerName") or ""
    return Window(int(told["kCGWindowNumber"]), str(title), str(program), region)
