"""The X11 back end: damage boxes, RECORD, windows and a crosshair to choose them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capture.desktop.backend import DesktopBackend
from capture.desktop.display_server import on_x11
from capture.desktop.frame_buffer import open_grabbed
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.model import Region, Target, Window


class X11Backend(DesktopBackend):
    """An X server, or one inside a Wayland session as far as it shows anything."""

    def is_available(self) -> bool:
        """On every Linux."""
        return on_x11()

    def open_source(self, target: Target, *, rings: bool) -> ScreenSource:
        """Grabs what XDamage reports."""
        from capture.backends.x11.probe import X11Probe

        return open_grabbed(target, X11Probe, rings=rings)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """Listens through RECORD and XGrabKey."""
        from capture.backends.x11.listener import X11Listener

        return X11Listener(inputs, hotkeys)

    def why_slow(self) -> str:
        """Empty when the server has XDamage."""
        from capture.backends.x11.probe import why_slow

        return why_slow()

    def list_windows(self) -> list[Window]:
        """As the window manager lists them."""
        from capture.backends.x11.connection import opened_desk
        from capture.backends.x11.windows import list_windows

        with opened_desk() as desk:
            return list_windows(desk)

    def pick_window(self, timeout_s: float) -> Window | None:
        """Blocks while the pointer is a crosshair."""
        from capture.backends.x11.picker import pick_window

        return pick_window(timeout_s)

    def pick_region(self, timeout_s: float, given_up: Callable[[], bool]) -> Region | None:
        """Blocks while the pointer is a crosshair."""
        from capture.backends.x11.picker import pick_region

        return pick_region(timeout_s, given_up)
