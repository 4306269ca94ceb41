"""DesktopBackend: the interface of a display server or operating system whose desktop can be recorded.

Each folder of ``capture/backends/`` implements it for one system; ``capture/backends/registry.py`` chooses. A module
with an implementation imports at its top only what every system has, because the registry loads all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import NoReturn

from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Region, Target, Window


class DesktopBackend(ABC):
    """Screen, input and windows of one kind of desktop. The window methods are optional, the others are not."""

    @abstractmethod
    def is_available(self) -> bool:
        """Whether this process runs on such a desktop. Reads the environment only."""

    @abstractmethod
    def open_source(self, target: Target, *, rings: bool) -> ScreenSource:
        """Start capturing a target; the picture is filled when this returns.

        Raises CaptureError when there is no screen, the target is not on it, or its title matches several windows.
        """

    @abstractmethod
    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """Listen to mouse and keyboard. Raises CaptureError or ImportError when that is not possible."""

    def why_slow(self) -> str:
        """Why whole pictures must be compared, which costs more CPU, in one line; empty with damage events.

        Raises CaptureError when there is no screen.
        """
        return "This system does not tell what changed on the screen."

    def list_windows(self) -> list[Window]:
        """The visible windows, topmost first. Raises CaptureError."""
        _no_windows()

    def pick_window(self, timeout_s: float) -> Window | None:  # noqa: ARG002  for back ends that know windows
        """The window that the user clicks; None when cancelled. Raises CaptureError."""
        _no_windows()

    def pick_region(
        self,
        timeout_s: float,  # noqa: ARG002  for back ends that can grab the pointer
        given_up: Callable[[], bool],  # noqa: ARG002  likewise
    ) -> Region | None:
        """The box that the user draws, or the clicked window's region; None when cancelled. Raises CaptureError."""
        _no_windows()


def _no_windows() -> NoReturn:
    raise CaptureError(
        "Windows cannot be told apart on this system", "Record a monitor or a region of the screen instead."
    )
