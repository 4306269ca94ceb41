"""What the recorder looks at: the ScreenSource protocol, and opening one for a Target.

Refuses to keep time: the recorder stamps the changes.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from capture.model import Change, Region


class ScreenSource(Protocol):
    """A standing picture of a target. ``picture`` is (height, width, 4) BGRA with pointer and click rings drawn in; its
    even size never changes. ``region`` is where on the desktop it is taken from just now (it follows a window).
    All but ``ring`` and ``spell`` belong to one thread.
    """

    width: int
    height: int
    label: str
    picture: NDArray[np.uint8]

    @property
    def region(self) -> Region:
        """Where the picture lies on the desktop, for turning desktop places into picture places."""

    def poll(self) -> tuple[Change, ...]:
        """Bring ``picture`` up to date; the boxes that changed since the last call, even-edged, ``at_ms`` 0.

        Raises CaptureError when the screen has gone; ``picture`` then stays as it was.
        """

    def show_click(self, x: int, y: int) -> None:
        """Show a click ring at a place of the picture for a moment. May be called from any thread."""

    def show_keys(self, keys: str) -> None:
        """Show a key chord at the lower edge for a moment. May be called from any thread."""

    def notices(self) -> list[str]:
        """What the user should be told, since the last call."""

    def close(self) -> None:
        """Let go of the screen."""
