"""DesktopBackend: what a display server or an operating system offers so that it can be recorded.

One folder of ``capture/backends/`` implements it for each; ``capture/backends/registry.py`` chooses. A module with an
implementation imports at its top only what every system has: the registry loads all of them.
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
    """Screen, input and windows of one kind of desktop. Windows are optional, the rest is not."""

    @abstractmethod
    def is_available(self) -> bool:
        """Whether this process runs on such a desktop. Asks the environment only."""

    @abstractmethod
    def open_source(self, target: Target, *, rings: bool) -> ScreenSource:
        """Start looking at a target; the picture is filled when this returns.

        Raises CaptureError when there is no screen to read, or the target is not on it, or its title fits several
        windows.
        """

    @abstractmethod
    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """Listen to mouse and keyboard. Raises CaptureError or ImportError when that cannot be."""

    def why_slow(self) -> str:
        """Why whole pictures must be compared, which costs more CPU, in one line; empty when they need not.

        Raises CaptureError when there is no screen to read.
        """
        return "This system does not tell what changed on the screen."

    def list_windows(self) -> list[Window]:
        """The windows that can be seen, topmost first. Raises CaptureError."""
        _no_windows()

    def pick_window(self, timeout_s: float) -> Window | None:  # noqa: ARG002  for those that know windows
        """The window that the user clicks; None when cancelled. Raises CaptureError."""
        _no_windows()

    def pick_region(
        self,
        timeout_s: float,  # noqa: ARG002  for those that have a pointer to hold
        given_up: Callable[[], bool],  # noqa: ARG002  likewise
    ) -> Region | None:
        """The box that the user draws, or the place of the window clicked; None when cancelled. Raises CaptureError."""
        _no_windows()


def _no_windows() -> NoReturn:
    raise CaptureError(
        "Windows cannot be told apart on this system", "Record a monitor or a region of the screen instead."
    )
