"""Mending a take's video that a crash left: its whole packets in an ordinary MP4, checked that it decodes and seeks.

Refuses to decode and encode anew: what was recorded is kept to the bit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from capture.errors import VideoError
from capture.video.media_file import VideoFile, video_errors
from capture.video.media_info import packets_end_ms
from capture.video.reader import grab_frames


def mend(path: Path, output: Path) -> int:
    """Copy what is whole in ``path`` to ``output``; its length in ms. Raises VideoError when nothing can be kept."""
    with video_errors(path), VideoFile(path) as footage, av.open(str(output), "w", format="mp4") as container:
        sources: list[Any] = [s for s in (footage.picture, *footage.sounds) if s is not None]
        streams = {stream.index: container.add_stream_from_template(stream) for stream in sources}
        kept = 0
        for packet in footage.container.demux(sources):
            if packet.dts is None or not packet.size:
                continue
            packet.stream = streams[packet.stream.index]
            container.mux(packet)
            kept += 1
    if not kept:
        raise VideoError(f"{path} holds nothing that could be kept", "Record it again.")
    return check(output)


def check(path: Path) -> int:
    """Make sure a file decodes at its start, middle and end, seeking there; its length in ms. Raises VideoError."""
    with video_errors(path):
        with VideoFile(path) as footage:
            duration_ms = packets_end_ms(footage)
        grab_frames(path, sorted({0, duration_ms // 2, max(0, duration_ms - 1)}))
    return duration_ms
