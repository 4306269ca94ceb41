"""Microphones of this machine: list them, find one by name, open one, meter one."""

from __future__ import annotations

import sys

from capture.audio.meter import LevelMeter
from capture.audio.source import AudioSource
from capture.audio.voice_note import VoiceNote
from capture.backends.registry import AUDIO
from capture.errors import CaptureError
from capture.model import Microphone

if sys.platform == "linux":
    _NO_SYSTEM_SOUND = "It needs PulseAudio or PipeWire."
else:
    _NO_SYSTEM_SOUND = "Windows and macOS hand out no sound of other programs; put the microphone near the loudspeaker."
NONE, DEFAULT = "none", "default"
"""The microphone name for recording without sound; the name of the system sound that the default output plays."""


def list_microphones() -> list[Microphone]:
    """Every sound source, the default first, system sound (``monitor``) last; empty when there is none."""
    lists = (backend.list_microphones() for backend in AUDIO)
    found = next((found for found in lists if found is not None), [])
    return sorted(found, key=lambda m: (not m.default, m.monitor))


def find_microphone(name: str | None) -> Microphone | None:
    """Find a source by its name, its label or a unique part of either; None is the default one.

    What the loudspeakers play is found by name only, and as the default only where the user's environment names it.
    Returns None for ``"none"``, and for None on a machine without microphones. Raises CaptureError when no source
    matches, or more than one.
    """
    if name is not None and name.lower() == NONE:
        return None
    found = list_microphones()
    if name is not None:
        return _named(name, found)
    return next((source for source in found if source.default or not source.monitor), None)


def find_system_sound(name: str) -> Microphone:
    """Find a monitor source by name; ``"default"`` is the monitor of the default output. Raises CaptureError."""
    found = [m for m in list_microphones() if m.monitor]
    if name != DEFAULT:
        return _named(name, found)
    if not found:
        raise CaptureError("System sound cannot be recorded here", _NO_SYSTEM_SOUND)
    playing = {backend.default_monitor() for backend in AUDIO}
    return next((m for m in found if m.name in playing), found[0])


def _named(name: str, found: list[Microphone]) -> Microphone:
    wanted = name.casefold()
    names = [m for m in found if wanted == m.name.casefold()]
    labels = [m for m in found if wanted == m.label.casefold()]
    near = names[:1] or labels or [m for m in found if wanted in m.name.casefold() or wanted in m.label.casefold()]
    if len(near) == 1:
        return near[0]
    choices = ", ".join(m.name for m in near or found)
    if not choices:
        raise CaptureError(f"There is no microphone “{name}”, nor any other", "Plug one in, or record without: none.")
    what = f"“{name}” could be more than one microphone" if near else f"There is no microphone “{name}”"
    raise CaptureError(what, f"Choose one of: {choices}, or none.")


def open_audio_source(source: Microphone, channels: int | None, *, follow: bool = False) -> AudioSource:
    """Open a source. It connects in the background. ``channels`` None: as many as it has, for a Downmix.

    ``follow``: go over to another source when the system's default does, where the sound system tells of it.
    """
    backend = next(backend for backend in AUDIO if backend.can_open(source))
    return backend.open_source(source, channels, follow=follow)


def why_silent(source: Microphone) -> str:
    """Why the system gives a microphone as silence, in one line with what to do; empty when it does not."""
    return next(backend for backend in AUDIO if backend.can_open(source)).why_silent()


def label_of(name: str) -> str:
    """What to call the source of that name."""
    return next((source.label for source in list_microphones() if source.name == name), name)


def open_meter(name: str | None) -> LevelMeter:
    """Open the level meter of a microphone. Raises CaptureError when there is no such microphone."""
    microphone = _microphone(name)
    return LevelMeter(microphone, open_audio_source(microphone, channels=None))


def open_voice_note(name: str | None) -> VoiceNote:
    """Listen to a microphone from now on. Raises CaptureError when there is no such microphone."""
    microphone = _microphone(name)
    return VoiceNote(microphone, open_audio_source(microphone, channels=None))


def _microphone(name: str | None) -> Microphone:
    microphone = find_microphone(name)
    if microphone is None:
        raise CaptureError("There is no microphone to listen to", "Plug one in.")
    return microphone
