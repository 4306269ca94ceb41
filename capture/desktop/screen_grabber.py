"""Screen: lists the monitors and grabs rectangles of pixels with mss. The only module that imports mss.

Also resolves a fixed Target (a monitor, all monitors, or a region) to its region; windows are for X11 only.

Owns a one-line error for every way a screen cannot be read. Does not know what changed or where the pointer is: grabs
contain no pointer, under X11 by nature and on other systems by request.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from types import TracebackType
from typing import Any

import mss
import numpy as np
from mss.exception import ScreenShotError
from numpy.typing import NDArray

from capture.desktop.display_server import INSTALL_XCB, check_display, make_dpi_aware, on_x11
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target

Pixels = NDArray[np.uint32]
"""Shape (height, width), uint32: one BGRA pixel a number, so that one comparison covers four bytes."""
SMALLEST = 16
"""Pixels; a narrower or lower target is a slip of the mouse, and some decoders reject it."""


_UNUSUAL = ("depth", "bpp", "visual", "scanline", "LSB")  # what mss says of screens that it cannot read
_MONITOR_TRIES, _MONITOR_RETRY_S = 10, 0.02


class OffScreen(CaptureError):
    """A grab reached over the desktop's edge: a wrong region, or the desktop has just become smaller."""


class ScreenGone(CaptureError):
    """The display was lost while in use."""

    def __init__(self) -> None:
        super().__init__("The display went away", "What was recorded until then is kept.")


class ScreenHidden(CaptureError):
    """The system shows its desktop to no program now: it is locked, or asks for a password. It comes back."""

    def __init__(self) -> None:
        super().__init__("The screen is locked, or switched off", "Unlock it, and start again.")


class Screen:
    """An open view of the desktop. ``desktop`` is its whole area when it was opened or last reopened."""

    desktop: Region

    def __init__(self) -> None:
        check_display()
        make_dpi_aware()  # before mss: what the process was first told holds
        _set_up_mss()
        self._shots = self._open()

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _open(self) -> mss.MSS:
        try:
            shots = mss.MSS()
            self._boxes = _settled_monitors(shots)
        except ScreenShotError as error:
            raise _cannot_open(error) from error
        self.desktop = _region(self._boxes[0])
        return shots

    def reopen(self) -> None:
        """Open again after the desktop changed: mss caches the monitors and a buffer of the initial size."""
        self.close()
        self._shots = self._open()

    def monitors(self) -> list[Monitor]:
        """The monitors, numbered from 1; the whole desktop as one where the system reports none."""
        whole, *each = self._boxes
        found = [
            Monitor(
                number=number,
                name=str(monitor.get("output") or monitor.get("name") or f"Monitor {number}"),
                region=_region(monitor),
                primary=bool(monitor.get("is_primary")) or len(each) == 1,
            )
            for number, monitor in enumerate(each, 1)
            if monitor["width"] > 0 and monitor["height"] > 0
        ]
        return found or [Monitor(number=1, name="Screen", region=_region(whole), primary=True)]

    def grab(self, region: Region) -> Pixels:
        """A new copy of the region's pixels: (height, width) of uint32 BGRA, ``density`` for each unit of the region.

        Raises OffScreen when the region reaches over the desktop's edge, ScreenHidden while the desktop is locked,
        ScreenGone when the display is lost.
        """
        box = {"left": region.x, "top": region.y, "width": region.width, "height": region.height}
        try:
            shot = self._shots.grab(box)
        except ScreenShotError as error:
            if not on_x11():
                raise ScreenHidden from error
            # Only errors reported by the server have details: then the server is alive and the box was wrong.
            if error.details:
                raise OffScreen(f"The region {describe(region)} is off the screen") from error
            raise ScreenGone from error
        return np.frombuffer(shot.raw, np.uint32).reshape(shot.height, shot.width)

    def density(self, region: Region) -> float:
        """Pixels for each unit of a region: 2 on a Retina screen, whose places are told in points; else 1."""
        return self.grab(region).shape[1] / region.width if platform.system() == "Darwin" else 1.0

    def close(self) -> None:
        """Release the screen; harmless when it is lost."""
        try:
            self._shots.close()
        except ScreenShotError:
            return  # the server closed the connection; there is nothing left to close


def _set_up_mss() -> None:
    """Set what mss takes from its modules. On Windows CAPTUREBLT makes the pointer flicker at each grab (mss issue 179)
    and adds nothing since the desktop is composed. A Mac gives nominal pixels by default: text half as sharp."""
    if sys.platform == "win32":
        import mss.windows.gdi

        mss.windows.gdi.CAPTUREBLT = 0
    if sys.platform == "darwin":
        import mss.darwin

        mss.darwin.IMAGE_OPTIONS &= ~mss.darwin.kCGWindowImageNominalResolution


