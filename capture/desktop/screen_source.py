"""ScreenSource protocol: the current picture of a recording target, and what changed in it.

Does not read a clock: the recorder adds the times.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from capture.model import Change, Region


class ScreenSource(Protocol):
    """The current picture of a target. ``picture`` is (height, width, 4) BGRA with pointer and click rings; its even
    size never changes. ``region`` is its current region of the desktop (it follows a window).
    All methods but ``show_click`` and ``show_keys`` are for one thread.
    """

    width: int
    height: int
    label: str
    picture: NDArray[np.uint8]

    @property
    def region(self) -> Region:
        """The picture's region on the desktop, for mapping desktop positions to picture positions."""

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
