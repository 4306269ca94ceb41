"""Encodes a clip anew, each picture cropped to what a caller wants to show then, with something laid over it.

Owns times, scaling and encoding. Does not know why something is shown. The sound is copied packet by packet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any, TypeAlias

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from capture.files import replace_file
from capture.model import Region
from capture.video.frames import Picture
from capture.video.h264.picture_encoder import TICKS_PER_MS, TIME_BASE, configure
from capture.video.media_file import VideoFile, video_errors
from capture.video.reader import frames

TICK_MS = 40
"""A picture is encoded at most that often: 25 a second, enough for a view that moves."""
_KEY_MS = 5_000  # between key frames, so that a player can jump
_H264 = {"preset": "veryfast", "crf": "23", "x264-params": "bframes=0:keyint=infinite:scenecut=0"}

Overlay: TypeAlias = "NDArray[np.uint8]"
"""Laid over the middle of the lower edge: BGR and opacity, shape (height, width, 4)."""


@dataclass(frozen=True)
class CropPlan:
    """A film to write: its size (width, height, both even), length, and what it shows when.

    ``view``: the region of the clip's pictures at a time (ms). ``overlay``: what is laid over it then; it returns the
    same array as long as that is the same.
    """

    size: tuple[int, int]
    duration_ms: int
    view: Callable[[int], Region]
    overlay: Callable[[int], Overlay | None]


def write_cropped(video: Path, output: Path, plan: CropPlan) -> None:
    """Write the clip ``video`` as an MP4, atomically. Raises VideoError, OSError."""
    part = output.with_name(f".{output.name}.part")
    try:
        options = {"movflags": "+faststart"}
        with (
            video_errors(video),
            VideoFile(video) as source,
            av.open(str(part), "w", format="mp4", options=options) as container,
        ):
            _write(container, source, _pictures(video, plan), plan.size)
        replace_file(part, output)
    finally:
        part.unlink(missing_ok=True)


def _write(
    container: OutputContainer, source: VideoFile, pictures: Iterator[tuple[int, Picture]], size: tuple[int, int]
) -> None:
    stream = container.add_stream("libx264", rate=1000 // TICK_MS, options=dict(_H264))
    configure(stream.codec_context, *size)
    sounds = source.sounds[:1]
    copies = [container.add_stream_from_template(sound) for sound in sounds]

    def encoded() -> Iterator[Any]:
        next_key_ms = 0
        for at_ms, picture in pictures:
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = at_ms * TICKS_PER_MS, TIME_BASE
            if at_ms >= next_key_ms:
                frame.pict_type, next_key_ms = 1, at_ms + _KEY_MS
            yield from stream.encode(frame)
        yield from stream.encode(None)

    def copied() -> Iterator[Any]:
        for packet in source.container.demux(*sounds) if sounds else ():
            if packet.dts is not None:
                packet.stream = copies[0]
                yield packet

    for packet in merge(encoded(), copied(), key=lambda one: float(one.dts * one.time_base)):
        container.mux(packet)


def _pictures(video: Path, plan: CropPlan) -> Iterator[tuple[int, Picture]]:
    """Each picture that differs from the one before, and when it is shown first (ms)."""
    coming = frames(video)
    current = next(coming, None)
    following = next(coming, None)
    shown: tuple[int, Region, int] | None = None
    for tick_ms in range(0, plan.duration_ms, TICK_MS):
        while following is not None and following.at_ms <= tick_ms:
            current, following = following, next(coming, None)
        if current is None:
            return
        region, above = plan.view(tick_ms), plan.overlay(tick_ms)
        now = (current.at_ms, region, id(above))
        if now != shown:
            shown = now
            yield tick_ms, _laid_over(_scaled(current.picture, region, plan.size), above)


def _scaled(picture: Picture, region: Region, size: tuple[int, int]) -> Picture:
    inside = region.intersect(Region(0, 0, picture.shape[1], picture.shape[0]))
    part = picture[inside.y : inside.bottom, inside.x : inside.right] if not inside.empty else picture
    smaller = part.shape[1] > size[0]
    scaled = cv2.resize(part, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.asarray(scaled, np.uint8)


def _laid_over(picture: Picture, overlay: Overlay | None) -> Picture:
    if overlay is None:
        return picture
    high, wide = min(overlay.shape[0], picture.shape[0]), min(overlay.shape[1], picture.shape[1])
    top, left = picture.shape[0] - high, (picture.shape[1] - wide) // 2
    under = picture[top:, left : left + wide].astype(np.float32)
    colour, opacity = overlay[:high, :wide, :3], overlay[:high, :wide, 3:].astype(np.float32) / 255
    mixed = picture.copy()
    mixed[top:, left : left + wide] = (under + (colour - under) * opacity).astype(np.uint8)
    return mixed
