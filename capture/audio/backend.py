"""AudioBackend: the interface of a sound system whose microphones can be recorded.

Each folder of ``capture/backends/`` implements it for one system; ``capture/backends/registry.py`` lists them. A
module with an implementation imports at its top only what every system has, because the registry loads all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from capture.audio.source import AudioSource
from capture.model import Microphone


class AudioBackend(ABC):
    """Sources of one sound system: microphones and system sound (monitors)."""

    @abstractmethod
    def list_microphones(self) -> list[Microphone] | None:
        """Its sources, in any order; None when this sound system is not available and the next one is to be used."""

    @abstractmethod
    def can_open(self, source: Microphone) -> bool:
        """Whether this back end can open the source."""

    @abstractmethod
    def open_source(self, source: Microphone, channels: int | None, *, follow: bool) -> AudioSource:
        """Open a source. It connects in the background. ``channels`` None: as many as it has, for a Downmix.

        ``follow``: go over to another source when the system's default does, if this is the default, but from a
        microphone never to what the loudspeakers play. Sources that cannot follow stay as they are.
        """

    def why_silent(self) -> str:
        """Why the system gives every microphone as silence, in one line with what to do; empty when it does not."""
        return ""

    def default_monitor(self) -> str:
        """The name of the default output's monitor source; empty when it is not known."""
        return ""
