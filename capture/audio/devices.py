"""Microphones: which there are, which one is meant, and a meter for one. The only file that imports sounddevice.

Owns names and choice. On Linux a microphone is a PulseAudio (or PipeWire) source, heard through libpulse
(``capture/audio/libpulse.py``); elsewhere, and without such a server, it is a PortAudio device. Refuses to run
PortAudio inside the caller: it prints on the terminal and may hang, so it lives in a child
(``capture/audio/portaudio_process.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import msgspec

from capture.audio.block import CHILD
from capture.child_process import command_of, environment
from capture.errors import CaptureError
from capture.model import Microphone

NONE = "none"
"""The name that means: record without sound."""
_PATIENCE_S = 4.0


def list_microphones() -> list[Microphone]:
    """Every sound source, the default first, system sound (``monitor``) last; empty when there is none."""
    found = _pulse_sources()
    if found is None:
        found = _portaudio_sources()
    return sorted(found, key=lambda m: (not m.default, m.monitor))


def find_microphone(name: str | None) -> Microphone | None:
    """The source meant by a name, a label or an unmistakable part of one; None is the default one.

    Returns None for ``"none"``, and for None on a machine without any. Raises CaptureError when no source, or more than
    one, is called so.
    """
    if name is not None and name.lower() == NONE:
        return None
    found = list_microphones()
    return next(iter(found), None) if name is None else _named(name, found)


def find_system_sound(name: str) -> Microphone:
    """The monitor source meant by a name; ``"default"`` is what the default output plays. Raises CaptureError."""
    found = [m for m in list_microphones() if m.monitor]
    if name != "default":
        return _named(name, found)
    if not found:
        raise CaptureError("System sound cannot be recorded here", "It needs PulseAudio or PipeWire, with pactl.")
    sink = (_pactl("info") or {}).get("default_sink_name")
    return next((m for m in found if m.name == f"{sink}.monitor"), found[0])


def _named(name: str, found: list[Microphone]) -> Microphone:
    wanted = name.casefold()
    exact = [m for m in found if wanted in {m.name.casefold(), m.label.casefold()}]
    near = exact[:1] or [m for m in found if wanted in m.name.casefold() or wanted in m.label.casefold()]
    if len(near) == 1:
        return near[0]
    names = ", ".join(m.name for m in near or found)
    if not names:
        raise CaptureError(f"There is no microphone “{name}”, nor any other", "Plug one in, or record without: none.")
    what = f"“{name}” could be more than one microphone" if near else f"There is no microphone “{name}”"
    raise CaptureError(what, f"Choose one of: {names}, or none.")


def _pactl(*command: str) -> Any:
    """What pactl answers; None when it is not installed, the server is gone, or it is too old to speak JSON."""
    if sys.platform != "linux" or not shutil.which("pactl"):
        return None
    try:
        done = subprocess.run(
            ["pactl", "-f", "json", *command],
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _pulse_sources() -> list[Microphone] | None:
    sources = _pactl("list", "sources")
    if not isinstance(sources, list):
        return None
    default = os.environ.get("PULSE_SOURCE") or (_pactl("info") or {}).get("default_source_name")
    return [_pulse_source(source, default) for source in sources if isinstance(source, dict) and source.get("name")]


def _pulse_source(source: dict[str, Any], default: str | None) -> Microphone:
    name = str(source["name"])
    properties = source.get("properties") or {}
    return Microphone(
        name=name,
        label=str(source.get("description") or properties.get("device.description") or name),
        default=name == default,
        monitor=bool(source.get("monitor_source")) or properties.get("device.class") == "monitor",
        served=True,
    )


def _portaudio_sources() -> list[Microphone]:
    command = [*command_of(CHILD), "--list"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_PATIENCE_S * 2,
            check=True,
            stdin=subprocess.DEVNULL,
            env=environment(),
        )
        return msgspec.json.decode(done.stdout, type=list[Microphone])
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
        return []


# What follows runs in the child only.
