"""PulseBackend: the audio back end for PulseAudio and PipeWire servers, by libpulse, without a child process."""

from __future__ import annotations

from capture.audio.backend import AudioBackend
from capture.audio.source import AudioSource
from capture.backends.pulse import pactl
from capture.model import Microphone


class PulseBackend(AudioBackend):
    """A sound server whose tools are installed; Linux."""

    def list_microphones(self) -> list[Microphone] | None:
        """Every source; None without a server or its tools."""
        return pactl.list_sources()

    def can_open(self, source: Microphone) -> bool:
        """True for sources of the server, where libpulse is installed."""
        from capture.backends.pulse.libpulse import library

        return source.served and library() is not None

    def open_source(self, source: Microphone, channels: int) -> AudioSource:
        """Open a source. It connects in the background."""
        from capture.backends.pulse.pulse_source import PulseSource

        return PulseSource(source.name, channels)

    def default_monitor(self) -> str:
        """The monitor of the server's default sink."""
        return pactl.default_monitor()
