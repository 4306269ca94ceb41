"""X11Backend: screen, input and windows by XDamage, RECORD and a crosshair picker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capture.desktop.backend import DesktopBackend
from capture.desktop.consent import Consent
from capture.desktop.display_server import on_x11
from capture.desktop.frame_buffer import open_grabbed
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.model import Front, Region, Target, Window


class X11Backend(DesktopBackend):
    """An X server, or Xwayland as far as it shows anything."""

    can_draw = True

    def is_available(self) -> bool:
        """True on Linux."""
        return on_x11()

    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:  # noqa: ARG002  X asks nobody
        """A source that grabs the boxes XDamage reports."""
        from capture.backends.x11.probe import X11Probe

        return open_grabbed(target, X11Probe, rings=rings)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """A listener that uses RECORD and XGrabKey."""
        from capture.backends.x11.listener import X11Listener

        return X11Listener(inputs, hotkeys)

    def why_slow(self) -> str:
        """Empty when the server has XDamage."""
        from capture.backends.x11.probe import why_slow

        return why_slow()

    def changes_from(self) -> str:
        """The DAMAGE extension."""
        return "the X server (XDamage)"

    def list_windows(self) -> list[Window]:
        """The visible windows, as the window manager lists them."""
        from capture.backends.x11.connection import open_connection
        from capture.backends.x11.windows import list_windows

        with open_connection() as connection:
            return list_windows(connection)

    def front(self, *, behind: bool = False) -> Front:
        """As the window manager reports it; without one, the topmost window."""
        from capture.backends.x11.connection import open_connection
        from capture.backends.x11.windows import front_of

        with open_connection() as connection:
            return front_of(connection, behind=behind)

    def keep_front_above(self, wanted: Callable[[str, str], bool]) -> Callable[[], None] | None:
        """Asks the window manager."""
        from capture.backends.x11.stacking import keep_front_above

        return keep_front_above(wanted)

    def remember_front(self) -> Callable[[], None] | None:
        """Asks the window manager."""
        from capture.backends.x11.stacking import remember_front

        return remember_front()

    def pick_window(self, timeout_s: float) -> Window | None:
        """Blocks while the pointer is a crosshair."""
        from capture.backends.x11.picker import pick_window

        return pick_window(timeout_s)

    def pick_region(self, timeout_s: float, given_up: Callable[[], bool]) -> Region | None:
        """Blocks while the pointer is a crosshair."""
        from capture.backends.x11.picker import pick_region

        return pick_region(timeout_s, given_up)
