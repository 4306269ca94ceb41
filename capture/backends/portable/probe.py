"""PollingProbe: for systems without damage events; anything may have changed, the pointer is polled."""

from __future__ import annotations

from capture.desktop.cursor_overlay import arrow_sprite
from capture.desktop.desktop_info import DesktopInfo
from capture.desktop.screen_source import DesktopState
from capture.model import Region


class PollingProbe:
    """Probe of a fixed region. Without ``info`` the pointer is left out of the picture; it is closed with the probe."""

    def __init__(self, label: str, frame: Region, info: DesktopInfo | None) -> None:
        self.label, self._frame, self._info = label, frame, info
        self._notices = [] if info is not None else ["The pointer is left out of the picture: its place is not told."]

    def refresh(self) -> DesktopState:
        """Current state: anything may have changed. Raises CaptureError when the desktop is lost."""
        state = DesktopState(self._frame, notices=self._notices)
        self._notices = []
        if self._info is not None and (place := self._info.pointer()) is not None:
            state.pointer = arrow_sprite()
            state.pointer_x, state.pointer_y = place
        return state

    def confirm(self) -> bool:
        """Always true: the region is fixed."""
        return True

    def close(self) -> None:
        """Release what told the pointer's place."""
        if self._info is not None:
            self._info.close()
