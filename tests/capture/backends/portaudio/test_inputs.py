"""Which of PortAudio's devices are microphones, and what they are called."""

from __future__ import annotations

from typing import Any

from capture.backends.portaudio.portaudio import inputs_by_name

MME, DIRECT, WASAPI, KERNEL = range(4)
WINDOWS = [
    {"name": "MME", "default_input_device": 0},
    {"name": "Windows DirectSound", "default_input_device": 2},
    {"name": "Windows WASAPI", "default_input_device": 5},
    {"name": "Windows WDM-KS", "default_input_device": 7},
]


def device(index: int, name: str, system: int = 0, channels: int = 1) -> dict[str, Any]:
    return {"index": index, "name": name, "hostapi": system, "max_input_channels": channels}


def test_on_windows_each_microphone_is_offered_once_by_its_whole_name() -> None:
    headset, camera = "Headset Microphone (Jabra Evolve2 65)", "Microphone (Logi C920e)"
    devices = [
        device(0, "Microsoft Sound Mapper - Input", MME, 2),
        device(1, headset[:31], MME),
        device(2, "Primary Sound Capture Driver", DIRECT, 2),
        device(3, headset, DIRECT),
        device(4, headset, WASAPI),
        device(5, camera, WASAPI, 2),
        device(6, "Speakers (Realtek)", WASAPI, 0),
        device(7, "Headset (Jabra HF)", KERNEL),
        device(8, headset, KERNEL),
    ]
    found, default = inputs_by_name(devices, WINDOWS, default=1)
    assert {name: one["index"] for name, one in found.items()} == {headset: 4, camera: 5}
    assert default == 5


def test_without_wasapi_windows_other_systems_serve() -> None:
    found, default = inputs_by_name([device(1, "Line", MME)], WINDOWS, default=1)
    assert (list(found), default) == (["Line"], 1)


def test_two_devices_of_one_name_can_be_told_apart() -> None:
    devices = [device(0, "pulse"), device(1, "USB Audio"), device(2, "USB Audio"), device(3, "hdmi", channels=0)]
    found, default = inputs_by_name(devices, [{"name": "ALSA", "default_input_device": 0}], default=0)
    assert {name: one["index"] for name, one in found.items()} == {"pulse": 0, "USB Audio": 1, "USB Audio (2)": 2}
    assert default == 0
