"""A video file as one timeline from zero: its pictures in order, with exact times, and its faults in one line.

Owns opening a file, choosing its streams, where time zero lies, and turning FFmpeg's errors into VideoErrors.
Refuses to write, to seek by byte or to know what the pictures show.

Time zero is where the picture starts, or the sound if that starts well before it, so that a file whose streams start
late (MPEG-TS at 1.4 s) still begins at 0 and sound and picture keep their distance. Times are ticks of a 90 kHz clock,
90 to the millisecond.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.errors import VideoError

TICKS = 90
"""Ticks in a millisecond; 90 kHz holds every common frame rate exactly."""

_GROWING = {"analyzeduration": "0", "probesize": "4096"}  # everything is said at its beginning; wait for no more
_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,wav,mp3,flac,aac,gif"
# A file that only lists other files or addresses (a playlist) could make showhow fetch what its sender likes.
_SAFE = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
MOST_PIXELS = 2**26
"""Two screens of 8K. A megabyte of file can claim a picture that takes gigabytes once it is decoded."""
LONGEST_S = 24 * 3600
"""A file that claims to last longer has wrong times; filled up with stillness it would take hours to look through."""
# Sound that starts this little before the picture is an encoder's run-up (AAC 21 to 46 ms), not something to hear.
_PRIMING_S = Fraction(1, 10)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def video_errors(path: Path) -> Iterator[None]:
    """Whatever FFmpeg or the system says about ``path``, as a VideoError of one line."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        raise as_video_error(path, error) from error


def as_video_error(path: Path, error: Exception) -> VideoError:
    """The VideoError for what went wrong with ``path``."""
    if isinstance(error, FileNotFoundError):
        return VideoError(f"There is no file {path}", "Check the name.")
    if isinstance(error, PermissionError):
        return VideoError(f"{path} may not be opened", "Check its permissions.")
    if getattr(error, "errno", None) in _NO_ROOM:
        return VideoError(
            f"There is no room left to write {path}", "Free some space and run it again; nothing was lost."
        )
    if isinstance(error, ValueError):  # FFmpeg: invalid data
        return VideoError(f"{path} is no video that can be read, or it was cut short", "Try to play or copy it again.")
    return VideoError(f"{path} cannot be read or written: {getattr(error, 'strerror', None) or error}")


class VideoFile:
    """An open video file. ``picture`` and ``sounds`` are its streams; ``zero`` is its first moment in seconds,
    ``pixel_shape`` how much wider a pixel is than high.

    ``growing`` is what to read instead when the file is still being written: an MP4, from its beginning on, once.
    Raises VideoError when the file cannot be opened. Use as a context manager.
    """

    def __init__(self, path: Path, growing: object = None) -> None:
        self.path, self._growing = path, growing
        self._open()

    def _open(self) -> None:
        with video_errors(self.path):
            if not self.path.is_file():
                raise VideoError(f"{self.path} is not a file") if self.path.exists() else FileNotFoundError
            self.container: InputContainer = self._opened()
        streams = self.container.streams
        videos = (s for s in streams.video if not s.disposition & Disposition.attached_pic)
        self.picture: VideoStream | None = next(videos, None)
        self.sounds: tuple[AudioStream, ...] = tuple(streams.audio)
        if self.picture is not None:
            self._bound(self.picture)
            self.picture.thread_type = "AUTO"
        shape = self.picture.sample_aspect_ratio if self.picture is not None else None
        self.pixel_shape = shape or Fraction(1)
        self.zero = self._zero()

    def _bound(self, picture: VideoStream) -> None:
        if picture.width * picture.height > MOST_PIXELS:
            size = f"{picture.width} x {picture.height}"
            self.container.close()
            raise VideoError(f"{self.path} has a picture of {size}, more than any screen", "Make it smaller first.")
        picture.codec_context.options = {"max_pixels": str(MOST_PIXELS)}  # a picture may be larger than its file says

    def _opened(self) -> InputContainer:
        if self._growing is not None:
            return av.open(self._growing, "r", format="mp4", options=dict(_GROWING), metadata_errors="replace")
        # "file:" keeps a colon in a name from being taken for a protocol.
        return av.open(
            f"file:{self.path.absolute()}",
            "r",
            options=_SAFE | {"max_pixels": str(MOST_PIXELS)},
            metadata_errors="replace",
        )

    def _zero(self) -> Fraction:
        sight, hearing = (
            (s.start_time or 0) * (s.time_base or Fraction(1)) if s is not None else None
            for s in (self.picture, self.sounds[0] if self.sounds else None)
        )
        if sight is None or hearing is None or 0 <= sight - hearing < _PRIMING_S:
            zero = sight if sight is not None else hearing
        else:
            zero = min(sight, hearing)
        return max(Fraction(0), zero or Fraction(0))

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.container.close()

    def pictures(self, start_ms: int = 0) -> Iterator[tuple[int, VideoFrame]]:
        """Every picture in order with its ticks, beginning with the one standing at ``start_ms`` or one before it.

        Damaged stretches are skipped. Raises VideoError when there is no picture, or none can be decoded.
        """
        if self.picture is None:
            raise VideoError(f"{self.path} has no picture", "Give a file with video in it.")
        if start_ms > 0 and self._seek(self.picture, start_ms):
            moments = self._decoded()
            first = next(moments, None)
            if first is not None and first[0] <= start_ms * TICKS:
                yield first
                yield from moments
                return
            # The file has no usable index (a browser's webm, a take cut short): from the top, then.
            self.container.close()
            self._open()
        yield from self._from_the_top()

    def _from_the_top(self) -> Iterator[tuple[int, VideoFrame]]:
        shown = False
        for moment in self._decoded():
            shown = True
            yield moment
        if not shown:
            raise VideoError(f"{self.path} holds no picture that can be decoded", "Try to play or copy it again.")

    def _seek(self, stream: VideoStream, at_ms: int) -> bool:
        if stream.time_base is None:
            return False
        try:
            self.container.seek(int((Fraction(at_ms, 1000) + self.zero) / stream.time_base), stream=stream)
        except av.FFmpegError:
            return False
        return True

    def _decoded(self) -> Iterator[tuple[int, VideoFrame]]:
        last = -1
        for frame in decode(self.container, self.picture):
            at = self._ticks(frame)
            if at is None or at <= last:  # a moment that is not said, or said twice, follows the one before it
                at = last + TICKS if at is None else at
            if at > last:
                yield at, frame
                last = at

    def _ticks(self, frame: VideoFrame) -> int | None:
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is None or frame.time_base is None:
            return None
        return max(0, round((stamp * frame.time_base - self.zero) * 1000 * TICKS))


def decode(
    container: InputContainer, stream: Any, wanted: Callable[[Any], bool] = lambda _packet: True
) -> Iterator[Any]:
    """Every frame of a stream that can be decoded; damaged packets are skipped, a truncated end is the end.

    ``wanted`` may say of a packet that nobody needs what is in it.
    """
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
        except (av.FFmpegError, OSError):
            return
        if not wanted(packet):
            continue
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        yield from frames
