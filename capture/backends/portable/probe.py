"""The desktop probe for systems without damage events: everything counts as changed, the pointer is polled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.desktop.cursor_overlay import arrow_sprite
from capture.model import Region

if TYPE_CHECKING:
    from collections.abc import Callable
from capture.desktop.probe import DesktopState


class PollingProbe:
    """A fixed region of a desktop that tells nothing of itself."""

    def __init__(self, label: str, frame: Region) -> None:
        self.label, self._frame = label, frame
        self._position, why_not = pointer_position()
        self._notices = [why_not] if why_not else []

    def refresh(self) -> DesktopState:
        """Everything is suspected."""
        sight = DesktopState(self._frame, notices=self._notices)
        self._notices = []
        if self._position is not None:
            sight.pointer = arrow_sprite()
            sight.pointer_x, sight.pointer_y = self._position()
        return sight

    def confirm(self) -> bool:
        """A place on the desktop never moves."""
        return True

    def close(self) -> None:
        """Nothing is held."""


def pointer_position() -> tuple[Callable[[], tuple[int, int]] | None, str]:
    """A function that tells where the pointer is, or None and why not, in one line."""
    try:
        from pynput.mouse import Controller
    except ImportError as error:
        return None, f"The pointer is left out of the picture: {error}."
    mouse = Controller()

    def position() -> tuple[int, int]:
        x, y = mouse.position
        return int(x), int(y)

    return position, ""
