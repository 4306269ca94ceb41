"""What the recorder looks at: the ScreenSource protocol, and opening one for a Target.

Refuses to keep time: the recorder stamps the changes.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from capture.model import Change, Region, Target
from capture.screen import Screen, check_seen, on_x11
from capture.sight import Lookout, PlainLookout
from capture.standing import StandingPicture
from capture.target import fixed_frame


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

    def ring(self, x: int, y: int) -> None:
        """Show a click ring at a place of the picture for a moment. May be called from any thread."""

    def spell(self, keys: str) -> None:
        """Show a key chord at the lower edge for a moment. May be called from any thread."""

    def notices(self) -> list[str]:
        """What the user should be told, since the last call."""

    def close(self) -> None:
        """Let go of the screen."""


def open_source(target: Target, *, rings: bool = True) -> ScreenSource:
    """Start looking at a target; the picture is filled when this returns.

    Raises CaptureError when there is no screen to read, or the target is not on it, or its title fits several windows.
    """
    screen = Screen()
    try:
        lookout = _lookout(target, screen)
    except BaseException:
        screen.close()
        raise
    try:
        source = StandingPicture(screen, lookout, rings=rings)
        check_seen(screen, source.clean)
    except BaseException:
        lookout.close()
        screen.close()
        raise
    return source


def _lookout(target: Target, screen: Screen) -> Lookout:
    if on_x11():
        from capture.x11.lookout import X11Lookout

        return X11Lookout(target, screen)
    return PlainLookout(*fixed_frame(target, screen))


def why_slow() -> str:
    """Why whole pictures must be compared on this screen, which costs more CPU, in one line; empty when they need not.

    Raises CaptureError when there is no screen to read.
    """
    if not on_x11():
        return "This system does not tell what changed on the screen."
    from capture.x11.lookout import why_slow as why_slow_on_x11

    return why_slow_on_x11()
