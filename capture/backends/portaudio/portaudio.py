"""PortAudio: list the inputs and open one. The only module that imports sounddevice."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from capture.errors import CaptureError
from capture.model import Microphone

BLOCK = 4_800
"""Frames in a block at 48 kHz: 0.1 s costs 0.4 % of a core, PortAudio's default 2.1 %."""


_MOST_SOCKETS = 16
_PREFERRED = ("pulse", "pipewire")
_BEST_OF_WINDOWS = "Windows WASAPI"
if sys.platform == "linux":
    _NO_MICROPHONE = "Is PulseAudio or PipeWire running? On Debian it is reached by: apt-get install libasound2-plugins"
else:
    _NO_MICROPHONE = "Plug one in, and allow programs to use it in the system's settings for privacy."


def portaudio_devices() -> list[Microphone]:
    """PortAudio's inputs. Raises CaptureError when PortAudio is missing."""
    inputs, default = _inputs(_sounddevice())
    return [Microphone(name=name, label=name, default=device["index"] == default) for name, device in inputs.items()]


def _inputs(sound: Any) -> tuple[dict[str, Any], int]:
    return inputs_by_name(sound.query_devices(), sound.query_hostapis(), sound.default.device[0])


def inputs_by_name(
    devices: Sequence[Mapping[str, Any]], systems: Sequence[Mapping[str, Any]], default: int
) -> tuple[dict[str, Any], int]:
    """The inputs among PortAudio's devices, each under a name of its own, and the index of the default one.

    On Windows PortAudio lists every device once for each of the system's sound systems, one of which cuts names at 31
    letters: those of WASAPI are taken. Two devices of one name get a number.
    """
    inputs = [one for one in devices if one["max_input_channels"] > 0]
    for number, system in enumerate(systems):
        if system["name"] == _BEST_OF_WINDOWS and (its := [one for one in inputs if one["hostapi"] == number]):
            inputs, default = its, system["default_input_device"]
    seen: Counter[str] = Counter()
    found: dict[str, Any] = {}
    for device in inputs:
        seen[device["name"]] += 1
        count = seen[device["name"]]
        found[f"{device['name']} ({count})" if count > 1 else device["name"]] = device
    return found, default


def open_input(name: str | None, channels: int, on_block: Callable[[bytes, float, bool], None]) -> tuple[Any, int, int]:
    """Open an input. Calls ``on_block(int16 bytes, age of the first sample in s, whether sound was lost)``.

    ``channels`` 0: as many as the device has. Returns the stream (keep a reference), its rate and its channels.
    Raises CaptureError.
    """
    sound = _sounddevice()
    device = _device(sound, name)
    own = _own_channels(device)
    wanted = min(channels or own, device["max_input_channels"])

    def called(data: Any, _frames: int, times: Any, status: Any) -> None:
        age = times.currentTime - times.inputBufferAdcTime
        on_block(bytes(data), age, bool(status.input_overflow))

    failure = ""
    # A sound card without a server may support only its own rate, WASAPI only its own number of channels as well.
    own_rate = int(device["default_samplerate"])
    for rate, count in dict.fromkeys([(48_000, wanted), (own_rate, wanted), (own_rate, own)]):
        try:
            stream = sound.RawInputStream(
                samplerate=rate,
                blocksize=BLOCK,
                device=device["index"],
                channels=count,
                dtype="int16",
                latency=0.1,
                callback=called,
            )
            stream.start()
        except sound.PortAudioError as error:
            failure = str(error)
        else:
            return stream, rate, count
    raise CaptureError(f"The microphone {device['name']} cannot be opened ({failure})")


def _own_channels(device: Any) -> int:
    """A sound server's device takes any number and mixes into it; a sound card's has that of its sockets."""
    return int(device["max_input_channels"]) if device["max_input_channels"] <= _MOST_SOCKETS else 2


def _device(sound: Any, name: str | None) -> Any:
    by_name, default = _inputs(sound)
    if name in by_name:
        return by_name[name]
    for server in _PREFERRED:
        if server in by_name:
            return by_name[server]
    if name is None and by_name:
        inputs = list(by_name.values())
        return next((device for device in inputs if device["index"] == default), inputs[0])
    raise CaptureError("PortAudio finds no microphone", _NO_MICROPHONE)


def _sounddevice() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise CaptureError("PortAudio is not installed", "On Debian: apt-get install libportaudio2") from error
    return sounddevice
