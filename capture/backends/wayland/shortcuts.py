"""GlobalShortcuts: hotkeys through the desktop's portal (KDE, GNOME 48, Hyprland), which may ask its user about them.

Owns a connection and a thread of its own, because the answer may take as long as the user does. The user may choose
other keys in the desktop's settings; those hold.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from capture.backends.wayland.portal_bus import PortalBus
from capture.desktop.consent import Consent
from capture.desktop.input_listener import HotkeyAction
from capture.errors import CaptureError

_INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
_LOOK_S, _CLOSE_S = 0.2, 1.0
# The names of modifiers in the portal's triggers (shared-mime-info's shortcuts specification).
_MODIFIERS = {"ctrl": "CTRL", "control": "CTRL", "alt": "ALT", "shift": "SHIFT"}
_MODIFIERS |= dict.fromkeys(("super", "win", "meta"), "LOGO")

Hotkeys = Mapping[str, Callable[[], None]]


class GlobalShortcuts:
    """Binds ``hotkeys`` (``"ctrl+alt+p"`` to its action) in the background, from construction on; calls their actions.

    ``failure`` says why they do not work, in a few words; empty as long as they may.
    """

    def __init__(self, hotkeys: Hotkeys) -> None:
        self.failure = ""
        self._actions = {_name(chord, action): action for chord, action in hotkeys.items()}
        self._shortcuts = [_shortcut(chord, action) for chord, action in hotkeys.items()]
        self._consent, self._done = Consent(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="shortcuts", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            bus = PortalBus()
            try:
                self._bind(bus)
                while not self._done.is_set():
                    self._act(bus)
            finally:
                bus.close()
        except CaptureError as error:
            self.failure = error.what

    def _act(self, bus: PortalBus) -> None:
        for _, member, body in bus.signals(_LOOK_S):
            if member == "Activated" and (action := self._actions.get(str(body[1]))) is not None:
                action()

    def _bind(self, bus: PortalBus) -> None:
        check_offered(bus)
        consent = self._consent
        handle = {"session_handle_token": ("s", bus.token())}
        session = bus.ask(_INTERFACE, "CreateSession", "a{sv}", options=handle, consent=consent)["session_handle"]
        bound = (session, self._shortcuts, "")
        bus.ask(_INTERFACE, "BindShortcuts", "oa(sa{sv})sa{sv}", *bound, options={}, consent=consent)

    def close(self) -> None:
        """Let the keys go. Does not wait for a portal that hangs."""
        self._done.set()
        self._consent.withdraw()
        self._thread.join(_CLOSE_S)


def check_offered(bus: PortalBus) -> None:
    """Raises CaptureError where the desktop has no portal for shortcuts."""
    if not bus.get(_INTERFACE, "version"):
        raise CaptureError("This desktop gives no program keys of its own")


def _name(chord: str, action: Callable[[], None]) -> str:
    return action.name if isinstance(action, HotkeyAction) else chord


def _shortcut(chord: str, action: Callable[[], None]) -> tuple[str, dict[str, Any]]:
    name = _name(chord, action)
    told = {"description": ("s", f"showhow: {name}"), "preferred_trigger": ("s", trigger(chord))}
    return name, told


def trigger(chord: str) -> str:
    """``ctrl+alt+s`` as the portal writes it: ``CTRL+ALT+s``."""
    *modifiers, key = chord.split("+")
    return "+".join([*(_MODIFIERS.get(one.strip().lower(), one.strip().upper()) for one in modifiers), key.strip()])
