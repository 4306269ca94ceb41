"""Hotkeys: global keys that work whatever has the focus, with NumLock and CapsLock on or off, also under a grab.

A key is grabbed (XGrabKey), so that no other program gets it. A grab does not fire while a menu is open or a program
holds the keyboard (a remote desktop, a virtual machine); RECORD sees the key all the same. So where there is RECORD its
presses run the actions, and the grab only keeps the key away from other programs; without it the grab's events do.

A key that another program holds, or that the keyboard does not have, is a notice and never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from Xlib import XK, X, error

from capture.backends.x11.connection import X11Connection
from capture.backends.x11.keyboard import KEYCODES, Keyboard

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
_REAL_MODIFIERS = 0xFF  # the rest of a state are pointer buttons and the layout's group

Chord = tuple[int, int]
"""Keycode and modifier mask."""


class KeyEvent(NamedTuple):
    """A key that was pressed or released, the modifiers before it, and the server's time in ms."""

    pressed: bool
    keycode: int
    state: int
    time: int


class Hotkeys:
    """Keys grabbed on one connection; the server releases them with it. ``notices`` are one line each."""

    def __init__(
        self, connection: X11Connection, keyboard: Keyboard, hotkeys: Mapping[str, Callable[[], None]]
    ) -> None:
        self.notices: list[str] = []
        self._connection, self._keyboard, self._wanted = connection, keyboard, dict(hotkeys)
        self._actions: dict[Chord, Callable[[], None]] = {}
        self._locks = 0
        self._parsed: dict[str, Chord] = {}
        self._down: set[int] = set()
        self._released: tuple[int, int] = (0, 0)
        self.refresh()

    def refresh(self) -> None:
        """Grab the keys as the current layout has them; call it again after the layout changed."""
        parsed = {text: parse_hotkey(self._connection, self._keyboard, text) for text in self._wanted}
        locks = X.LockMask | self._keyboard.masks["NumLock"]
        if (parsed, locks) == (self._parsed, self._locks):  # most changes are of other keys
            return
        for chord in self._actions:
            self._ungrab(chord)
        self._actions.clear()
        self._parsed, self._locks = parsed, locks
        for text, chord in parsed.items():
            if problem := self._grab(chord):
                self.notices.append(f"The hotkey {text} {problem} and will not work.")
            else:
                self._actions[chord] = self._wanted[text]

    def _grab(self, chord: Chord) -> str:
        """Grab a key; what is wrong with it, empty when it works."""
        keycode, modifiers = chord
        if not keycode:
            return "is no key of this keyboard"
        if self._switches_consoles(chord):
            return "switches consoles"
        taken = error.CatchError(error.BadAccess)
        for locks in self._with_locks():
            self._connection.root.grab_key(
                keycode, modifiers | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken
            )
        self._connection.display.sync()
        if taken.get_error() is None:
            return ""
        self._ungrab(chord)
        return "is held by another program"

    def _ungrab(self, chord: Chord) -> None:
        for locks in self._with_locks():
            self._connection.root.ungrab_key(chord[0], chord[1] | locks)

    def _with_locks(self) -> tuple[int, ...]:
        numlock = self._locks & ~X.LockMask
        return (0, X.LockMask, numlock, self._locks)

    def _switches_consoles(self, chord: Chord) -> bool:
        """Whether the X server itself handles it: Ctrl+Alt+F1 to F12."""
        find, masks = self._connection.display.keysym_to_keycode, self._keyboard.masks
        return chord[1] == masks["Ctrl"] | masks["Alt"] and chord[0] in {find(XK.XK_F1 + n) for n in range(12)}

    def owns(self, keycode: int, state: int) -> bool:
        """Whether a key press is one of the hotkeys: these are not recorded."""
        return (keycode, self._plain(state)) in self._actions

    def _plain(self, state: int) -> int:
        return state & _REAL_MODIFIERS & ~self._locks

    def handle(self, key: KeyEvent) -> None:
        """Handle any key's press or release. A held key repeats, with or without a release at the same time: one press.

        For one of the two ways only, so that a key acts once.
        """
        if not key.pressed:
            self._down.discard(key.keycode)
            self._released = (key.keycode, key.time)
            return
        repeated = key.keycode in self._down or self._released == (key.keycode, key.time)
        self._down.add(key.keycode)
        action = self._actions.get((key.keycode, self._plain(key.state)))
        if action is not None and not repeated:
            action()


def parse_hotkey(connection: X11Connection, keyboard: Keyboard, text: str) -> Chord:
    """Keycode and modifier mask of ``ctrl+alt+p``; keycode 0 when this keyboard has no such key.

    A letter or digit that the layout lacks, as Cyrillic ones do, is the key at its place on a Latin keyboard.
    """
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
    keycode = connection.display.keysym_to_keycode(symbol) if symbol else 0
    return keycode or KEYCODES.get(key.upper(), 0), mask
