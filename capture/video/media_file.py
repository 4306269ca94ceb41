"""VideoFile: an open video file as one timeline from zero, its frames in order with exact times.

Owns opening a file, choosing its streams, the position of time zero, and turning FFmpeg's errors into VideoErrors.
Does not write or seek by byte.

Time zero is the start of the video, or of the audio if that starts well before it. So a file whose streams start late
(MPEG-TS at 1.4 s) still begins at 0, and audio and video stay in sync. Times are ticks of a 90 kHz clock, 90 to the
millisecond.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.errors import VideoError
from capture.video.damage import Damage
from capture.video.picture_files import picture_kind

TICKS = 90
"""Ticks in a millisecond; 90 kHz holds every common frame rate exactly."""

_MATROSKA = b"\x1aE\xdf\xa3"
_GROWING = {"analyzeduration": "0", "probesize": "4096"}  # the header is complete; do not wait for more data
_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,wav,mp3,flac,aac,gif,apng"
# A playlist file, which only lists other files or addresses, could make showhow fetch whatever its author likes.
_SAFE = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
MOST_PIXELS = 2**26
"""Two 8K screens. A file of a megabyte can declare a picture that takes gigabytes when decoded."""
LONGEST_S = 24 * 3600
"""A file that declares a longer duration has wrong times; filling the gap would take hours to process."""
# Audio that starts up to this much before the video is encoder priming (AAC 21 to 46 ms), not content.
_PRIMING_S = Fraction(1, 10)
_UNDECODED = "holds no picture that can be decoded"
_CONVERT = "Convert it with the program that made it, to MP4 with H.264."
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def video_errors(path: Path) -> Iterator[None]:
    """Turns errors of FFmpeg or the system about ``path`` into a VideoError of one line."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        raise as_video_error(path, error) from error


def as_video_error(path: Path, error: Exception) -> VideoError:
    """The VideoError for an error about ``path``."""
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


class Others(NamedTuple):
    """How many smaller pictures a file has, and sound tracks of an unknown codec."""

    pictures: int = 0
    unknown_sounds: int = 0


