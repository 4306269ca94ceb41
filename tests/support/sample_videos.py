"""Small videos for tests: pictures that encode their number, and beeps at known times, in any container."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from capture.model import Region
from capture.video.take_writer import TakeWriter

RATE = 48_000
BITS = 6
_TICKS = 90_000


def numbered(number: int, width: int = 320, height: int = 180) -> NDArray[np.uint8]:
    """A BGR picture that encodes a number from 0 to 63 in black and white stripes."""
    picture = np.full((height, width, 3), 96, np.uint8)
    for bit in range(BITS):
        left, right = bit * width // BITS, (bit + 1) * width // BITS
        picture[height // 4 : height * 3 // 4, left:right] = 235 if number >> bit & 1 else 20
    return picture


def number_of(picture: NDArray[np.uint8]) -> int:
    """The number encoded in a picture, BGR or grey, of any size."""
    grey = picture.mean(axis=2) if picture.ndim == 3 else picture
    height, width = grey.shape
    row = grey[height * 2 // 5 : height * 3 // 5].mean(axis=0)
    return sum(1 << bit for bit in range(BITS) if row[int((bit + 0.5) * width / BITS)] > 128)


def beep(at_ms: Sequence[int], end_ms: int, *, length_ms: int = 40, rate: int = RATE) -> NDArray[np.float32]:
    """Silence with a short tone with a sharp start at each of ``at_ms``."""
    sound = np.zeros(end_ms * rate // 1000, np.float32)
    tone = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(length_ms * rate // 1000) / rate)
    for at in at_ms:
        start = at * rate // 1000
        sound[start : start + len(tone)] += tone[: len(sound) - start]
    return sound


def onsets(sound: NDArray[np.float32], rate: int) -> list[float]:
    """Times in ms at which sound begins after at least 100 ms of silence."""
    loud = np.flatnonzero(np.abs(sound) > 0.12)
    first = np.r_[True, np.diff(loud) > rate // 10] if len(loud) else np.zeros(0, bool)
    return [float(n) * 1000 / rate for n in loud[first]]


def take_video(
    path: Path, pictures: Sequence[tuple[int, NDArray[np.uint8]]], end_ms: int, sound: NDArray[np.float32] | None = None
) -> Path:
    """A video as the recorder writes it: pictures in order of time, key frames every ten seconds."""
    height, width = pictures[0][1].shape[:2]
    writer = TakeWriter(path, width, height, channels=() if sound is None else (1,))
    key = -10_000
    for at, picture in pictures:
        writer.paint(np.dstack([picture, np.zeros((height, width), np.uint8)]), Region(0, 0, width, height))
        writer.show(at * 1_000_000, key=at - key >= 10_000)
        key = at if at - key >= 10_000 else key
    if sound is not None:
        writer.write_sound(0, (sound * 32767).astype(np.int16)[:, None])
    writer.close(end_ms * 1_000_000)
    return path


def film(
    path: Path,
    pictures: Sequence[tuple[int, NDArray[np.uint8]]],
    end_ms: int,
    sounds: Sequence[NDArray[np.float32]] = (),
    *,
    codec: str = "libx264",
    sound_codec: str = "aac",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    mux: dict[str, str] | None = None,
    sound_from_ms: int = 0,
    shift_ms: int = 0,
    rotation: int = 0,
    tags: dict[str, int] | None = None,
) -> Path:
    """Write a video with exact picture times. ``sounds`` are mono tracks at 48 kHz; ``shift_ms`` delays everything."""
    with av.open(str(path), "w", options=dict(mux or {})) as file:
        stream: Any = file.add_stream(codec, rate=30, options=dict(options or {}))
        stream.height, stream.width = pictures[0][1].shape[:2]
        stream.pix_fmt, stream.codec_context.time_base = pix_fmt, Fraction(1, _TICKS)
        for name, value in (tags or {}).items():
            setattr(stream.codec_context, name, value)
        if rotation:
            stream.set_display_rotation(rotation)
        tracks = [file.add_stream(sound_codec, rate=RATE) for _ in sounds]
        for track in tracks:
            track.layout = "mono"
        packets = []
        for at, picture in [*pictures, *([(end_ms - 10, pictures[-1][1])] if end_ms - 10 > pictures[-1][0] else [])]:
            frame = VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = (at + shift_ms) * 90, Fraction(1, _TICKS)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for track, samples in zip(tracks, sounds, strict=True):
            frame = AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            frame.pts = (shift_ms + sound_from_ms) * RATE // 1000
            packets += [*track.encode(frame), *track.encode(None)]
        packets.sort(key=lambda p: p.dts * p.time_base if p.dts is not None else Fraction(0))
        for packet in packets:
            file.mux(packet)
    return path
