"""What the expert does: clicks, scrolls, key chords, how much was typed, window changes, the pointer's path.

Owns the choice of who listens on this system, and the promise that listening is optional: a system that does not let
us listen records all the same, and ``why_not`` says why in one line. Refuses to keep time or to store anything.
"""

from __future__ import annotations

from typing import Protocol


class InputListener(Protocol):
    """Listens until closed, in threads of its own; ``put`` and the hotkeys are called from them."""

    @property
    def why_not(self) -> str:
        """Why nothing of what the expert does is noted, in one line; empty when it is."""

    def notices(self) -> list[str]:
        """What the user should be told since the last call, such as a hotkey that another program holds."""

    def close(self) -> None:
        """Stop listening; bursts still open are put before it returns."""


class NullListener:
    """A Watcher that hears nothing, and says why."""

    def __init__(self, why_not: str) -> None:
        self.why_not = why_not

    def notices(self) -> list[str]:
        """Nothing happens here."""
        return []

    def close(self) -> None:
        """Nothing is held."""
