"""PollingProbe: for systems without damage events; the whole region counts as changed, the pointer is polled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.desktop.cursor_overlay import arrow_sprite
from capture.model import Region

if TYPE_CHECKING:
    from collections.abc import Callable
from capture.desktop.screen_source import DesktopState


class PollingProbe:
    """Probe of a fixed region."""

    def __init__(self, label: str, frame: Region) -> None:
        self.label, self._frame = label, frame
        self._position, why_not = pointer_position()
        self._notices = [why_not] if why_not else []

    def refresh(self) -> DesktopState:
        """Current state: anything may have changed."""
        state = DesktopState(self._frame, notices=self._notices)
        self._notices = []
        if self._position is not None:
            state.pointer = arrow_sprite()
            state.pointer_x, state.pointer_y = self._position()
        return state

    def confirm(self) -> bool:
        """Always true: the region is fixed."""
        return True

    def close(self) -> None:
        """Nothing to release."""


def pointer_position() -> tuple[Callable[[], tuple[int, int]] | None, str]:
    """A function that returns the pointer's position; or None and the reason in one line."""
    try:
        from pynput.mouse import Controller
    except ImportError as error:
        return None, f"The pointer is left out of the picture: {error}."
    mouse = Controller()

    def position() -> tuple[int, int]:
        x, y = mouse.position
        return int(x), int(y)

    return position, ""
