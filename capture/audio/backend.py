"""AudioBackend: what a sound system offers so that its microphones can be recorded.

One folder of ``capture/backends/`` implements it for each; ``capture/backends/registry.py`` lists them. A module
with an implementation imports at its top only what every system has: the registry loads all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from capture.audio.source import AudioSource
from capture.model import Microphone


class AudioBackend(ABC):
    """Sources of one sound system: microphones, and what the machine plays (monitors)."""

    @abstractmethod
    def list_microphones(self) -> list[Microphone] | None:
        """Its sources, in any order; None when this sound system is not here, and the next one is to be asked."""

    @abstractmethod
    def can_open(self, source: Microphone) -> bool:
        """Whether it is the one to listen to a source."""

    @abstractmethod
    def open_source(self, source: Microphone, channels: int) -> AudioSource:
        """Listen to a source, at once and in the background."""

    def default_monitor(self) -> str:
        """The name of the source that carries what the default output plays; empty when that is not known."""
        return ""
