"""RecentPictures: the last pictures of a take while it is recorded, as they reach the disk.

Costs the recorder nothing, which does not take part. Owns which packets are kept. Does not interpret pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import cast

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from capture.errors import VideoError
from capture.video.frames import Picture, upright
from capture.video.media_file import TICKS, VideoFile, video_errors
from capture.video.tail_reader import Growing


class RecentPictures:
    """The last ``keep_ms`` of the pictures of a growing take, as packets; a picture is decoded when it is asked for.

    Decoding all of them as they come would cost as much as recording them. Raises VideoError when the file cannot be
    read. Use as a context manager.
    """

    def __init__(self, path: Path, grows: Callable[[], bool], keep_ms: int) -> None:
        self._keep, self._file = keep_ms * TICKS, Growing(path, grows)
        try:
            self._video = VideoFile(path, self._file)
        except VideoError:
            self._file.close()
            raise
        self._packets: list[tuple[int, Packet[VideoStream]]] = []

    def __enter__(self) -> RecentPictures:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._video.container.close()
        self._file.close()

    def grow(self) -> Iterator[int]:
        """Read on to the end of the take; yields the time (ms) of each picture, in order."""
        if self._video.picture is None:
            return
        with suppress(av.FFmpegError, OSError):  # a file closed or deleted meanwhile ends here
            for packet in self._video.container.demux(self._video.picture):
                if packet.size and (at := self._video.ticks(packet)) is not None:
                    self._add(at, packet)
                    yield at // TICKS

    def _add(self, at: int, packet: Packet[VideoStream]) -> None:
        if packet.is_keyframe:  # a picture needs all packets from its key frame on
            keys = [when for when, one in self._packets if one.is_keyframe and when <= at - self._keep]
            self._packets = [(when, one) for when, one in self._packets if when >= (keys or [0])[-1]]
        self._packets.append((at, packet))

    def picture(self, at_ms: int) -> Picture:
        """The picture shown at a time (ms), like ``grab_frame``. Raises VideoError when it is not kept or damaged."""
        shown = [(at, one) for at, one in self._packets if at <= at_ms * TICKS]
        first = max((n for n, (_, one) in enumerate(shown) if one.is_keyframe), default=None)
        if first is None or self._video.picture is None:
            raise VideoError(f"{self._video.path} has no picture at {at_ms} ms in memory")
        with video_errors(self._video.path):
            decoder = cast("VideoCodecContext", VideoCodecContext.create(self._video.picture.codec_context.name, "r"))
            decoder.extradata = self._video.picture.codec_context.extradata
            frames = [frame for _, one in shown[first:] for frame in decoder.decode(one)] + decoder.decode(None)
        if not frames:
            raise VideoError(f"{self._video.path} has no picture at {at_ms} ms that can be decoded")
        return upright(frames[-1], float(self._video.pixel_shape))
