"""Repair of a take's video after a crash: copies its whole packets to an ordinary MP4 and checks the result.

Browsers that record VP8 get an ordinary WebM instead, because no MP4 holds VP8.

Does not re-encode: recorded packets are copied bit for bit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from capture.errors import VideoError
from capture.video.media_file import VideoFile, copy_packets, video_errors
from capture.video.media_info import packets_end_ms
from capture.video.reader import grab_frames


def repair(path: Path, output: Path) -> int:
    """Copy the whole packets of ``path`` to ``output``; its length in ms. Raises VideoError when there are none."""
    with video_errors(path), VideoFile(path) as video, av.open(str(output), "w", format=_format(video)) as container:
        sources: list[Any] = [s for s in (video.picture, *video.sounds) if s is not None]
        copied = copy_packets(video, sources, container)
    if not copied:
        raise VideoError(f"{path} holds nothing that could be kept", "Record it again.")
    return check(output)


def _format(video: VideoFile) -> str:
    return "webm" if video.picture is not None and video.picture.codec_context.name == "vp8" else "mp4"


def check(path: Path) -> int:
    """Seek to a file's start, middle and end and decode there; its length in ms. Raises VideoError."""
    with video_errors(path):
        with VideoFile(path) as video:
            duration_ms = packets_end_ms(video)
        grab_frames(path, sorted({0, duration_ms // 2, max(0, duration_ms - 1)}))
    return duration_ms


def decodes(path: Path) -> bool:
    """Whether anything of a file can be shown."""
    try:
        check(path)
    except VideoError:
        return False
    return True
