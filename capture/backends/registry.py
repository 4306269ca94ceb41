"""The back ends there are, and the ones for this machine. A new one is a folder beside this file and an entry here."""

from __future__ import annotations

from capture.audio.backend import AudioBackend
from capture.backends.portable.backend import PortableBackend
from capture.backends.portaudio.backend import PortAudioBackend
from capture.backends.pulse.backend import PulseBackend
from capture.backends.x11.backend import X11Backend
from capture.desktop.backend import DesktopBackend

DESKTOPS: tuple[DesktopBackend, ...] = (X11Backend(), PortableBackend())
"""The first that is available is taken; the last one serves every system."""
AUDIO: tuple[AudioBackend, ...] = (PulseBackend(), PortAudioBackend())
"""The first that lists microphones names them; each is opened by the first that can. The last one always can."""


def desktop_backend() -> DesktopBackend:
    """The back end of the desktop this process runs on."""
    return next(backend for backend in DESKTOPS if backend.is_available())
