"""PortAudio: list the inputs and open one. The only module that imports sounddevice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from capture.errors import CaptureError
from capture.model import Microphone

BLOCK = 4_800
"""Frames in a block at 48 kHz: 0.1 s costs 0.4 % of a core, PortAudio's default 2.1 %."""


_MOST_SOCKETS = 16
_PREFERRED = ("pulse", "pipewire")


def portaudio_devices() -> list[Microphone]:
    """PortAudio's inputs. Raises CaptureError when PortAudio is missing."""
    sound = _sounddevice()
    default = sound.default.device[0]
    return [
        Microphone(name=device["name"], label=device["name"], default=number == default)
        for number, device in enumerate(sound.query_devices())
        if device["max_input_channels"] > 0
    ]


def open_input(name: str | None, channels: int, on_block: Callable[[bytes, float, bool], None]) -> tuple[Any, int, int]:
    """Open an input. Calls ``on_block(int16 bytes, age of the first sample in s, whether sound was lost)``.

    ``channels`` 0: as many as the device has. Returns the stream (keep a reference), its rate and its channels.
    Raises CaptureError.
    """
    sound = _sounddevice()
    device = _device(sound, name)
    wanted = min(channels or _own_channels(device), device["max_input_channels"])

    def called(data: Any, _frames: int, times: Any, status: Any) -> None:
        age = times.currentTime - times.inputBufferAdcTime
        on_block(bytes(data), age, bool(status.input_overflow))

    failure = ""
    # A sound card without a server may support only its own rate.
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


def _own_channels(device: Any) -> int:
    """A sound server's device takes any number and mixes into it; a sound card's has that of its sockets."""
    return int(device["max_input_channels"]) if device["max_input_channels"] <= _MOST_SOCKETS else 2


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