def _settled_monitors(shots: mss.MSS) -> list[dict[str, Any]]:
    """The whole desktop and each monitor. Retries, because mss fails briefly while a monitor is being plugged in."""
    for _ in range(_MONITOR_TRIES):
        try:
            return list(shots.monitors)
        except ScreenShotError:
            time.sleep(_MONITOR_RETRY_S)
    return list(shots.monitors)


def _region(box: dict[str, int]) -> Region:
    return Region(box["left"], box["top"], box["width"], box["height"])


def _cannot_open(error: ScreenShotError) -> CaptureError:
    text = str(error)
    if "not found" in text and not any(word in text for word in _UNUSUAL):
        return CaptureError(f"The screen cannot be read: {error}", INSTALL_XCB)
    if not error.details and any(word in text for word in _UNUSUAL):
        return CaptureError(
            f"This screen's pixels cannot be read ({text})",
            "Choose true colour, 24 bits a pixel: vncserver -depth 24, or max_bpp=32 in xrdp.ini.",
        )
    if on_x11():
        return CaptureError(
            f"The display {os.environ.get('DISPLAY', '')!r} cannot be reached",
            "Check that it runs and that this user may use it (DISPLAY, XAUTHORITY).",
        )
    return CaptureError(f"The screen cannot be read: {error}", "Allow screen recording for this terminal.")


def describe(region: Region) -> str:
    """A region as text for users: ``1280x720 at 0,0``."""
    return f"{region.width}x{region.height} at {region.x},{region.y}"


def list_monitors() -> list[Monitor]:
    """The monitors of this desktop, numbered from 1. Raises CaptureError when there is no screen."""
    with Screen() as screen:
        return screen.monitors()


def grab(region: Region) -> NDArray[np.uint8]:
    """A picture of one region, (height, width, 4) BGRA, without the pointer.

    Raises CaptureError when there is no screen or the region is not on it.
    """
    with Screen() as screen:
        check_inside(region, screen.desktop)
        pixels = screen.grab(region)
        check_seen(screen, pixels)
        return pixels.view(np.uint8).reshape(*pixels.shape, 4)


def check_seen(screen: Screen, pixels: Pixels) -> None:
    """Raises CaptureError when the pixels are what Wayland gives to X programs: black, whatever is on the screen."""
    if screen.monitors()[0].name.startswith("XWAYLAND") and not (pixels & np.uint32(0x00FFFFFF)).any():
        raise CaptureError(
            "This is a Wayland session, which shows X programs a black screen",
            "Set WAYLAND_DISPLAY, as the desktop does for its own programs, and try again.",
        )


def check_inside(region: Region, desktop: Region) -> None:
    """Raises OffScreen, with the desktop's size, unless the whole region is on the desktop."""
    if region.empty or region.intersect(desktop) != region:
        raise OffScreen(
            f"The region {describe(region)} is not on the screen", f"The desktop is {describe(desktop)}; choose a part."
        )


def fixed_frame(target: Target, screen: Screen) -> tuple[str, Region]:
    """A label for users, and the region. Raises CaptureError when the target does not exist."""
    if target.is_window:
        raise CaptureError(
            "A single window cannot be recorded on this system", "Record a monitor or a region of the screen instead."
        )
    if target.region is not None:
        check_inside(target.region, screen.desktop)
        return f"a region of {describe(target.region)}", check_size(target.region)
    if target.monitor == 0:
        return "all monitors", check_size(screen.desktop)
    monitor = find_monitor(target.monitor, screen.monitors())
    return monitor_label(monitor), check_size(monitor.region)


def find_monitor(number: int | None, monitors: list[Monitor]) -> Monitor:
    """The monitor of that number; without a number the primary one, else the first. Raises CaptureError."""
    if number is None:
        return next((monitor for monitor in monitors if monitor.primary), monitors[0])
    for monitor in monitors:
        if monitor.number == number:
            return monitor
    known = ", ".join(f"{monitor.number} ({monitor.name})" for monitor in monitors)
    raise CaptureError(f"There is no monitor {number}", f"Choose one of {known}, or 0 for all.")


def monitor_label(monitor: Monitor) -> str:
    """The monitor's label on the record screen."""
    return f"monitor {monitor.number} ({monitor.region.width}x{monitor.region.height})"


def check_size(region: Region) -> Region:
    """Returns the region. Raises CaptureError when it is too small."""
    if region.width < SMALLEST or region.height < SMALLEST:
        raise CaptureError(
            f"The region {describe(region)} is too small to record", f"Choose at least {SMALLEST}x{SMALLEST} pixels."
        )
    return region
