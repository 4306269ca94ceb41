"""The sound of a clip in a file of its own, copied to the bit: for those who only listen.

Refuses to decode and encode anew.
"""

from __future__ import annotations

from pathlib import Path

import av

from capture.errors import VideoError
from capture.video.media_file import VideoFile, video_errors


def extract_sound(path: Path, output: Path) -> Path:
    """Copy the first sound track of ``path`` into ``output``, an MP4 (``.m4a``), whole or not at all; returns it.

    Raises VideoError when there is none, or when either file cannot be used.
    """
    part = output.with_name(f".{output.name}.part")
    try:
        with video_errors(path), VideoFile(path) as footage:
            if not footage.sounds:
                raise VideoError(f"{path} has no sound", "There is nothing to listen to in it.")
            with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                stream = container.add_stream_from_template(footage.sounds[0])
                for packet in footage.container.demux(footage.sounds[0]):
                    if packet.dts is not None and packet.size:
                        packet.stream = stream
                        container.mux(packet)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return output
