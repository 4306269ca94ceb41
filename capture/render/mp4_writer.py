"""Mp4Writer: writes an MP4 of H.264 at variable frame rate and AAC, with faststart, from 0 without an edit list.

Owns encoder settings and muxing; pictures may be decoded frames or samples of another MP4.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from capture.model import Region
from capture.render.aac_encoder import AAC, FRAME, LAYOUTS
from capture.render.blur import blurred
from capture.render.clip_audio import RATE
from capture.video.frames import encodable, even_size, swaps_axes
from capture.video.media_file import TICKS

_TIME_BASE = Fraction(1, TICKS * 1000)
_H264 = {
    # Measured on 41 s of a 1080p demo: superfast at 22 takes 3.5 s of CPU for 3.0 MB (SSIM 0.9988), veryfast at 20
    # 4.4 s for 2.8 MB (0.9983), ultrafast 3.0 s for 4.3 MB.
    "preset": "superfast",
    "crf": "22",
    "forced-idr": "1",
    # Key frames are placed by time; x264 counts frames, which is meaningless at a variable frame rate.
    "x264-params": "bframes=0:keyint=infinite:scenecut=0",
}


class Mp4Writer:
    """An MP4 at ``path``, with ``channels`` of sound (0 for none).

    ``first`` is its first frame, which gives the size, or the stream from which samples are copied. ``options`` are
    those of x264, for frames. Without ``finish`` it is closed incomplete, and the caller removes it.
    """

    def __init__(
        self,
        path: Path,
        first: VideoFrame | VideoStream,
        channels: int,
        pixel_shape: Fraction = Fraction(1),
        options: Mapping[str, str] = _H264,
    ) -> None:
        self.channels = channels
        self._file: OutputContainer = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        if isinstance(first, VideoStream):
            self._picture, self._size = self._file.add_stream_from_template(first), (first.width, first.height)
        else:
            self._picture, self._size = self._encoder(first, pixel_shape, options), even_size(first)
        self._sound = self._file.add_stream("aac", rate=RATE, options=dict(AAC)) if channels else None
        if self._sound is not None:
            self._sound.codec_context.layout = LAYOUTS[channels]
        self._held: Packet[VideoStream] | None = None
        self._open = True

    def __enter__(self) -> Mp4Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:  # an error is being raised already; errors of closing add nothing
            with contextlib.suppress(av.FFmpegError, OSError):
                self._file.close()

    def _encoder(self, first: VideoFrame, pixel_shape: Fraction, options: Mapping[str, str]) -> VideoStream:
        sample = encodable(first, even_size(first))
        stream = self._file.add_stream("libx264", rate=30, options=dict(options))
        context = stream.codec_context
        context.width, context.height = even_size(first)
        context.sample_aspect_ratio = 1 / pixel_shape if swaps_axes(first) else pixel_shape
        context.pix_fmt, context.time_base = "yuv420p", _TIME_BASE
        context.color_range, context.colorspace = sample.color_range, sample.colorspace
        context.color_primaries, context.color_trc = sample.color_primaries, sample.color_trc
        return stream

    def add_sample(self, at: int, data: bytes, *, key: bool) -> None:
        """Add an encoded picture, shown from ``at`` (ticks of 90 kHz) on."""
        packet: Any = Packet(data)
        packet.pts = packet.dts = at
        packet.time_base, packet.is_keyframe, packet.stream = _TIME_BASE, key, self._picture
        self._mux_pictures([packet])

    def add_picture(self, at: int, frame: VideoFrame, *, key: bool, blurs: Sequence[Region] = ()) -> None:
        """Encode and add ``frame``, shown from ``at`` (ticks of 90 kHz) on, with the ``blurs`` made unreadable."""
        frame = blurred(encodable(frame, self._size), blurs)
        frame.pts, frame.time_base = at, _TIME_BASE
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._mux_pictures(self._picture.encode(frame))

    def add_sound(self, number: int, data: bytes) -> None:
        """Add the AAC frame ``number`` (from 0)."""
        packet: Any = Packet(data)
        packet.pts = packet.dts = number * FRAME
        packet.duration, packet.time_base, packet.stream = FRAME, Fraction(1, RATE), self._sound
        self._file.mux(packet)

    def finish(self, end: int) -> None:
        """Write the rest and close; the last picture is shown until ``end`` ticks."""
        self._mux_pictures(self._picture.encode(None))
        if self._held is not None:
            self._held.duration = end - (self._held.pts or 0)
            self._file.mux(self._held)
        self._open = False
        self._file.close()

    def _mux_pictures(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:  # one packet is held back until its duration is known
            if self._held is not None:
                self._held.duration = (packet.pts or 0) - (self._held.pts or 0)
                self._file.mux(self._held)
            self._held = packet
