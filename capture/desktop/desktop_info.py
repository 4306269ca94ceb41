"""DesktopInfo protocol: what a system tells of its desktop beside pixels and inputs: the pointer's place, windows."""

from __future__ import annotations

from typing import Protocol

from capture.model import Window


class DesktopInfo(Protocol):
    """For one thread. Places are in the units of the desktop, in which monitors and inputs are told too.

    All methods but ``close`` raise CaptureError when the desktop is lost.
    """

    def pointer(self) -> tuple[int, int] | None:
        """Where the pointer is; None while it is hidden or that is not known."""

    def windows(self) -> list[Window]:
        """The visible windows, topmost first."""

    def window_at(self, x: int, y: int) -> tuple[str, str]:
        """Title and program of the window at a place; empty for the bare desktop."""

    def active_window(self) -> tuple[str, str, int]:
        """Title, program and id of the window that has the focus; empty and 0 when there is none."""

    def version_of(self, window_id: int) -> str:
        """The version of a window's program, from its file; empty where it is not known."""

    def close(self) -> None:
        """Release it; harmless when the desktop is lost."""
