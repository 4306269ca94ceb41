"""Text tracks inside a video file (``mov_text``, SRT, WebVTT, ASS): their lines and times. Does not interpret text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av

from capture.video.media_file import VideoFile, video_errors

_TEXT = {"mov_text", "subrip", "srt", "webvtt", "text", "ass", "ssa"}
_MOST = 200_000


class TextTrack(NamedTuple):
    """A text track: its language as the file names it (``eng``; empty without), and start, end (ms) and text of each
    line."""

    language: str
    lines: list[tuple[int, int, str]]


def text_track(path: Path) -> TextTrack | None:
    """The text track of a file that a player would show, else the first one; None without one. Raises VideoError."""
    with video_errors(path), VideoFile(path) as video:
        tracks = [s for s in video.container.streams.subtitles if _is_text(s)]
        if not tracks:
            return None
        chosen: Any = next((s for s in tracks if "default" in str(s.disposition)), tracks[0])
        language = str(chosen.metadata.get("language", "")).lower()
        return TextTrack("" if language == "und" else language, list(_lines(video, chosen)))


def _is_text(stream: Any) -> bool:
    """Whether a stream is text. One in an unknown codec has no codec context."""
    return getattr(getattr(stream, "codec_context", None), "name", "") in _TEXT


def _lines(video: VideoFile, stream: Any) -> Iterator[tuple[int, int, str]]:
    form = stream.codec_context.name
    try:
        for count, packet in enumerate(video.container.demux(stream)):
            if count >= _MOST:
                return
            if packet.pts is None or not packet.size or not packet.time_base:
                continue
            start = round((packet.pts * packet.time_base - video.zero) * 1000)
            length = round((packet.duration or 0) * packet.time_base * 1000)
            if (text := _text(bytes(packet), form)) and start >= 0 and length > 0:
                yield start, start + length, text
    except (av.FFmpegError, OSError):  # a truncated end is the end
        return


def _text(data: bytes, form: str) -> str:
    if form == "mov_text":  # its length in two bytes, then boxes with styles
        data = data[2 : 2 + int.from_bytes(data[:2], "big")]
    text = data.decode("utf-8", "replace")
    if form in {"ass", "ssa"}:
        text = text.split(",", 8)[-1].replace("\\N", "\n").replace("\\n", "\n")
    return text.strip()
