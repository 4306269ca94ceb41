"""KeyTranslator: from keys that go down and up to typing, chords and hotkeys. What was typed does not leave it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from capture.backends.portable.held_modifiers import IsDown
from capture.backends.portable.input_line import InputLine
from capture.backends.portable.key_names import MODIFIERS, ORDER, Hotkey, ReportedKey, label_of, parse_hotkey

_CORRECTION_KEYS = ("BackSpace", "Delete")
_SILENT = ("caps_lock", "num_lock", "scroll_lock")
_SURE_S = 2.0
"""How long a modifier counts as down without asking: the system is asked late where events are read late."""


class KeyTranslator:
    """Calls ``put`` with what the keys mean. ``system`` is that of ``platform.system()``; for one thread.

    ``is_down`` is asked about a modifier that went down a while ago: its release may not have been told. ``now`` gives
    seconds.
    """

    def __init__(
        self, hotkeys: Iterable[str], system: str, put: Callable[[InputLine], None], is_down: IsDown,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._system, self._put, self._is_down, self._now = system, put, is_down, now
        self._held: dict[str, float] = {}
        self._hotkeys = {parsed: text for text in hotkeys if (parsed := parse_hotkey(text)) is not None}
        self._down: set[int | str] = set()

    def pressed(self, key: ReportedKey) -> None:
        """A key went down, or repeats because it is held."""
        if key.name in _SILENT:
            return
        if modifier := _modifier(key.name):
            self._held[modifier] = self._now()
            return
        self._forget_released()
        if not self._is_hotkey(key):
            self._note(key)

    def released(self, key: ReportedKey) -> None:
        """A key went up."""
        self._held.pop(_modifier(key.name), None)
        self._down.discard(_identity(key))

    def _forget_released(self) -> None:
        before_s = self._now() - _SURE_S
        self._held = {one: at_s for one, at_s in self._held.items() if at_s > before_s or self._is_down(one)}

    def _is_hotkey(self, key: ReportedKey) -> bool:
        held = frozenset(self._held)
        text = self._hotkeys.get(Hotkey(held, label_of(key, held, self._system)))
        if text is None:
            return False
        if _identity(key) not in self._down:  # a held key repeats, and acts once
            self._down.add(_identity(key))
            self._put(InputLine("hotkey", text=text))
        return True

    def _note(self, key: ReportedKey) -> None:
        held = [one for one in ("Ctrl", "Alt", "Super") if one in self._held]
        # AltGr types characters, and so does Option on a Mac.
        types = not held or "AltGr" in self._held or (held == ["Alt"] and self._system == "Darwin")
        if types and (key.char or key.name == "space"):
            self._put(InputLine("typed"))
            return
        label = label_of(key, frozenset(self._held), self._system)
        if not label:
            return
        keys = "+".join([*(one for one in ORDER if one in self._held), label])
        self._put(InputLine("corrected" if label in _CORRECTION_KEYS and not held else "chord", text=keys))


def _modifier(name: str) -> str:
    """What a modifier is called in chords; empty for other keys. pynput calls AltGr ``alt_gr``."""
    return "AltGr" if name == "alt_gr" else MODIFIERS.get(name.split("_", maxsplit=1)[0], "")


def _identity(key: ReportedKey) -> int | str:
    """What stays the same of a key while the modifiers around it change."""
    return key.name or (key.vk if key.vk is not None else (key.char or "").upper())
