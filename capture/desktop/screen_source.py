"""ScreenSource protocol: the current picture of a recording target, and what changed in it.

DesktopProbe protocol: what changed on the desktop since the last tick, where the target and the pointer are.
``capture/backends/x11/probe.py`` reports damage boxes. ``capture/backends/portable/probe.py`` cannot tell changes, and
draws a fixed arrow where the system says the pointer is.

Neither reads a clock: the recorder adds the times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from capture.desktop.cursor_overlay import Sprite
from capture.desktop.frame_diff import Pixels
from capture.model import Change, Region


class ScreenSource(Protocol):
    """The current picture of a target. ``picture`` is (height, width, 4) BGRA with pointer and click rings; its even
    size never changes. ``region`` is its current region of the desktop (it follows a window), ``scale`` the picture
    pixels for each of its units: less than 1 while the target is larger than the picture, 2 on a Retina screen.
    All methods but ``show_click`` and ``show_keys`` are for one thread.
    """

    width: int
    height: int
    label: str
    picture: NDArray[np.uint8]
    scale: float

    @property
    def region(self) -> Region:
        """The picture's region on the desktop, for mapping desktop positions to picture positions."""

    @property
    def pointer(self) -> tuple[int, int] | None:
        """Where the pointer was on the desktop at the last ``poll``; None when that is not known."""

    def poll(self) -> tuple[Change, ...]:
        """Update ``picture``; returns the boxes that changed since the last call, with even edges and ``at_ms`` 0.

        Raises CaptureError when the screen is lost; ``picture`` then stays as it was.
        """

    def show_click(self, x: int, y: int) -> None:
        """Show a click ring at a position of the picture briefly. Thread-safe."""

    def show_keys(self, keys: str) -> None:
        """Show a key chord at the lower edge briefly. Thread-safe."""

    def notices(self) -> list[str]:
        """Notices for the user since the last call."""

    def close(self) -> None:
        """Release the screen."""


class PixelSource(Protocol):
    """The pixels of a desktop. ``desktop`` is its whole region now."""

    @property
    def desktop(self) -> Region:
        """Region of the whole desktop, in its own pixels."""

    def grab(self, region: Region) -> Pixels:
        """A new copy of the region's pixels: (height, width) of uint32 BGRA.

        Raises OffScreen when the region reaches over the desktop's edge, ScreenHidden while the desktop is locked,
        ScreenGone when the display is lost.
        """

    def close(self) -> None:
        """Release the screen; harmless when it is lost."""


@dataclass(slots=True)
class DesktopState:
    """The desktop at one tick. ``frame`` is the target's region in desktop pixels, which may reach over the edge; None
    while the target is not visible (minimised, unplugged), when the last picture stays.
    ``suspects`` are boxes that may have changed since the last tick; None means anywhere. ``parts`` are the target's
    visible parts where ``frame`` holds more than them: a window and a dialog that hangs over its edge; what is beside
    them is not shown.
    ``answers`` is false while one program has grabbed the server: no requests are answered and no changes are known.
    ``pointer`` is drawn at desktop pixel ``pointer_x, pointer_y``; None while it is hidden.
    """

    frame: Region | None
    suspects: list[Region] | None = None
    pointer: Sprite | None = None
    pointer_x: int = 0
    pointer_y: int = 0
    notices: list[str] = field(default_factory=list)
    answers: bool = True
    parts: tuple[Region, ...] | None = None


class DesktopProbe(Protocol):
    """Watches one target. ``label`` is its name for users."""

    label: str

    def refresh(self) -> DesktopState:
        """Current state. Raises CaptureError when the screen is lost."""

    def confirm(self) -> bool:
        """Whether the target did not move between the last ``refresh`` and the grabs since. Otherwise the pixels may
        show what was beneath a window, and must be discarded."""

    def close(self) -> None:
        """Stop watching; harmless when the screen is lost."""