class VideoFile:
    """An open video file. ``picture`` (the largest) and ``sounds`` are its streams that can be decoded; ``zero`` is
    time zero in seconds of the file's timestamps, ``pixel_shape`` the width of a pixel divided by its height.
    ``others`` says of what kind the rest is: smaller pictures, codecs that FFmpeg does not know.

    ``growing`` is a file object to read instead while the file is being written: an MP4, or a Matroska file from a
    browser, read once from its start.
    ``damage`` counts what the pictures read so far lack. Raises VideoError when the file cannot be opened, or holds
    only pictures of an unknown codec. Use as a context manager.
    """

    def __init__(self, path: Path, growing: object = None) -> None:
        self.path, self._growing, self.damage = path, growing, Damage()
        self._open()

    def _open(self) -> None:
        with video_errors(self.path):
            if not self.path.is_file():
                raise VideoError(f"{self.path} is not a file") if self.path.exists() else FileNotFoundError
            if self._growing is None and (kind := picture_kind(self.path)):
                raise VideoError(f"{self.path} is {kind}, not a recording", "Give a video, or a moving GIF or APNG.")
            self.container: InputContainer = self._opened()
        streams = self.container.streams
        films = [s for s in streams.video if not s.disposition & Disposition.attached_pic]
        videos = [s for s in films if _known(s)]
        self.picture: VideoStream | None = max(videos, key=lambda s: s.width * s.height, default=None)
        self.sounds: tuple[AudioStream, ...] = tuple(s for s in streams.audio if _known(s))
        self.others = Others(max(0, len(videos) - 1), len(streams.audio) - len(self.sounds))
        if films and not videos:
            self.container.close()
            raise VideoError(f"{self.path} {_UNDECODED}: its codec is not known", _CONVERT)
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
        picture.codec_context.options = {"max_pixels": str(MOST_PIXELS)}  # a picture may be larger than the header says

    def _opened(self) -> InputContainer:
        if self._growing is not None:
            kind = _growing_format(self.path)
            return av.open(self._growing, "r", format=kind, options=dict(_GROWING), metadata_errors="replace")
        # "file:" keeps a colon in a name from being taken for a protocol.
        return av.open(
            f"file:{self.path.absolute()}",
            "r",
            options=_SAFE | {"max_pixels": str(MOST_PIXELS)},
            metadata_errors="replace",
        )

    def _zero(self) -> Fraction:
        video_start, audio_start = (
            (s.start_time or 0) * (s.time_base or Fraction(1)) if s is not None else None
            for s in (self.picture, self.sounds[0] if self.sounds else None)
        )
        if video_start is None or audio_start is None or 0 <= video_start - audio_start < _PRIMING_S:
            zero = video_start if video_start is not None else audio_start
        else:
            zero = min(video_start, audio_start)
        # The clock of MPEG-TS starts anew after 26.5 hours; FFmpeg counts what comes before that from below zero. In
        # other files only what is not shown is there.
        earliest = -LONGEST_S if "mpegts" in self.container.format.name else 0
        return max(Fraction(earliest), zero or Fraction(0))

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.container.close()

    def pictures(self, start_ms: int = 0) -> Iterator[tuple[int, VideoFrame]]:
        """Every frame in order with its ticks, from the one shown at ``start_ms`` or an earlier one on.

        Damaged parts are skipped. Raises VideoError when there is no video stream, or no frame can be decoded.
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
            # The file has no usable index (a browser's webm, a truncated take): start from the beginning.
            self.container.close()
            self._open()
        yield from self._from_start()

    def _from_start(self) -> Iterator[tuple[int, VideoFrame]]:
        shown = False
        for moment in self._decoded():
            shown = True
            yield moment
        if not shown:
            raise VideoError(f"{self.path} {_UNDECODED}", "Try to play or copy it again.")

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
        for frame in decode(self.container, self.picture, damage=self.damage):
            at = self.ticks(frame)
            if at is None or at <= last:  # a missing or repeated timestamp follows the one before it
                at = last + TICKS if at is None else at
            if at > last:
                yield at, frame
                last = at

    def ticks(self, frame: VideoFrame | Packet[VideoStream]) -> int | None:
        """The time of a picture, decoded or not; None when the file does not tell it."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is None or frame.time_base is None:
            return None
        return max(0, round((stamp * frame.time_base - self.zero) * 1000 * TICKS))


def _growing_format(path: Path) -> str:
    with path.open("rb") as file:
        return "matroska" if file.read(len(_MATROSKA)) == _MATROSKA else "mp4"


def _known(stream: Any) -> bool:
    """Whether FFmpeg knows the codec of a stream. One it does not know has no size, no rate and no decoder."""
    return getattr(stream, "codec_context", None) is not None


def decode(
    container: InputContainer,
    stream: Any,
    wanted: Callable[[Any], bool] = lambda _packet: True,
    damage: Damage | None = None,
) -> Iterator[Any]:
    """Every frame of a stream that can be decoded; damaged packets are skipped, a truncated end is the end.

    Packets for which ``wanted`` returns false are not decoded. ``damage`` counts what was read and what was skipped.
    """
    damage = damage or Damage()
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
            damage.note(packet, lost=True)
            continue
        damage.note(packet, lost=False)
        yield from frames


def copy_packets(video: VideoFile, sources: Sequence[Any], output: OutputContainer) -> int:
    """Copy the whole packets of some streams to another container bit for bit; their number."""
    streams = {stream.index: output.add_stream_from_template(stream) for stream in sources}
    copied = 0
    for packet in video.container.demux(*sources):
        if packet.dts is None or not packet.size:
            continue
        packet.stream = streams[packet.stream.index]
        output.mux(packet)
        copied += 1
    return copied
