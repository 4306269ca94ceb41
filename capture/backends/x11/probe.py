"""The X11 Lookout: a tick asks where the pointer is and whether any event has come; only then is more work done."""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from Xlib import X
from Xlib.ext import randr

from capture.backends.x11.connection import X11Connection, connect, disconnect, living
from capture.backends.x11.cursor_shape import PointerShape
from capture.backends.x11.damage_poll import DamagePoll
from capture.backends.x11.target_tracker import track_target
from capture.desktop.probe import DesktopState
from capture.desktop.screen_grabber import Screen
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
        with ExitStack() as undo, living():
            self._display = connect()
            undo.callback(disconnect, self._display)
            self._glance = DamagePoll(self._display)
            undo.callback(self._glance.close)
            self._begin(target, screen)
            self._closing = undo.pop_all()

    def _begin(self, target: Target, screen: Screen) -> None:
        self._screen, self._desk = screen, X11Connection(self._display)
        self._aim = track_target(target, screen, self._desk)
        self.label = self._aim.label
        self._pointer = PointerShape(self._display)
        self._desktop_changed = False
        self._told: list[str] = []
        self._dispatch: dict[int, Callable[[Any], None]] = dict.fromkeys(_WINDOW_EVENTS, self._aim.heard)
        self._dispatch[self._pointer.event_type] = self._pointer.heard
        self._hear_of_monitors()
        self._readable = select.poll()
        self._readable.register(self._display.fileno(), select.POLLIN)
        self._display.sync()

    def _hear_of_monitors(self) -> None:
        if not self._display.has_extension("RANDR"):
            return
        masks = randr.RRScreenChangeNotifyMask | randr.RRCrtcChangeNotifyMask | randr.RROutputChangeNotifyMask
        randr.select_input(self._desk.root, masks)
        self._dispatch[self._display.extension_event.ScreenChangeNotify] = self._heard_of_monitors
        self._dispatch[self._display.extension_event.CrtcChangeNotify[0]] = self._heard_of_monitors

    def _heard_of_monitors(self, event: Any) -> None:  # noqa: ARG002  what changed is read anew from the server
        self._desktop_changed = True

    def refresh(self) -> DesktopState:
        """How things stand. Raises CaptureError when the X server has gone."""
        place = self._glance.place()
        if place is None:
            return DesktopState(self._aim.frame, answers=False)
        with living():
            # Events that came along with an answer wait in the queue, where the socket knows nothing of them.
            if self._readable.poll(0) or self._display.display.event_queue:
                self._hear()
            told = self._conclude()
            drawn, self._desktop_changed = None if self._desktop_changed else self._glance.drawn(), False
            sprite = self._pointer.sprite() if place.here else None
        return DesktopState(self._aim.frame, drawn, sprite, place.x, place.y, told)

    def confirm(self) -> bool:
        """Whether the grabs since ``look`` surely show the target: what moved or hid a window before a grab has been
        told to us by the time the server answers once more."""
        if not self._aim.wanders:
            return True
        with living():
            self._display.sync()
            self._hear()
            before = self._aim.frame
            self._told += self._aim.refresh()
        return self._aim.frame == before

    def _hear(self) -> None:
        """Take in the events that have come."""
        display = self._display
        while display.pending_events():
            event = display.next_event()
            heard = self._dispatch.get(event.type & 0x7F)
            if heard is not None:
                heard(event)

    def _conclude(self) -> list[str]:
        told, self._told = self._told, []
        if self._desktop_changed:
            self._screen.reopen()
            told += self._aim.desktop_changed(self._screen)
        return told + self._aim.refresh()

    def close(self) -> None:
        """Stop watching."""
        self._closing.close()


def why_slow() -> str:
    """Why whole pictures must be compared on this X server, in one line; empty when XDamage works.

    Raises CaptureError when there is none.
    """
    display = connect()
    try:
        glance = DamagePoll(display)
        glance.close()
    finally:
        disconnect(display)
    return "" if glance.has_damage else "This X server has no DAMAGE extension."
