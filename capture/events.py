"""What the expert does: clicks, scrolls, key chords, how much was typed, window changes, the pointer's path.

Owns the choice of who listens on this system, and the promise that listening is optional: a system that does not let
us listen records all the same, and ``why_not`` says why in one line. Refuses to keep time or to store anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from capture.errors import CaptureError
from capture.inputs import Inputs
from capture.model import Event, Region
from capture.screen import on_x11


class Watcher(Protocol):
    """Listens until closed, in threads of its own; ``put`` and the hotkeys are called from them."""

    @property
    def why_not(self) -> str:
        """Why nothing of what the expert does is noted, in one line; empty when it is."""

    def notices(self) -> list[str]:
        """What the user should be told since the last call, such as a hotkey that another program holds."""

    def close(self) -> None:
        """Stop listening; bursts still open are put before it returns."""


class Deaf:
    """A Watcher that hears nothing, and says why."""

    def __init__(self, why_not: str) -> None:
        self.why_not = why_not

    def notices(self) -> list[str]:
        """Nothing happens here."""
        return []

    def close(self) -> None:
        """Nothing is held."""


def watch(
    region: Callable[[], Region],
    now_ms: Callable[[], int],
    put: Callable[[Event], None],
    hotkeys: Mapping[str, Callable[[], None]] | None = None,
) -> Watcher:
    """Listen to what the expert does. Never raises: what cannot be heard is told by the Watcher.

    ``region`` tells which part of the desktop the picture shows now, in desktop pixels: places in events are relative
    to it and what lies outside is left out. ``now_ms`` is the time to stamp. ``hotkeys``: ``"ctrl+alt+p"`` to what it
    does, wherever the focus is; they are not put as events.
    """
    inputs = Inputs(region, now_ms, put)
    try:
        if on_x11():
            from capture.x11.watcher import X11Watcher

            return X11Watcher(inputs, hotkeys or {})
        from capture.listener import PynputWatcher

        return PynputWatcher(inputs, hotkeys or {})
    except (CaptureError, ImportError) as problem:
        return Deaf(f"Clicks and keys are not noted: {problem}")
