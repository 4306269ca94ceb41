"""Chooses the screen source of this system: X11 with damage boxes, or polling elsewhere."""

from __future__ import annotations

from capture.backends.portable.probe import PlainLookout
from capture.desktop.display_server import on_x11
from capture.desktop.frame_buffer import StandingPicture
from capture.desktop.probe import Lookout
from capture.desktop.screen_grabber import Screen, check_seen
from capture.desktop.screen_source import ScreenSource
from capture.desktop.target import fixed_frame
from capture.model import Target


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
        from capture.backends.x11.probe import X11Lookout

        return X11Lookout(target, screen)
    return PlainLookout(*fixed_frame(target, screen))


def why_slow() -> str:
    """Why whole pictures must be compared on this screen, which costs more CPU, in one line; empty when they need not.

    Raises CaptureError when there is no screen to read.
    """
    if not on_x11():
        return "This system does not tell what changed on the screen."
    from capture.backends.x11.probe import why_slow as why_slow_on_x11

    return why_slow_on_x11()
