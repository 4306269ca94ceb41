"""InputListener protocol: clicks, scrolls, key chords, typing counts, window changes and pointer samples.

Listening is optional: where the system does not permit it, recording works without, and ``why_not`` gives the reason in
one line. Does not read a clock or store anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class HotkeyAction:
    """What a hotkey does, and its name in the settings, for desktops that show or keep hotkeys by name."""

    name: str
    run: Callable[[], object]

    def __call__(self) -> None:
        """Do it."""
        self.run()


class InputListener(Protocol):
    """Listens until closed, in its own threads; ``put`` and the hotkey actions are called from them."""

    @property
    def why_not(self) -> str:
        """Why inputs are not recorded, in one line; empty when they are."""

    def notices(self) -> list[str]:
        """Notices for the user since the last call, such as a hotkey that another program holds."""

    def close(self) -> None:
        """Stop listening; open bursts are put before it returns."""


class NullListener:
    """An InputListener that records nothing, with the reason."""

    def __init__(self, why_not: str) -> None:
        self.why_not = why_not

    def notices(self) -> list[str]:
        """Always empty."""
        return []

    def close(self) -> None:
        """Nothing to release."""
