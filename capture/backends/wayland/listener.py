"""WaylandListener: the pointer's path where the pictures tell it, and global shortcuts where the desktop has them.

Clicks, keys and windows cannot be known: no Wayland desktop tells them to another program. Devices in /dev/input would
tell them, but only to a user whose every program may then read every key; that is not asked of anybody.
"""

from __future__ import annotations

import threading

from capture.backends.wayland.shortcuts import GlobalShortcuts, Hotkeys
from capture.desktop.input_events import EventAggregator

_SAMPLE_S = 1 / 30


class WaylandListener:
    """An InputListener. ``why_not`` says that clicks and keys are not told, ``bind`` what to do without hotkeys;
    ``path``: the pictures tell where the pointer is."""

    def __init__(self, inputs: EventAggregator, hotkeys: Hotkeys, *, why_not: str, bind: str, path: bool) -> None:
        self.why_not = why_not
        self._inputs = inputs
        self._shortcuts = GlobalShortcuts(hotkeys) if hotkeys else None
        self._bind = bind
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pointer", daemon=True) if path else None
        if self._thread is not None:
            self._thread.start()

    def _run(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self._inputs.sample_pointer()

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""
        if self._shortcuts is None or not self._shortcuts.failure:
            return []
        told, self._shortcuts.failure = f"{self._shortcuts.failure}. {self._bind}", ""
        return [told]

    def close(self) -> None:
        """Stop listening."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._shortcuts is not None:
            self._shortcuts.close()
        self._inputs.finish()
