"""The list of back ends, and the choice for this machine. A new one is a folder beside this file and an entry here."""

from __future__ import annotations

from capture.audio.backend import AudioBackend
from capture.backends.portable.backend import PortableBackend
from capture.backends.portaudio.backend import PortAudioBackend
from capture.backends.pulse.backend import PulseBackend
from capture.backends.wayland.backend import WaylandBackend
from capture.backends.x11.backend import X11Backend
from capture.desktop.backend import DesktopBackend

DESKTOPS: tuple[DesktopBackend, ...] = (WaylandBackend(), X11Backend(), PortableBackend())
"""The first available one is used; the last one works on every system. Wayland first: beside it, X shows black."""
AUDIO: tuple[AudioBackend, ...] = (PulseBackend(), PortAudioBackend())
"""The first that finds its sound system lists the microphones; each is opened by the first that can (the last can)."""


def desktop_backend() -> DesktopBackend:
    """The back end of the desktop this process runs on."""
    return next(backend for backend in DESKTOPS if backend.is_available())
