"""Keyboard: classifies key presses as a character (not which one), a chord with its name, or nothing to record.

Only a key that types nothing, or that is pressed with Ctrl, Alt or Super, gets a name. So the characters of a password
never leave this module.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from Xlib import XK, X
from Xlib.display import Display

_NAMED = {
    XK.XK_Return: "Return",
    XK.XK_KP_Enter: "Return",
    XK.XK_Tab: "Tab",
    XK.XK_KP_Tab: "Tab",
    0xFE20: "Tab",  # ISO_Left_Tab: with Shift
    XK.XK_Escape: "Escape",
    XK.XK_BackSpace: "BackSpace",
    XK.XK_Delete: "Delete",
    XK.XK_KP_Delete: "Delete",
    XK.XK_Insert: "Insert",
    XK.XK_KP_Insert: "Insert",
    XK.XK_Home: "Home",
    XK.XK_KP_Home: "Home",
    XK.XK_End: "End",
    XK.XK_KP_End: "End",
    XK.XK_Page_Up: "PageUp",
    XK.XK_KP_Page_Up: "PageUp",
    XK.XK_Page_Down: "PageDown",
    XK.XK_KP_Page_Down: "PageDown",
    XK.XK_Left: "Left",
    XK.XK_KP_Left: "Left",
    XK.XK_Right: "Right",
    XK.XK_KP_Right: "Right",
    XK.XK_Up: "Up",
    XK.XK_KP_Up: "Up",
    XK.XK_Down: "Down",
    XK.XK_KP_Down: "Down",
    XK.XK_Print: "Print",
    XK.XK_Pause: "Pause",
    XK.XK_Menu: "Menu",
    XK.XK_Help: "Help",
} | {XK.XK_F1 + number: f"F{number + 1}" for number in range(24)}
_CORRECTION_KEYS = ("BackSpace", "Delete")
_SYMBOL_NAMES = {" ": "Space", "+": "Plus", "-": "Minus"}  # so that Ctrl++ stays readable
_KEYPAD_MOVES = range(XK.XK_KP_Home, XK.XK_KP_Delete + 1)  # digits while NumLock is on
_IGNORED = (
    range(XK.XK_Shift_L, XK.XK_Hyper_R + 1),
    range(XK.XK_Mode_switch, XK.XK_Num_Lock + 1),
    range(0xFE01, 0xFE14),  # shifts and locks of other levels and groups
    range(0xFE50, 0xFF00),  # dead keys: the accented letter is typed after them
    range(XK.XK_Multi_key, 0xFF40),  # compose, input methods
    range(0x1008FE00, 0x10090000),  # media keys
)
_MODIFIERS = {
    "Alt": (XK.XK_Alt_L, XK.XK_Alt_R, XK.XK_Meta_L, XK.XK_Meta_R),
    "Super": (XK.XK_Super_L, XK.XK_Super_R),
    "NumLock": (XK.XK_Num_Lock,),
}
_ROWS = ((10, "1234567890"), (24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
KEYCODES = {sign: first + place for first, row in _ROWS for place, sign in enumerate(row)}
"""Keycodes of letters and digits by their place on a Latin keyboard, the same with every X.Org driver on Linux."""
_SIGNS = {keycode: sign for sign, keycode in KEYCODES.items()}
_DEFAULT_MASKS = {"Ctrl": X.ControlMask, "Alt": X.Mod1Mask, "Super": X.Mod4Mask, "NumLock": X.Mod2Mask}


class KeyKind(Enum):
    """Class of a key press."""

    NOTHING = "a modifier, a dead key, a media key"
    CHARACTER = "types something"
    CORRECTION = "takes a character back"
    CHORD = "does something"


class Meaning(NamedTuple):
    """A key's class; ``name`` is empty unless it is a chord or a correction."""

    kind: KeyKind
    name: str = ""


class Keyboard:
    """The server's keyboard layout. ``masks`` maps Ctrl, Alt, Super and NumLock to their modifier bit."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self.masks = _masks(display)

    def refresh(self, event: Any) -> None:
        """Read the layout again after a MappingNotify."""
        self._display.refresh_keyboard_mapping(event)
        self.masks = _masks(self._display)

    def meaning(self, keycode: int, state: int) -> Meaning:
        """Class and name of a key pressed with the modifiers ``state``."""
        base = self._display.keycode_to_keysym(keycode, 0)
        if any(base in silent for silent in _IGNORED):
            return Meaning(KeyKind.NOTHING)
        held = [name for name in ("Ctrl", "Alt", "Super") if state & self.masks[name]]
        name = self._named(keycode, base, state)
        if held:
            name = name or self._letter(keycode)
            return Meaning(KeyKind.CHORD, _joined(held, state, name)) if name else Meaning(KeyKind.NOTHING)
        if not name:
            return Meaning(KeyKind.CHARACTER)
        return Meaning(KeyKind.CORRECTION if name in _CORRECTION_KEYS else KeyKind.CHORD, _joined([], state, name))

    def _named(self, keycode: int, base: int, state: int) -> str:
        """The name of a key that types nothing; empty for others."""
        shifted = bool(state & X.ShiftMask)
        if base in _KEYPAD_MOVES and bool(state & self.masks["NumLock"]) != shifted:
            return ""
        return _NAMED.get(base) or _NAMED.get(self._display.keycode_to_keysym(keycode, int(shifted)), "")

    def _letter(self, keycode: int) -> str:
        """The label of a key, in the first of its groups that is Latin; without one, that of a Latin keyboard."""
        for level in (0, 2, 4):
            symbol = self._display.keycode_to_keysym(keycode, level)
            if 0x20 <= symbol <= 0x7E or 0xA1 <= symbol <= 0xFF:
                sign = chr(symbol)
                return _SYMBOL_NAMES.get(sign, sign.upper())
        return _SIGNS.get(keycode, "")


def _joined(held: list[str], state: int, name: str) -> str:
    shift = ["Shift"] if state & X.ShiftMask else []
    return "+".join([*held, *shift, name])


def _masks(display: Display) -> dict[str, int]:
    masks = dict(_DEFAULT_MASKS)
    for bit, keycodes in enumerate(display.get_modifier_mapping()):
        symbols = {display.keycode_to_keysym(keycode, level) for keycode in keycodes if keycode for level in (0, 1)}
        masks |= {name: 1 << bit for name, keys in _MODIFIERS.items() if bit >= X.Mod1MapIndex and symbols & set(keys)}
    return masks
