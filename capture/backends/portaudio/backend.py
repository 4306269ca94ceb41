"""PortAudioBackend: the audio back end for every device that PortAudio supports.

PortAudio prints to the terminal and may hang, so it never runs in the caller's process but in its own
(``portaudio_process.py``).
"""

from __future__ import annotations

import subprocess

import msgspec

from capture.audio.backend import AudioBackend
from capture.audio.source import AudioSource
from capture.child_process import command_of, environment
from capture.files import prepared
from capture.model import Microphone

_PATIENCE_S = 8.0


class PortAudioBackend(AudioBackend):
    """Works on every system; the last one in the registry."""

    def list_microphones(self) -> list[Microphone]:
        """Every input; empty when there is none, or PortAudio is missing."""
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
            return msgspec.json.decode(done.stdout, type=prepared(list[Microphone]))
        except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
            return []

    def can_open(self, source: Microphone) -> bool:  # noqa: ARG002  a sound server's source is reached through ALSA's plugin
        """Always true."""
        return True

    def why_silent(self) -> str:
        """The permission of Windows or macOS that is not given."""
        from capture.backends.portaudio.microphone_permission import why_silent

        return why_silent()

    def open_source(
        self,
        source: Microphone,
        channels: int | None,
        *,
        follow: bool,  # noqa: ARG002  PortAudio does not tell of another default
    ) -> AudioSource:
        """Start the process."""
        from capture.backends.portaudio.portaudio_source import PortAudioSource

        return PortAudioSource(source.name, channels, served=source.served)
