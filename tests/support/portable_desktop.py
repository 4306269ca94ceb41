"""The portable back end on an X server: what X tells of its desktop behind DesktopInfo, and pynput for the child.

    python -m tests.support.portable_desktop OPTIONS      the recorder process by the portable back end

pynput is no dependency on Linux, where it would bring evdev, which is compiled; its X11 half needs python-xlib only. So
its wheel is fetched once a machine, without what it asks for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from capture.backends import registry
from capture.backends.portable.backend import PortableBackend
from capture.backends.x11.connection import X11Connection, connect, disconnect, server_errors
from capture.backends.x11.raw_connection import RawConnection
from capture.backends.x11.windows import active_window, list_windows, window_at
from capture.desktop.backend import DesktopBackend
from capture.model import Window
from tests.support.cache import CACHE, Unavailable, locked

PYNPUT = "1.8.2"
_FOLDER = CACHE / f"pynput-{PYNPUT}"


class X11Info:
    """A DesktopInfo of an X server, by the code of the X11 back end."""

    def __init__(self) -> None:
        self._display = connect()
        self._raw = RawConnection()
        self._connection = X11Connection(self._display)

    def pointer(self) -> tuple[int, int] | None:
        place = self._raw.query_pointer()
        return (place.x, place.y) if place is not None and place.here else None

    def windows(self) -> list[Window]:
        with server_errors():
            return list_windows(self._connection)

    def window_at(self, x: int, y: int) -> tuple[str, str]:
        with server_errors():
            return window_at(self._connection, x, y)

    def active_window(self) -> tuple[str, str, int]:
        with server_errors():
            return active_window(self._connection)

    def version_of(self, window_id: int) -> str:  # noqa: ARG002  the protocol's
        return ""

    def close(self) -> None:
        self._raw.close()
        disconnect(self._display)


PORTABLE: tuple[DesktopBackend, ...] = (PortableBackend(X11Info),)
"""To stand in for ``registry.DESKTOPS``."""


def pynput_folder() -> Path:
    """A folder for PYTHONPATH that holds pynput. Raises Unavailable when it cannot be fetched."""
    with locked("pynput"):
        if not (_FOLDER / "pynput").is_dir():
            pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
            done = subprocess.run(
                [*pip, "--target", str(_FOLDER), f"pynput=={PYNPUT}"], capture_output=True, text=True, check=False
            )
            if done.returncode:
                why = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
                raise Unavailable(f"pynput cannot be fetched for the tests: {why}")
    return _FOLDER


def python_path() -> str:
    """PYTHONPATH of a process whose children find pynput, and that finds the tests."""
    root = Path(__file__).parent.parent.parent
    return os.pathsep.join([str(root), str(pynput_folder())])


if __name__ == "__main__":
    from capture.recorder.process import main

    registry.DESKTOPS = PORTABLE
    os._exit(main(sys.argv[1:]))
