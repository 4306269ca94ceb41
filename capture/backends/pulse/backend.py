"""PulseBackend: the audio back end for PulseAudio and PipeWire servers.

Records by libpulse, without a child process; ``pactl`` lists the sources.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import Any

from capture.audio.backend import AudioBackend
from capture.audio.source import AudioSource
from capture.model import Microphone

_PATIENCE_S = 4.0


class PulseBackend(AudioBackend):
    """A sound server whose tools are installed; Linux."""

    def list_microphones(self) -> list[Microphone] | None:
        """Every source, including monitors; None when pactl gives no result."""
        sources = _pactl("list", "sources")
        if not isinstance(sources, list):
            return None
        default = os.environ.get("PULSE_SOURCE") or (_pactl("info") or {}).get("default_source_name")
        return [_microphone(source, default) for source in sources if isinstance(source, dict) and source.get("name")]

    def can_open(self, source: Microphone) -> bool:
        """True for sources of the server, where libpulse is installed."""
        from capture.backends.pulse.libpulse import library

        return source.served and library() is not None

    def open_source(self, source: Microphone, channels: int) -> AudioSource:
        """Open a source. It connects in the background."""
        from capture.backends.pulse.pulse_source import PulseSource

        return PulseSource(source.name, channels)

    def default_monitor(self) -> str:
        """The monitor of the default sink; empty when pactl does not name one."""
        sink = (_pactl("info") or {}).get("default_sink_name")
        return f"{sink}.monitor" if sink else ""


def _microphone(source: dict[str, Any], default: str | None) -> Microphone:
    name = str(source["name"])
    properties = source.get("properties") or {}
    return Microphone(
        name=name,
        label=str(source.get("description") or properties.get("device.description") or name),
        default=name == default,
        monitor=bool(source.get("monitor_source")) or properties.get("device.class") == "monitor",
        served=True,
    )


def _pactl(*command: str) -> Any:
    """The JSON output of pactl; None when it is not installed, has no server, or is too old to print JSON."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
            done = subprocess.run(
                ["pactl", "-f", "json", *command],
                capture_output=True,
                timeout=_PATIENCE_S,
                check=True,
                env=os.environ | {"LC_ALL": "C.UTF-8"},
            )
            return json.loads(done.stdout)
    return None
