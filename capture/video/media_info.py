"""VideoFacts: duration, size and tracks of a video file. Does not judge whether they are suitable."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from capture.errors import VideoError
from capture.video.media_file import VideoFile, video_errors


class VideoFacts(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """Facts of a video file. ``width`` and ``height`` are of the stored picture, 0 without one; ``fps`` on average.

    ``more_sounds``: sound tracks after the first. ``smaller_pictures``, ``unknown_sounds``: what is in it and not read.
    An id is made of its ``repr``: what ordinary files do not have has a default, which is left out.
    """

    duration_ms: int
    width: int
    height: int
    has_video: bool
    has_sound: bool
    fps: float
    more_sounds: int = 0
    smaller_pictures: int = 0
    unknown_sounds: int = 0


def probe(path: Path) -> VideoFacts:
    """The facts of a file, from its index where it has a complete one, else by reading it to the end.

    Raises VideoError when it is missing, unreadable, empty, truncated before its index, without video and audio, or of
    zero length.
    """
    with video_errors(path):
        if path.is_file() and not path.stat().st_size:
            raise VideoError(f"{path} is empty", "Give a file with video in it.")
        with VideoFile(path) as video:
            if video.picture is None and not video.sounds:
                raise VideoError(f"{path} has neither picture nor sound", "Give a file with video in it.")
            facts = _facts(video)
    if not facts.duration_ms:
        raise VideoError(f"{path} lasts no time at all", "Give a file with moving pictures.")
    return facts


def _facts(video: VideoFile) -> VideoFacts:
    picture = video.picture
    return VideoFacts(
        duration_ms=_duration_ms(video),
        width=picture.width if picture is not None else 0,
        height=picture.height if picture is not None else 0,
        has_video=picture is not None,
        has_sound=bool(video.sounds),
        fps=round(float(picture.average_rate or 0), 3) if picture is not None else 0.0,
        more_sounds=max(0, len(video.sounds) - 1),
        smaller_pictures=video.others.pictures,
        unknown_sounds=video.others.unknown_sounds,
    )


def _duration_ms(video: VideoFile) -> int:
    if (stated := video.container.duration) is not None and stated > 0:
        return round(stated / 1000)
    return packets_end_ms(video)


def packets_end_ms(video: VideoFile) -> int:
    """End of the last packet of any stream in ms, found by reading the whole file without decoding."""
    streams: list[Any] = [s for s in (video.picture, *video.sounds) if s is not None]
    end = Fraction(0)
    for packet in video.container.demux(streams):
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    return max(0, round((end - video.zero) * 1000))
