"""``write_titled``: a clip copied packet by packet, with its title and author written into the file.

A filed clip has none: its title may change without a new clip, and versions share one file. Pictures, sound, their
times and chapters stay as they are.
"""

from __future__ import annotations

from pathlib import Path

import av

from capture.video.media_file import video_errors

_OPTIONS = {"movflags": "+faststart", "use_editlist": "0", "video_track_timescale": "90000"}
"""As the clip was written: it starts at 0 in every player, and its index comes first."""


def write_titled(source: Path, output: Path, *, title: str, author: str = "") -> Path:
    """Write the copy; returns ``output``, which is replaced only after success. Raises VideoError."""
    part = output.with_name(f".{output.name}.part")
    with video_errors(source):
        try:
            with av.open(str(source)) as clip, av.open(str(part), "w", format="mp4", options=_OPTIONS) as copy:
                copy.metadata.update({"title": title, "artist": author} if author else {"title": title})
                kept = [stream for stream in clip.streams if stream.type in {"video", "audio"}]
                copies = {stream.index: copy.add_stream_from_template(stream) for stream in kept}
                copy.set_chapters(clip.chapters())
                for packet in clip.demux(kept):
                    if packet.size:
                        packet.stream = copies[packet.stream.index]
                        copy.mux(packet)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
    return output
