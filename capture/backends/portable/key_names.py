"""Names of keys: what a key that pynput reports is called, and the spelling of hotkeys in the settings.

A letter is read from the key's number where its character does not tell: with Ctrl it is a control character, and with
Option a Mac types another one.
"""

from __future__ import annotations

from typing import NamedTuple

MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "cmd": "Super", "shift": "Shift"}
"""The first part of pynput's names of modifiers (``ctrl_l``), and what they are called in chords."""
ORDER = ("Ctrl", "Alt", "Super", "Shift")
"""The order of modifiers in a chord."""
_SPELLED = {"control": "Ctrl", "super": "Super", "win": "Super", "meta": "Super"} | MODIFIERS
_NAMES = {"enter": "Return", "esc": "Escape", "page_up": "PageUp", "page_down": "PageDown", "backspace": "BackSpace"}
_SIGNS = {"plus": "+", "minus": "-"}
_PLAIN = "space tab delete insert home end up down left right menu pause print_screen"
_NAMED = {*_PLAIN.split(), *(f"f{number}" for number in range(1, 25)), *_NAMES}
_OTHER_SPELLINGS = {"escape": "esc", "return": "enter", "pageup": "page_up", "pagedown": "page_down", "del": "delete"}
# Virtual keys of Windows (winuser.h): digits and letters are their ASCII codes.
_WINDOWS_SIGNS = {0xBB: "+", 0xBC: ",", 0xBD: "-", 0xBE: ".", 0x6B: "+", 0x6D: "-"} | {
    0x60 + digit: str(digit) for digit in range(10)
}
# kVK_ANSI_* of HIToolbox/Events.h: the keys of a US keyboard by place.
_MAC_KEYS = dict(enumerate("ASDFHGZXCV")) | dict(zip(range(11, 17), "BQWERY", strict=True))
_MAC_KEYS |= dict(zip((17, 31, 32, 34, 35, 37, 38, 40, 45, 46), "TOUIPLJKNM", strict=True))
_MAC_KEYS |= dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), "1234567890", strict=True))


class ReportedKey(NamedTuple):
    """A key as pynput reports it: its name for a key that types nothing, else its character; ``vk``: its number."""

    name: str = ""
    char: str | None = None
    vk: int | None = None


class Hotkey(NamedTuple):
    """Modifiers and the label of the key pressed with them."""

    held: frozenset[str]
    label: str


def label_of(key: ReportedKey, held: frozenset[str], system: str) -> str:
    """What is printed on a key, as in chords; empty when that is not known. ``system``: of ``platform.system()``."""
    if key.name:
        return _NAMES.get(key.name, key.name.title().replace("_", ""))
    if system == "Windows" and key.vk is not None and (found := _windows_label(key.vk)):
        return found
    if system == "Darwin" and key.vk is not None and "Alt" in held and key.vk in _MAC_KEYS:
        return _MAC_KEYS[key.vk]
    char = key.char or ""
    if len(char) == 1 and 1 <= ord(char) <= 26:  # Ctrl with a letter
        return chr(ord(char) + 64)
    return char.upper() if char.isprintable() else ""


def _windows_label(vk: int) -> str:
    return chr(vk) if 48 <= vk <= 57 or 65 <= vk <= 90 else _WINDOWS_SIGNS.get(vk, "")


def parse_hotkey(text: str) -> Hotkey | None:
    """The hotkey of ``ctrl+alt+p``; None when it names a key or a modifier that is none."""
    *modifiers, key = [part.strip().lower() for part in text.split("+")]
    held = [_SPELLED.get(one, "") for one in modifiers]
    key = _OTHER_SPELLINGS.get(key, key)
    if not key or not all(held):
        return None
    if len(key) == 1 or key in _SIGNS:
        return Hotkey(frozenset(held), _SIGNS.get(key, key).upper())
    return Hotkey(frozenset(held), label_of(ReportedKey(key), frozenset(), "")) if key in _NAMED else None
