"""The back ends there are, and the one for this machine. A new one is a folder beside this file and an entry here."""

from __future__ import annotations

from capture.backends.portable.backend import PortableBackend
from capture.backends.x11.backend import X11Backend
from capture.desktop.backend import DesktopBackend

DESKTOPS: tuple[DesktopBackend, ...] = (X11Backend(), PortableBackend())
"""The first that is available is taken; the last one serves every system."""


def desktop_backend() -> DesktopBackend:
    """The back end of the desktop this process runs on."""
    return next(backend for backend in DESKTOPS if backend.is_available())
