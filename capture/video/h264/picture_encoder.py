"""PictureEncoder: encodes a take's pictures with x264 at changing quantizers into one stream.

Owns the encoders, one for each level of ``BitRateControl``, and the key frame at each change between them. x264's
quantizer cannot change while it runs; ``stitchable`` makes all encoders of a size describe their streams alike, so that
their pictures may follow each other. For one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from capture.video.h264.bit_rate import QUANTIZERS, BitRateControl, ceiling

TICKS_PER_MS = 90
TIME_BASE = Fraction(1, TICKS_PER_MS * 1000)
H264 = {
    # Measured on a 1080p screen: ultrafast 2.9 ms a frame, superfast 4.8 for 18 % less, veryfast 4.6 for 20 % less.
    "preset": "ultrafast",
    "tune": "zerolatency",
    "qp": str(QUANTIZERS[0]),
    "forced-idr": "1",
    # Key frames are placed by time; x264 counts frames, which is meaningless at a variable frame rate.
    "x264-params": "keyint=infinite:scenecut=0:bframes=0:stitchable=1",
}
"""x264 options of a take; ``capture/render/packet_copier.py`` encodes single frames of a clip with the same ones."""
H264_BEFORE = H264 | {"x264-params": "keyint=infinite:scenecut=0:bframes=0"}
"""Those of takes recorded before the quantizer could change."""


def configure(context: VideoCodecContext, width: int, height: int) -> None:
    """Set what all encoders of a take have in common, but for their options."""
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    # One thread: x264's own threads cost more than they gain on frames with few changes.
    context.thread_count, context.time_base = 1, TIME_BASE
    # OpenCV converts with BT.601 in limited range; untagged, a player would assume BT.709 for large pictures.
    context.colorspace, context.color_range = 6, 1
    context.color_primaries, context.color_trc = 1, 1


class PictureEncoder:
    """Encodes the pictures of ``stream``, which was made with H264 and :func:`configure`."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._contexts: dict[int, VideoCodecContext] = {0: stream.codec_context}
        self._control = BitRateControl(ceiling(stream.width, stream.height))
        self._level = 0
        self._after_key = False
        self._count = 0

    def encode(self, frame: VideoFrame, at_ns: int, *, key: bool) -> Iterator[Packet[VideoStream]]:
        """Encode one picture, shown from ``at_ns`` of take time on."""
        level = self._control.level_at(at_ns)
        # Two key frames in a row of two encoders may have the same number, and would be read as one picture.
        if level != self._level and not self._after_key and self._opened(level):
            self._level, key = level, True
        key = key or not self._count
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._after_key, self._count = key, self._count + 1
        for packet in self._contexts[self._level].encode(frame):
            packet.stream = self._stream
            if not key:
                self._control.add(at_ns, packet.size)
            yield packet

    def _opened(self, level: int) -> bool:
        """Whether there is an encoder of that level whose pictures fit into the stream; opens it the first time."""
        if level not in self._contexts:
            context = av.CodecContext.create("libx264", "w")
            assert isinstance(context, VideoCodecContext)  # noqa: S101  the stubs do not tell by the codec's name
            configure(context, self._stream.width, self._stream.height)
            context.framerate = self._stream.codec_context.framerate
            context.options = H264 | {"qp": str(QUANTIZERS[level])}
            context.flags |= Flags.global_header
            context.open()
            self._contexts[level] = context
        return self._contexts[level].extradata == self._contexts[0].extradata
