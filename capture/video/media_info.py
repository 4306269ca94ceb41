"""What a video file is: its length, size, tracks. Refuses to judge whether that will do."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from capture.errors import VideoError
from capture.video.media_file import VideoFile, video_errors


class VideoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of a video file. ``width`` and ``height`` are of the stored picture, 0 without one; ``fps`` on average."""

    duration_ms: int
    width: int
    height: int
    has_video: bool
    has_sound: bool
    fps: float


def probe(path: Path) -> VideoFacts:
    """The facts of a file, by its index where it has a whole one, else by reading it through.

    Raises VideoError in one line: missing, unreadable, empty, cut short before its index, neither picture nor sound, or
    lasting no time at all.
    """
    with video_errors(path):
        if path.is_file() and not path.stat().st_size:
            raise VideoError(f"{path} is empty", "Give a file with video in it.")
        with VideoFile(path) as footage:
            if footage.picture is None and not footage.sounds:
                raise VideoError(f"{path} has neither picture nor sound", "Give a file with video in it.")
            facts = _facts(footage)
    if not facts.duration_ms:
        raise VideoError(f"{path} lasts no time at all", "Give a file with moving pictures.")
    return facts


def _facts(footage: VideoFile) -> VideoFacts:
    picture = footage.picture
    return VideoFacts(
        duration_ms=_duration_ms(footage),
        width=picture.width if picture is not None else 0,
        height=picture.height if picture is not None else 0,
        has_video=picture is not None,
        has_sound=bool(footage.sounds),
        fps=round(float(picture.average_rate or 0), 3) if picture is not None else 0.0,
    )


def _duration_ms(footage: VideoFile) -> int:
    if (stated := footage.container.duration) is not None and stated > 0:
        return round(stated / 1000)
    return packets_end_ms(footage)


def packets_end_ms(footage: VideoFile) -> int:
    """Where the last packet of any chosen stream ends, read through the whole file without decoding."""
    streams: list[Any] = [s for s in (footage.picture, *footage.sounds) if s is not None]
    end = Fraction(0)
    for packet in footage.container.demux(streams):
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    return max(0, round((end - footage.zero) * 1000))
