"""The X11 Lookout: one round trip a tick tells the pointer's place and brings every event that has come since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from Xlib import X
from Xlib.ext import randr

from capture.errors import CaptureError
from capture.model import Target
from capture.screen import Screen
from capture.sight import Sight
from capture.x11.aim import take_aim
from capture.x11.connection import Desk, connect, disconnect, living
from capture.x11.damage import Damage
from capture.x11.pointer import PointerShape

_WINDOW_EVENTS = (
    X.ConfigureNotify,
    X.MapNotify,
    X.UnmapNotify,
    X.DestroyNotify,
    X.ReparentNotify,
    X.CirculateNotify,
    X.PropertyNotify,
)


class X11Lookout:
    """Watches one target on an X server. Raises CaptureError when there is none, or the target is not on it."""

    def __init__(self, target: Target, screen: Screen) -> None:
        self._display = connect()
        try:
            with living():
                self._begin(target, screen)
        except BaseException:
            disconnect(self._display)
            raise

    def _begin(self, target: Target, screen: Screen) -> None:
        self._screen, self._desk = screen, Desk(self._display)
        self._aim = take_aim(target, screen, self._desk)
        self.label = self._aim.label
        self._pointer = PointerShape(self._display)
        self._damage = Damage(self._display) if Damage.offered(self._display) else None
        self._desktop_changed = False
        self._dispatch: dict[int, Callable[[Any], None]] = dict.fromkeys(_WINDOW_EVENTS, self._aim.heard)
        self._dispatch[self._pointer.event_type] = self._pointer.heard
        if self._damage is not None:
            self._dispatch[self._damage.event_type] = self._heard_damage
        self._hear_of_monitors()

    def _hear_of_monitors(self) -> None:
        if not self._display.has_extension("RANDR"):
            return
        masks = randr.RRScreenChangeNotifyMask | randr.RRCrtcChangeNotifyMask | randr.RROutputChangeNotifyMask
        randr.select_input(self._desk.root, masks)
        self._dispatch[self._display.extension_event.ScreenChangeNotify] = self._heard_of_monitors
        self._dispatch[self._display.extension_event.CrtcChangeNotify[0]] = self._heard_of_monitors

    def _heard_damage(self, event: Any) -> None:  # noqa: ARG002  which boxes is asked for once, by take()
        if self._damage is not None:
            self._damage.pending = True

    def _heard_of_monitors(self, event: Any) -> None:  # noqa: ARG002  what changed is read anew from the server
        self._desktop_changed = True

    def look(self) -> Sight:
        """How things stand. Raises CaptureError when the X server has gone."""
        with living():
            place = self._desk.root.query_pointer()
            self._hear()
            told = self._conclude()
            suspects = self._damage.take() if self._damage is not None else None
            sprite = self._pointer.sprite() if place.same_screen else None
        return Sight(self._aim.frame, suspects, sprite, place.root_x, place.root_y, told)

    def _hear(self) -> None:
        """Take in the events that came with the answer; nothing is read from the socket when there are none."""
        display = self._display
        while display.pending_events():
            event = display.next_event()
            heard = self._dispatch.get(event.type & 0x7F)
            if heard is not None:
                heard(event)

    def _conclude(self) -> list[str]:
        told: list[str] = []
        if self._desktop_changed:
            self._desktop_changed = False
            self._screen.reopen()
            told += self._aim.desktop_changed(self._screen)
        return told + self._aim.settle()

    def close(self) -> None:
        """Stop watching."""
        disconnect(self._display)


def why_slow() -> str:
    """Why whole pictures must be compared on this X server, in one line; empty when XDamage works."""
    try:
        display = connect()
    except CaptureError as error:
        return str(error)
    try:
        return "" if Damage.offered(display) else "This X server has no DAMAGE extension: recording costs more CPU."
    finally:
        disconnect(display)
