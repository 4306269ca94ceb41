"""WaylandBackend: by screencopy where the compositor offers it to every program, else through the desktop's portal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from capture.desktop.backend import NOT_NOTED, DesktopBackend, sizes_of
from capture.desktop.consent import Consent
from capture.desktop.display_server import on_wayland
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Front, Monitor, Region, Target, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capture.backends.wayland.connection import WaylandConnection

NOT_TOLD = f"{NOT_NOTED}: a Wayland desktop tells them to no other program."
BIND = "Bind keys to “showhow mark”, “showhow pause” and “showhow stop” in the desktop's keyboard settings."
CHOSEN = "A window, chosen in the desktop's dialogue"
"""Stands for the window that the desktop lets its user choose: no program gets a list of them."""


class WaylandBackend(DesktopBackend):
    """Any Wayland desktop. Never Xwayland, which sees nothing of other windows."""

    def is_available(self) -> bool:
        """True in a Wayland session, whether or not it has X too."""
        return on_wayland()

    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:
        """A source of the desktop's own pictures. Only the portal asks the user; it knows no window by its title."""
        from capture.backends.wayland.screencopy import UnknownFormat

        if (connection := _direct()) is not None:
            from capture.backends.wayland.screencopy_source import open_screencopy

            try:
                return open_screencopy(target, connection, rings=rings)
            except UnknownFormat:  # the portal converts
                pass
        from capture.backends.wayland.portal_source import open_portal

        return open_portal(target, rings=rings, consent=consent)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """The pointer's path, where the pictures tell it, and the portal's shortcuts."""
        from capture.backends.wayland.listener import WaylandListener

        said = f"{NOT_TOLD} Speak each step, or mark it."
        return WaylandListener(inputs, hotkeys, why_not=said, bind=BIND, path=_needs_portal())

    def why_slow(self) -> str:
        """Always empty: most desktops tell the damage, and where one does not, it sends a picture per change only."""
        return ""

    def changes_from(self) -> str:
        """The compositor, or the portal."""
        return "the desktop's portal, with the pictures" if _needs_portal() else "the compositor (screencopy)"

    def list_monitors(self) -> list[Monitor]:
        """As the compositor names them; needs no permission."""
        from capture.backends.wayland.outputs import list_monitors

        return list_monitors()

    def grab(self, region: Region) -> NDArray[np.uint8]:
        """A picture with the pointer, as the compositor draws it. Raises CaptureError where the portal would ask."""
        from capture.backends.wayland.screencopy_source import grab_region

        if (connection := _direct()) is None:
            raise CaptureError("This desktop shows its screen to other programs only while they record it")
        return grab_region(region, connection)

    def check_screen(self) -> str:
        """On the portal's way: whether portal and PipeWire are there; nobody is asked."""
        if not _needs_portal():
            return super().check_screen()
        from capture.backends.wayland.portal_source import check_portal

        return f"can be recorded ({sizes_of(self.list_monitors())}); {check_portal()}"

    def why_no_events(self) -> str:
        """Clicks and keys are never told."""
        return NOT_TOLD

    def hotkey_problems(self, hotkeys: Iterable[str]) -> list[str]:
        """Empty where the desktop has a portal for shortcuts: binding them here would ask its user."""
        if not any(hotkeys):
            return []
        from capture.backends.wayland.portal_bus import PortalBus
        from capture.backends.wayland.shortcuts import check_offered

        try:
            bus = PortalBus()
            try:
                check_offered(bus)
            finally:
                bus.close()
        except CaptureError as missing:
            raise CaptureError(missing.what, BIND) from missing
        return []

    def front(self, *, behind: bool = False) -> Front:
        """As sway, i3 or a service of the desktop tells it; Wayland itself has no way. Raises CaptureError."""
        from capture.backends.front.desktop_front import front_of_desktop
        from capture.backends.wayland.sway_tree import front_of, read_tree, tree_socket

        if path := tree_socket():
            return front_of(read_tree(path), behind=behind)
        return front_of_desktop(behind=behind)

    def list_windows(self) -> list[Window]:
        """One that stands for the desktop's own chooser, where the portal has it."""
        if not _needs_portal():
            return []
        from capture.backends.wayland.portal_source import offers_windows

        return [Window(0, CHOSEN, "", Region(0, 0, 0, 0))] if offers_windows() else []

    def pick_window(self, timeout_s: float) -> Window | None:
        """The window is chosen when the recording starts."""
        found = self.list_windows()
        return found[0] if found else super().pick_window(timeout_s)

    def pick_region(self, timeout_s: float, given_up: Callable[[], bool]) -> Region | None:  # noqa: ARG002  not here
        """Raises CaptureError: a region is written."""
        raise CaptureError("This desktop lets no program draw over others", "Write the region: --region X,Y,W,H")


def _direct() -> WaylandConnection | None:
    """A connection to a compositor with screencopy; None when it has none. Raises CaptureError."""
    from capture.backends.wayland.connection import WaylandConnection
    from capture.backends.wayland.screencopy import Screencopy

    connection = WaylandConnection()
    if Screencopy.offered(connection):
        return connection
    connection.close()
    return None


def _needs_portal() -> bool:
    connection = _direct()
    if connection is None:
        return True
    connection.close()
    return False
