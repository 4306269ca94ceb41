"""Microphones: which there are, which one is meant, and a meter for one. The only file that imports sounddevice.

Owns names and choice. On Linux a microphone is a PulseAudio (or PipeWire) source, heard through libpulse
(``capture/pulse.py``); elsewhere, and without such a server, it is a PortAudio device. Refuses to run PortAudio inside
the caller: it prints on the terminal and may hang, so it lives in a child (``capture/sound_child.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from capture.child import command_of, environment
from capture.errors import CaptureError
from capture.model import Microphone

if TYPE_CHECKING:
    from capture.level import Level  # brings numpy, which the child can do without

CHILD = "capture.sound_child"
NONE = "none"
"""The name that means: record without sound."""
BLOCK = 4_800
"""Frames in a block at 48 kHz: a tenth of a second costs 0.4 % of a core, PortAudio's own choice 2.1 %."""
_PATIENCE_S = 4.0
_PREFERRED = ("pulse", "pipewire")


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


class Meter:
    """An open microphone, listened to but not recorded, for the level before a take. Use as a context manager.

    Raises CaptureError when there is no such microphone.
    """

    def __init__(self, name: str | None) -> None:
        from capture.feeds import open_feed
        from capture.level import Loudness

        microphone = find_microphone(name)
        if microphone is None:
            raise CaptureError("There is no microphone to listen to", "Plug one in.")
        self.microphone = microphone
        self._loudness = Loudness()
        self._feed = open_feed(microphone, channels=1)

    def level(self) -> Level:
        """How loud it is now; never blocks."""
        for block in self._feed.drain():
            self._loudness.hear(block.samples, block.end_ns)
        return self._loudness.level

    @property
    def failure(self) -> str:
        """Why nothing is heard, in one line; empty while all is well."""
        return self._feed.failure

    def close(self) -> None:
        """Let the microphone go."""
        self._feed.close()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


# What follows runs in the child only.


def portaudio_devices() -> list[Microphone]:
    """PortAudio's inputs. Raises CaptureError when PortAudio is missing."""
    sound = _sounddevice()
    default = sound.default.device[0]
    return [
        Microphone(name=device["name"], label=device["name"], default=number == default)
        for number, device in enumerate(sound.query_devices())
        if device["max_input_channels"] > 0
    ]


def open_input(name: str | None, channels: int, hear: Callable[[bytes, float, bool], None]) -> tuple[Any, int, int]:
    """Start listening: ``hear(int16 bytes, age of the first sample in s, whether sound was lost)``.

    Returns the stream (keep it), its rate and its channels. Raises CaptureError.
    """
    sound = _sounddevice()
    device = _device(sound, name)
    wanted = min(channels, device["max_input_channels"])

    def called(data: Any, _frames: int, times: Any, status: Any) -> None:
        age = times.currentTime - times.inputBufferAdcTime
        hear(bytes(data), age, bool(status.input_overflow))

    failure = ""
    # A sound card without a server may know only its own rate.
    for rate in (48_000, int(device["default_samplerate"])):
        try:
            stream = sound.RawInputStream(
                samplerate=rate,
                blocksize=BLOCK,
                device=device["index"],
                channels=wanted,
                dtype="int16",
                latency=0.1,
                callback=called,
            )
            stream.start()
        except sound.PortAudioError as error:
            failure = str(error)
        else:
            return stream, rate, wanted
    raise CaptureError(f"The microphone {device['name']} cannot be opened ({failure})")


def _device(sound: Any, name: str | None) -> Any:
    inputs = [device for device in sound.query_devices() if device["max_input_channels"] > 0]
    by_name = {device["name"]: device for device in inputs}
    if name in by_name:
        return by_name[name]
    for server in _PREFERRED:
        if server in by_name:
            return by_name[server]
    if name is None and inputs:
        default = sound.default.device[0]
        return next((device for device in inputs if device["index"] == default), inputs[0])
    raise CaptureError(
        "PortAudio finds no microphone",
        "Is PulseAudio or PipeWire running? On Debian it is reached by: apt-get install libasound2-plugins",
    )


def _sounddevice() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise CaptureError("PortAudio is not installed", "On Debian: apt-get install libportaudio2") from error
    return sounddevice
