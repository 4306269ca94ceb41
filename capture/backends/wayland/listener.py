"""WaylandListener: the pointer's path where the pictures tell it, and global shortcuts where the desktop has them.

Clicks, keys and windows cannot be known: no Wayland desktop tells them to another program. Devices in /dev/input would
tell them, but only to a user whose every program may then read every key; that is not asked of anybody.
"""

from __future__ import annotations

import threading

from capture.desktop.input_events import EventAggregator

_SAMPLE_S = 1 / 30


class WaylandListener:
    """An InputListener. ``why_not`` says what is missing, and ``notices`` which hotkeys are not there."""

    def __init__(self, inputs: EventAggregator, why_not: str, notices: list[str]) -> None:
        self.why_not = why_not
        self._inputs, self._notices = inputs, notices
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pointer", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self._inputs.sample_pointer()

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Stop listening."""
        self._done.set()
        self._thread.join()
        self._inputs.finish()
