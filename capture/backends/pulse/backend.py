"""PulseBackend: the audio back end for PulseAudio and PipeWire servers, by libpulse alone, without a child process."""

from __future__ import annotations

import os

from capture.audio.backend import AudioBackend
from capture.audio.source import AudioSource
from capture.model import Microphone


class PulseBackend(AudioBackend):
    """A sound server that runs; Linux."""

    def list_microphones(self) -> list[Microphone] | None:
        """Every source, including monitors; None when no server answers."""
        from capture.backends.pulse.server import query

        found = query()
        if found is None:
            return None
        defaults, sources = found
        # Without a microphone the server's default source is what the loudspeakers play: nobody asked for that.
        chosen = _named_by_user() or next((s.name for s in sources if s.name == defaults.source and not s.monitor), "")
        return [
            Microphone(
                name=source.name,
                label=source.label,
                default=source.name == chosen,
                monitor=source.monitor,
                served=True,
                muted=source.muted,
                channels=source.channels,
            )
            for source in sources
        ]

    def can_open(self, source: Microphone) -> bool:
        """True for sources of the server, where libpulse is installed."""
        from capture.backends.pulse.libpulse import library

        return source.served and library() is not None

    def open_source(self, source: Microphone, channels: int | None, *, follow: bool) -> AudioSource:
        """Open a source. It connects in the background."""
        from capture.backends.pulse.pulse_source import Followed, PulseSource

        followed = Followed.NOTHING
        if follow and source.monitor:
            followed = Followed.LOUDSPEAKERS
        elif follow and not _named_by_user():
            followed = Followed.MICROPHONE
        return PulseSource(source.name, channels, follow=followed)

    def default_monitor(self) -> str:
        """The monitor of the default sink; empty when there is none."""
        from capture.backends.pulse.server import query

        found = query()
        return found[0].monitor if found is not None else ""


def _named_by_user() -> str:
    """The source that PULSE_SOURCE names for this user's programs, which outranks the server's default; empty: none."""
    return os.environ.get("PULSE_SOURCE", "")
