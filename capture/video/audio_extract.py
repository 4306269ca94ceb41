"""Extracts a clip's sound to a file of its own, for listening only. Copies packets bit for bit, without re-encoding."""

from __future__ import annotations

from pathlib import Path

import av

from capture.errors import VideoError
from capture.video.media_file import VideoFile, video_errors


def extract_sound(path: Path, output: Path) -> Path:
    """Copy the first sound track of ``path`` to ``output``, an MP4 (``.m4a``), atomically; returns ``output``.

    Raises VideoError when there is no sound, or when either file cannot be used.
    """
    part = output.with_name(f".{output.name}.part")
    try:
        with video_errors(path), VideoFile(path) as video:
            if not video.sounds:
                raise VideoError(f"{path} has no sound", "There is nothing to listen to in it.")
            with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                stream = container.add_stream_from_template(video.sounds[0])
                for packet in video.container.demux(video.sounds[0]):
                    if packet.dts is not None and packet.size:
                        packet.stream = stream
                        container.mux(packet)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return output
