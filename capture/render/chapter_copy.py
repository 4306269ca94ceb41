"""Copies a clip packet by packet into an MP4 with chapters, a title and an author, for players and platforms.

Nothing is encoded: picture and sound are the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from capture.files import replace_file
from capture.span import TitledSpan
from capture.video.media_file import VideoFile, copy_packets, video_errors

if TYPE_CHECKING:
    from av.container.core import Chapter  # a type of its stubs alone

_MS = Fraction(1, 1000)
_FAST = {"movflags": "+faststart"}


def copy_clip(clip: Path, output: Path, spans: Sequence[TitledSpan], title: str = "", author: str = "") -> Path:
    """Write ``clip`` to ``output`` with a chapter for each span (clip time), atomically; returns ``output``.

    Raises VideoError when either file cannot be used.
    """
    part = output.with_name(f".{output.name}.part")
    try:
        with video_errors(clip), VideoFile(clip) as video, av.open(str(part), "w", format="mp4", options=_FAST) as mp4:
            mp4.metadata.update({name: text for name, text in (("title", title), ("artist", author)) if text})
            mp4.set_chapters([_chapter(number, span) for number, span in enumerate(spans)])
            streams = [stream for stream in (video.picture, *video.sounds[:1]) if stream is not None]
            copy_packets(video, streams, mp4)
        replace_file(part, output)
    finally:
        part.unlink(missing_ok=True)
    return output


def _chapter(number: int, span: TitledSpan) -> Chapter:
    title = {"title": span.title}
    return {"id": number, "start": span.start_ms, "end": span.end_ms, "time_base": _MS, "metadata": title}
