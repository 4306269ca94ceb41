"""Reads a video file: the pictures at given times, all pictures in order.

Owns times and order. Does not write or interpret pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from av.video.frame import VideoFrame

from capture.video.damage import Damage
from capture.video.frames import Picture, lightness, shrunk, upright, upright_within
from capture.video.media_file import TICKS, VideoFile


class TimedFrame(NamedTuple):
    """A picture and the time (ms from the file's zero) from which it is shown."""

    at_ms: int
    picture: Picture


def grab_frame(path: Path, at_ms: int) -> Picture:
    """The picture shown at ``at_ms``: BGR (h, w, 3), upright.

    Before the first picture it is the first, after the last the last. Raises VideoError when the file
    has no picture or cannot be read.
    """
    return grab_frames(path, [at_ms])[0]


def grab_frames(path: Path, moments_ms: Sequence[int]) -> list[Picture]:
    """Pictures at several times, in the order of ``moments_ms``; the file is opened once. Raises VideoError."""
    found: dict[int, Picture] = {}
    with VideoFile(path) as video:
        for at_ms in sorted(set(moments_ms)):
            found[at_ms] = upright(_frame_at(video, at_ms), float(video.pixel_shape))
    return [found[at_ms] for at_ms in moments_ms]


def _frame_at(video: VideoFile, at_ms: int) -> VideoFrame:
    moments = video.pictures(at_ms)
    _, current = next(moments)  # pictures() raises rather than yield nothing
    for at, frame in moments:
        if at > at_ms * TICKS:
            break
        current = frame
    return current


def frames(
    path: Path,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    width: int | None = None,
    grey: bool = False,
    damage: Damage | None = None,
) -> Iterator[TimedFrame]:
    """Pictures in order: the one shown at ``start_ms``, then every later one before ``end_ms``.

    ``width`` scales down (never up), keeping the aspect ratio; ``grey`` gives luma (h, w), not rotated. ``damage``
    counts what is read. Raises VideoError.
    """
    current: VideoFrame | None = None
    with VideoFile(path) as video:
        video.damage = damage or video.damage

        def convert(frame: VideoFrame) -> Picture:
            if grey:
                light = lightness(frame)
                return light if width is None or light.shape[1] <= width else shrunk(light, width)
            stretch = float(video.pixel_shape)
            return upright(frame, stretch) if width is None else upright_within(frame, width, stretch)

        for at, frame in video.pictures(start_ms):
            at_ms = -(-at // TICKS)  # the first whole millisecond that shows it, as grab_frame counts
            if at_ms <= start_ms:
                current = frame
                continue
            if current is not None:
                yield TimedFrame(start_ms, convert(current))
                current = None
            if end_ms is not None and at_ms >= end_ms:
                return
            yield TimedFrame(at_ms, convert(frame))
        if current is not None:
            yield TimedFrame(start_ms, convert(current))
