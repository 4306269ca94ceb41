"""WaylandBackend: Wayland desktops, by screencopy."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from capture.desktop.backend import NOT_NOTED, DesktopBackend
from capture.desktop.consent import Consent
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capture.backends.wayland.connection import WaylandConnection

NOT_TOLD = f"{NOT_NOTED}: a Wayland desktop tells them to no other program."
NO_HOTKEYS = "This desktop gives no program keys of its own"
BIND = "Bind keys to “showhow mark”, “showhow pause” and “showhow stop” in the desktop's keyboard settings."


class WaylandBackend(DesktopBackend):
    """Any Wayland compositor that offers screencopy (wlroots). Never Xwayland, which sees nothing of other windows."""

    def is_available(self) -> bool:
        """True in a Wayland session, whether or not it has X too."""
        return sys.platform == "linux" and bool(os.environ.get("WAYLAND_DISPLAY"))

    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:  # noqa: ARG002  asks nobody
        """A source of the compositor's own pictures and damage."""
        from capture.backends.wayland.screencopy_source import open_screencopy

        return open_screencopy(target, _connect(), rings=rings)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """The pointer's path, where the pictures tell it."""
        from capture.backends.wayland.listener import WaylandListener

        said = f"{NOT_TOLD} Speak each step, or mark it."
        return WaylandListener(inputs, said, [f"{NO_HOTKEYS}. {BIND}"] if hotkeys else [])

    def why_slow(self) -> str:
        """Always empty: screencopy tells the damage."""
        return ""

    def changes_from(self) -> str:
        """The compositor."""
        return "the compositor (screencopy)"

    def list_monitors(self) -> list[Monitor]:
        """As the compositor names them; needs no permission."""
        from capture.backends.wayland.outputs import list_monitors

        return list_monitors()

    def grab(self, region: Region) -> NDArray[np.uint8]:
        """A picture with the pointer, as the compositor draws it."""
        from capture.backends.wayland.screencopy_source import grab_region

        return grab_region(region, _connect())

    def why_no_events(self) -> str:
        """Clicks and keys are never told."""
        return NOT_TOLD

    def hotkey_problems(self, hotkeys: Iterable[str]) -> list[str]:
        """Raises CaptureError, with what to do instead."""
        if any(hotkeys):
            raise CaptureError(NO_HOTKEYS, BIND)
        return []

    def list_windows(self) -> list[Window]:
        """Always empty: these compositors record monitors only."""
        return []


def _connect() -> WaylandConnection:
    from capture.backends.wayland.connection import WaylandConnection
    from capture.backends.wayland.screencopy import Screencopy

    connection = WaylandConnection()
    if not Screencopy.offered(connection):
        connection.close()
        raise CaptureError("This Wayland desktop offers no screencopy", "Choose an X11 (Xorg) session at the login.")
    return connection
