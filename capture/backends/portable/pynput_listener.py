"""PynputListener: input events on systems without X, by pynput. The only module that imports pynput.

pynput runs in its own threads. It does not know windows, so clicks have none. It is optional: without it, or without
the system's permission, recording works and ``why_not`` says why inputs are not recorded.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Mapping
from typing import Any

from capture.desktop.input_events import POINTER_EVERY_MS, EventAggregator

_BUTTONS = {"left": 1, "middle": 2, "right": 3}
_MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "cmd": "Super", "shift": "Shift"}
_NAMES = {"enter": "Return", "esc": "Escape", "page_up": "PageUp", "page_down": "PageDown", "backspace": "BackSpace"}
_CORRECTION_KEYS = ("BackSpace", "Delete")
_SILENT = ("caps_lock", "num_lock", "scroll_lock")


class PynputListener:
    """Listens from construction on. Raises ImportError when pynput is missing or cannot listen."""

    def __init__(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> None:
        from pynput import keyboard, mouse

        self.why_not = ""
        self._inputs = inputs
        self._notices: list[str] = []
        self._held: set[str] = set()
        self._done = threading.Event()
        self._listeners: list[Any] = [
            mouse.Listener(on_move=self._moved, on_click=self._clicked, on_scroll=self._scrolled),
            keyboard.Listener(on_press=self._pressed, on_release=self._released),
        ]
        if hotkeys:
            self._add_hotkeys(keyboard, hotkeys)
        self._ticker = threading.Thread(target=self._tick, name="input-listener", daemon=True)
        for thread in (*self._listeners, self._ticker):
            thread.start()

    def _add_hotkeys(self, keyboard: Any, hotkeys: Mapping[str, Callable[[], None]]) -> None:
        try:
            self._listeners.append(keyboard.GlobalHotKeys({_pynput_hotkey(text): do for text, do in hotkeys.items()}))
        except ValueError as problem:
            self._notices.append(f"The hotkeys {', '.join(hotkeys)} will not work: {problem}.")

    def _tick(self) -> None:
        while not self._done.wait(POINTER_EVERY_MS / 1000):
            self._inputs.tick()

    def _moved(self, x: float, y: float) -> None:
        self._inputs.moved(int(x), int(y))

    def _clicked(self, x: float, y: float, button: Any, pressed: bool) -> None:
        if pressed:
            self._inputs.click(int(x), int(y), _BUTTONS.get(button.name, 8), ("", ""))

    def _scrolled(self, x: float, y: float, dx: float, dy: float) -> None:
        self._inputs.scroll(int(x), int(y), int(dx), -int(dy))  # pynput counts up as positive

    def _pressed(self, key: Any) -> None:
        name = getattr(key, "name", "")
        modifier = _MODIFIERS.get(name.split("_")[0]) if name not in _SILENT else ""
        if modifier:
            # AltGr types characters, so it must not count as Alt; pynput calls it alt_gr.
            self._held.add("AltGr" if name == "alt_gr" else modifier)
        elif modifier is None:
            self._key(name, getattr(key, "char", None))

    def _key(self, name: str, char: str | None) -> None:
        held = [one for one in ("Ctrl", "Alt", "Super") if one in self._held]
        types = not held or "AltGr" in self._held or (held == ["Alt"] and platform.system() == "Darwin")
        if (char or name == "space") and types:
            self._inputs.typed()
            return
        called = _NAMES.get(name, name.title().replace("_", "")) or (char or "").upper()
        if not called.isprintable() or not called:
            return  # Ctrl with a letter comes as a control character on some systems
        keys = "+".join([*held, *(["Shift"] if "Shift" in self._held else []), called])
        if called in _CORRECTION_KEYS and not held:
            self._inputs.corrected(keys)
        else:
            self._inputs.chord(keys)

    def _released(self, key: Any) -> None:
        name = getattr(key, "name", "")
        self._held.discard("AltGr" if name == "alt_gr" else _MODIFIERS.get(name.split("_")[0], ""))

    def notices(self) -> list[str]:
        """The hotkeys that do not work, since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Stop listening; open bursts are put first."""
        self._done.set()
        for listener in self._listeners:
            listener.stop()
        self._ticker.join()
        self._inputs.finish()


def _pynput_hotkey(text: str) -> str:
    """``ctrl+alt+p`` in pynput's notation: ``<ctrl>+<alt>+p``."""
    parts = [part.strip().lower() for part in text.split("+")]
    return "+".join(
        part if len(part) == 1 else f"<{ {'super': 'cmd', 'win': 'cmd'}.get(part, part) }>" for part in parts
    )
