"""Hotkeys: global keys (XGrabKey), which work whatever has the focus, with NumLock and CapsLock on or off.

A key that another program holds, or that the keyboard does not have, is a notice and never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from Xlib import XK, X, error

from capture.backends.x11.connection import X11Connection
from capture.backends.x11.keyboard import Keyboard

_ALIASES = {
    "esc": "Escape",
    "enter": "Return",
    "space": "space",
    "pageup": "Prior",
    "pagedown": "Next",
    "del": "Delete",
    "backspace": "BackSpace",
    "plus": "plus",
    "minus": "minus",
}
_MODIFIERS = {"ctrl": "Ctrl", "control": "Ctrl", "alt": "Alt", "super": "Super", "win": "Super", "meta": "Super"}


class Hotkeys:
    """Keys grabbed on one connection; the server releases them with it. ``notices`` are one line each."""

    def __init__(
        self, connection: X11Connection, keyboard: Keyboard, hotkeys: Mapping[str, Callable[[], None]]
    ) -> None:
        self.notices: list[str] = []
        self._keyboard = keyboard
        self._locks = X.LockMask | keyboard.masks["NumLock"]
        self._actions: dict[tuple[int, int], Callable[[], None]] = {}
        self._released: tuple[int, int] = (0, 0)
        # Ctrl+Alt+F1 to F12 are handled by the X server itself.
        self._consoles = keyboard.masks["Ctrl"] | keyboard.masks["Alt"]
        self._function_keys = {connection.display.keysym_to_keycode(XK.XK_F1 + number) for number in range(12)}
        for text, action in hotkeys.items():
            self._grab(connection, text, action)

    def _grab(self, connection: X11Connection, text: str, action: Callable[[], None]) -> None:
        keycode, modifiers = parse_hotkey(connection, self._keyboard, text)
        if not keycode:
            self.notices.append(f"The hotkey {text} is no key of this keyboard and will not work.")
            return
        if modifiers == self._consoles and keycode in self._function_keys:
            self.notices.append(f"The hotkey {text} switches consoles and will not work.")
            return
        taken = error.CatchError(error.BadAccess)
        numlock = self._keyboard.masks["NumLock"]
        for locks in (0, X.LockMask, numlock, X.LockMask | numlock):
            connection.root.grab_key(keycode, modifiers | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken)
        connection.display.sync()
        if taken.get_error() is not None:
            self.notices.append(f"The hotkey {text} is held by another program and will not work.")
            return
        self._actions[keycode, modifiers] = action

    def owns(self, keycode: int, state: int) -> bool:
        """Whether a key press is one of the hotkeys: these are not recorded."""
        return (keycode, self._plain(state)) in self._actions

    def _plain(self, state: int) -> int:
        return state & 0xFF & ~self._locks

    def handle_event(self, event: Any) -> None:
        """Handle a hotkey's press or release. A held key repeats as release and press at the same time: one press."""
        if event.type == X.KeyRelease:
            self._released = (event.detail, event.time)
        elif self._released != (event.detail, event.time):
            action = self._actions.get((event.detail, self._plain(event.state)))
            if action is not None:
                action()


def parse_hotkey(connection: X11Connection, keyboard: Keyboard, text: str) -> tuple[int, int]:
    """Keycode and modifier mask of ``ctrl+alt+p``; keycode 0 when this keyboard has no such key."""
    *modifiers, key = [part.strip() for part in text.split("+")] if text.strip("+ ") else [""]
    mask = 0
    for modifier in modifiers:
        name = modifier.lower()
        if name == "shift":
            mask |= X.ShiftMask
        elif name in _MODIFIERS:
            mask |= keyboard.masks[_MODIFIERS[name]]
        else:
            return 0, 0
    symbol = 0
    for spelling in (_ALIASES.get(key.lower(), key), key.lower(), key.capitalize(), key.upper()):
        symbol = symbol or XK.string_to_keysym(spelling)
    return (connection.display.keysym_to_keycode(symbol) if symbol else 0), mask
