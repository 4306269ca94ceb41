"""The back end for every sound card that PortAudio knows.

PortAudio prints on the terminal and may hang, so it never runs inside the caller: it has a process of its own
(``portaudio_process.py``).
"""

from __future__ import annotations

import subprocess

import msgspec

from capture.audio.backend import AudioBackend
from capture.audio.source import AudioSource
from capture.child_process import command_of, environment
from capture.model import Microphone

_PATIENCE_S = 8.0


class PortAudioBackend(AudioBackend):
    """Serves every system; the last one to be asked."""

    def list_microphones(self) -> list[Microphone]:
        """Every input; empty when there is none, or no PortAudio."""
        command = [*command_of("capture.backends.portaudio.portaudio_process"), "--list"]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=_PATIENCE_S,
                check=True,
                stdin=subprocess.DEVNULL,
                env=environment(),
            )
            return msgspec.json.decode(done.stdout, type=list[Microphone])
        except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
            return []

    def can_open(self, source: Microphone) -> bool:  # noqa: ARG002  a served one is reached through ALSA's plugin
        """Always."""
        return True

    def open_source(self, source: Microphone, channels: int) -> AudioSource:
        """Starts the process."""
        from capture.backends.portaudio.portaudio_source import PortAudioSource

        return PortAudioSource(source.name, channels)
