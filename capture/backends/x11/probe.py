"""X11Probe: a tick requests the pointer's position and checks for events; more work is done only after an event."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from Xlib import X
from Xlib.ext import randr

from capture.backends.x11.connection import X11Connection, connect, disconnect, server_errors
from capture.backends.x11.cursor_shape import PointerShape
from capture.backends.x11.damage_poll import DamagePoll
from capture.backends.x11.target_tracker import track_target
from capture.desktop.screen_grabber import Screen
from capture.desktop.screen_source import DesktopState
from capture.model import Target

_WINDOW_EVENTS = (
    X.ConfigureNotify,
    X.MapNotify,
    X.UnmapNotify,
    X.DestroyNotify,
    X.ReparentNotify,
    X.CirculateNotify,
    X.PropertyNotify,
)


class X11Probe:
    """Watches one target on an X server. Raises CaptureError when there is none, or the target is not on it."""

    def __init__(self, target: Target, screen: Screen) -> None:
        with ExitStack() as undo, server_errors():
            self._display = connect()
            undo.callback(disconnect, self._display)
            self._damage = DamagePoll(self._display)
            undo.callback(self._damage.close)
            self._readable = undo.enter_context(selectors.DefaultSelector())
            self._begin(target, screen)
            self._closing = undo.pop_all()

    def _begin(self, target: Target, screen: Screen) -> None:
        self._screen, self._connection = screen, X11Connection(self._display)
        self._tracker = track_target(target, screen, self._connection)
        self.label = self._tracker.label
        self._pointer = PointerShape(self._display)
        self._desktop_changed = False
        self._notices: list[str] = []
        self._dispatch: dict[int, Callable[[Any], None]] = dict.fromkeys(_WINDOW_EVENTS, self._tracker.handle_event)
        self._dispatch[self._pointer.event_type] = self._pointer.handle_event
        self._select_monitor_events()
        self._readable.register(self._display.fileno(), selectors.EVENT_READ)
        self._display.sync()

    def _select_monitor_events(self) -> None:
        if not self._display.has_extension("RANDR"):
            return
        masks = randr.RRScreenChangeNotifyMask | randr.RRCrtcChangeNotifyMask | randr.RROutputChangeNotifyMask
        randr.select_input(self._connection.root, masks)
        self._dispatch[self._display.extension_event.ScreenChangeNotify] = self._monitors_changed
        self._dispatch[self._display.extension_event.CrtcChangeNotify[0]] = self._monitors_changed

    def _monitors_changed(self, event: Any) -> None:  # noqa: ARG002  the new state is read from the server
        self._desktop_changed = True

    def refresh(self) -> DesktopState:
        """Current state. Raises CaptureError when the X server is lost."""
        place = self._damage.query_pointer()
        if place is None:
            return DesktopState(self._tracker.frame, answers=False, parts=self._tracker.parts)
        with server_errors():
            # Events that arrived with a reply are already in the queue, so the socket does not report them.
            if self._readable.select(0) or self._display.display.event_queue:
                self._read_events()
            notices = self._update()
            drawn, self._desktop_changed = None if self._desktop_changed else self._damage.damaged(), False
            sprite = self._pointer.sprite() if place.here else None
        return DesktopState(self._tracker.frame, drawn, sprite, place.x, place.y, notices, parts=self._tracker.parts)

    def confirm(self) -> bool:
        """Whether the grabs since ``refresh`` surely show the target: any event that moved or hid the window before a
        grab has arrived when the server answers this request."""
        if not self._tracker.can_move:
            return True
        with server_errors():
            self._display.sync()
            self._read_events()
            before = self._tracker.frame
            self._notices += self._tracker.refresh()
        return self._tracker.frame == before

    def _read_events(self) -> None:
        """Handle the events that have arrived."""
        display = self._display
        while display.pending_events():
            event = display.next_event()
            handler = self._dispatch.get(event.type & 0x7F)
            if handler is not None:
                handler(event)

    def _update(self) -> list[str]:
        notices, self._notices = self._notices, []
        if self._desktop_changed:
            self._screen.reopen()
            notices += self._tracker.desktop_changed(self._screen)
        return notices + self._tracker.refresh()

    def close(self) -> None:
        """Stop watching."""
        self._closing.close()


def why_slow() -> str:
    """Why whole pictures must be compared on this X server, in one line; empty when XDamage works.

    Raises CaptureError when there is no X server.
    """
    display = connect()
    try:
        damage = DamagePoll(display)
        damage.close()
    finally:
        disconnect(display)
    return "" if damage.has_damage else "This X server has no DAMAGE extension."
