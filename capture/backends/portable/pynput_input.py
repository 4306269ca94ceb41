"""PynputInput: mouse and keyboard by pynput. The only module that imports pynput.

pynput calls from threads of its own. On Windows those are system-wide hooks, which delay the whole desktop's input
until they return: what they report is only put into a queue.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from capture.backends.portable.held_modifiers import held_modifiers
from capture.backends.portable.input_line import InputLine
from capture.backends.portable.key_names import ReportedKey
from capture.backends.portable.key_translator import KeyTranslator

_BUTTONS = {"left": 1, "middle": 2, "right": 3}
_OTHER_BUTTON = 8
_MOVES_EVERY_S = 0.1
"""A good mouse reports a thousand places a second."""
_START_S = 4.0
"""A listener that failed to start may leave those who wait for it waiting for ever."""


class PynputInput:
    """Listens from construction on; ``put`` is called from its threads. Raises ImportError without pynput.

    Without ``keys`` it listens to the mouse alone.

    The listeners start one after the other: started together, the second may die on a Mac without a word
    (pynput issues 55, 505, 552, 597).
    """

    def __init__(self, hotkeys: Iterable[str], put: Callable[[InputLine], None], *, keys: bool = True) -> None:
        from pynput import keyboard, mouse

        self._put = put
        system = platform.system()
        self._keys = KeyTranslator(hotkeys, system, put, held_modifiers(system))
        self._turn = threading.Lock()
        self._moved_s = 0.0
        self._place: tuple[int, int] | None = None
        self._listeners: dict[str, Any] = {
            "mouse": mouse.Listener(on_move=self._moved, on_click=self._clicked, on_scroll=self._scrolled),
        }
        if keys:
            self._listeners["keyboard"] = keyboard.Listener(on_press=self._pressed, on_release=self._released)
        for listener in self._listeners.values():
            listener.start()
            waiter = threading.Thread(target=listener.wait, daemon=True)
            waiter.start()
            waiter.join(_START_S)

    def dead(self) -> list[str]:
        """Which of the listeners ended by themselves: ``mouse``, ``keyboard``."""
        return [name for name, listener in self._listeners.items() if not listener.is_alive()]

    def rest(self) -> None:
        """Put the last place, where the pointer rests, unless it was put. Call it a few times a second."""
        with self._turn:
            if (place := self._place) is not None and time.monotonic() - self._moved_s >= _MOVES_EVERY_S:
                self._place = None
                self._put(InputLine("rested", *place))

    def _moved(self, x: float, y: float) -> None:
        with self._turn:  # a place at rest is never put behind a later one
            now_s = time.monotonic()
            if now_s - self._moved_s < _MOVES_EVERY_S:
                self._place = (int(x), int(y))
                return
            self._moved_s, self._place = now_s, None
            self._put(InputLine("moved", int(x), int(y)))

    def _clicked(self, x: float, y: float, button: Any, pressed: bool) -> None:
        if pressed:
            self._put(InputLine("click", int(x), int(y), button=_BUTTONS.get(button.name, _OTHER_BUTTON)))

    def _scrolled(self, x: float, y: float, dx: float, dy: float) -> None:
        self._put(InputLine("scroll", int(x), int(y), int(dx), -int(dy)))  # pynput counts up as positive

    def _pressed(self, key: Any) -> None:
        self._keys.pressed(_reported(key))

    def _released(self, key: Any) -> None:
        self._keys.released(_reported(key))


def _reported(key: Any) -> ReportedKey:
    """pynput's Key has a name, its KeyCode a character and a number; None is a key it does not know."""
    return ReportedKey(getattr(key, "name", ""), getattr(key, "char", None), getattr(key, "vk", None))
