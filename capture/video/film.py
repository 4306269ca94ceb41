"""An MP4 being written: H.264 pictures at true times and AAC sound, faststart, starting at 0 without an edit list.

Owns encoder settings and muxing; pictures may come decoded or as samples of another MP4.
Refuses to know where pictures and sound come from.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from capture.model import Region
from capture.video.pictures import encodable, even_size, lies_down
from capture.video.sound import Samples
from capture.video.timeline import TICKS
from capture.video.veil import veiled

RATE = 32_000
"""Hz; a voice has nothing beyond 16 kHz, and at 48 kHz the encoder takes half as long again."""
BLOCK = 1_024
"""Samples in an AAC frame."""

_TIME_BASE = Fraction(1, TICKS * 1000)
_H264 = {
    # Measured on 41 s of a 1080p demo: superfast at 22 takes 3.5 s of CPU for 3.0 MB (SSIM 0.9988), veryfast at 20
    # 4.4 s for 2.8 MB (0.9983), ultrafast 3.0 s for 4.3 MB.
    "preset": "superfast",
    "crf": "22",
    "forced-idr": "1",
    # Key frames are placed by time; x264 counts pictures, which says nothing when their times vary.
    "x264-params": "bframes=0:keyint=infinite:scenecut=0",
}
# CPU and nearness of a minute of narration, mono (signal to noise, log spectrum below 8 kHz): the fast coder at an even
# quality 0.19 s, 33.2 dB, 3.6 dB for 618 kB; at 96 kb/s and 48 kHz 0.32 s, 32.6 dB, 3.7 dB for 771 kB, and of a soft
# voice 0.5 s, for it goes round and round to spend its bits; the other coder 0.8 s, 26 dB. Temporal noise shaping costs
# a tenth and brings none nearer.
_BITS = 80_000  # a second, for each channel: what the encoder bounds its bandwidth by
_AAC = {"aac_coder": "fast", "aac_pns": "0", "aac_tns": "0", "flags": "+qscale", "global_quality": "142"}


class Film:
    """A film at ``path``, with ``channels`` of sound (0 for none).

    ``first`` is its first picture, whose size it takes, or the stream its samples are copied from. Left unfinished, it
    is closed as it is, for the caller to remove.
    """

    def __init__(
        self, path: Path, first: VideoFrame | VideoStream, channels: int, pixel_shape: Fraction = Fraction(1)
    ) -> None:
        self.channels = channels
        self._file: OutputContainer = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        if isinstance(first, VideoStream):
            self._picture, self._size = self._file.add_stream_from_template(first), (first.width, first.height)
        else:
            self._picture, self._size = self._encoder(first, pixel_shape), even_size(first)
        self._sound = self._file.add_stream("aac", rate=RATE, options=dict(_AAC)) if channels else None
        self._layout = "mono" if channels == 1 else "stereo"
        if self._sound is not None:
            self._sound.codec_context.layout = self._layout
            self._sound.codec_context.bit_rate = _BITS * channels
        self._samples, self._waiting = 0, AudioFifo()
        self._held: Packet[VideoStream] | None = None
        self._open = True

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:  # what went wrong is on its way up already; that the rest cannot be written either is no news
            with contextlib.suppress(av.FFmpegError, OSError):
                self._file.close()

    def _encoder(self, first: VideoFrame, pixel_shape: Fraction) -> VideoStream:
        sample = encodable(first, even_size(first))
        stream = self._file.add_stream("libx264", rate=30, options=dict(_H264))
        context = stream.codec_context
        context.width, context.height = even_size(first)
        context.sample_aspect_ratio = 1 / pixel_shape if lies_down(first) else pixel_shape
        context.pix_fmt, context.time_base = "yuv420p", _TIME_BASE
        context.color_range, context.colorspace = sample.color_range, sample.colorspace
        context.color_primaries, context.color_trc = sample.color_primaries, sample.color_trc
        return stream

    def add_sample(self, at: int, data: bytes, *, key: bool) -> None:
        """Show what is encoded in ``data`` from ``at`` (ticks of 90 kHz) on."""
        packet: Any = Packet(data)
        packet.pts = packet.dts = at
        packet.time_base, packet.is_keyframe, packet.stream = _TIME_BASE, key, self._picture
        self._mux_pictures([packet])

    def add_picture(self, at: int, frame: VideoFrame, *, key: bool, veils: Sequence[Region] = ()) -> None:
        """Show ``frame`` from ``at`` (ticks of 90 kHz) on, the ``veils`` in it made unreadable."""
        frame = veiled(encodable(frame, self._size), veils)
        frame.pts, frame.time_base = at, _TIME_BASE
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._mux_pictures(self._picture.encode(frame))

    def add_sound(self, block: Samples) -> None:
        """Add samples [channels, any number]."""
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block, np.float32), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._samples, Fraction(1, RATE)
        self._samples += block.shape[1]
        self._waiting.write(frame)
        for whole in self._waiting.read_many(BLOCK):
            self._mux_sound(whole)

    def finish(self, end: int) -> None:
        """Write what is left; the last picture stands until ``end`` ticks."""
        self._mux_pictures(self._picture.encode(None))
        if self._held is not None:
            self._held.duration = end - (self._held.pts or 0)
            self._file.mux(self._held)
        if self._sound is not None:
            if (rest := self._waiting.read()) is not None:
                self._mux_sound(rest)
            self._mux_sound(None)
        self._open = False
        self._file.close()

    def _mux_pictures(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:  # one is held back, so that the last can be told how long it stands
            if self._held is not None:
                self._held.duration = (packet.pts or 0) - (self._held.pts or 0)
                self._file.mux(self._held)
            self._held = packet

    def _mux_sound(self, frame: AudioFrame | None) -> None:
        assert self._sound is not None  # noqa: S101  sound is only added to a film that has channels
        for packet in self._sound.encode(frame):
            # The encoder's priming frame lies before zero; left out, no edit list is needed and nothing shifts.
            if packet.pts is None or packet.pts >= 0:
                self._file.mux(packet)
