"""TakeWriter: encodes and writes a take's video file, so that a kill at any time loses at most half a second.

Owns the current I420 picture, the encoders and the muxer. Does not read a clock: frames come with their take time. For
one thread.

The file is a hybrid fragmented MP4: fragments while it grows, an ordinary MP4 once closed. Measured with a kill -9
after 9.6 s: a fragment every 0.25 s and at most 10 ms of interleaving delay leave 9.4 s (9.1 s if nothing moves),
fragments of 1 s leave 9.0 s, a plain MP4 leaves nothing. ``delay_moov`` lets the first fragment declare Opus' 6.5 ms of
priming, which an empty moov would turn into an offset. No B-frames: with fragments they play 133 ms late in Chromium. A
packet is muxed only when the next one determines its duration: at the end of a fragment FFmpeg trusts the last packet's
stated duration and moves the next one there, up to a second too early.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.stream import VideoStream
from numpy.typing import NDArray

from capture.errors import VideoError
from capture.model import Region
from capture.video.h264.picture_encoder import H264, TICKS_PER_MS, TIME_BASE, PictureEncoder, configure

SOUND_RATE = 48_000
PACKET = 2_880
"""Samples in an Opus packet: 60 ms take two thirds of the CPU of 20 ms and a third of the muxing."""

_SOUND_BASE = Fraction(1, SOUND_RATE)
_MUX = {
    "movflags": "+hybrid_fragmented+delay_moov",
    "frag_duration": "250000",
    # An idle screen sends one frame a second; sound must not wait for it in the muxer's memory.
    "max_interleave_delta": "10000",
}
# CPU of a minute of narration, and log spectral distance: complexity 5 takes 0.21 s, 1 takes 0.12 s (both 3.8 dB),
# 0 takes 0.10 s and is audible (4.4 dB); AAC takes 0.28 to 0.74 s (5 dB).
_OPUS = {"frame_duration": "60", "compression_level": "1"}
_HEAD = struct.Struct(">I4s")
_BITS = {1: 64_000, 2: 96_000}
_LAYOUTS = {1: "mono", 2: "stereo"}


class TakeWriter:
    """Writes ``path``: a video track of ``width`` x ``height`` (even), and a sound track for each of ``channels``.

    After a failed write all calls continue without effect and ``failure`` gives the reason; what was written until then
    stays readable. Raises VideoError when the file cannot be opened.
    """

    def __init__(self, path: Path, width: int, height: int, *, fps: int = 30, channels: Sequence[int] = (1,)) -> None:
        self.path, self.width, self.height = path, width, height
        self.frames = 0
        self._sink = Sink(path)
        self._container = av.open(self._sink, "w", format="mp4", options=dict(_MUX))
        self._pictures = PictureEncoder(self._open_video(fps))
        self._sounds = [_OpusTrackWriter(self._open_sound(n), n) for n in channels]
        self._frame = VideoFrame(width, height, "yuv420p")
        self._planes = [_rows(plane) for plane in self._frame.planes]
        self._last_ticks = -1
        self._held: Packet[VideoStream] | None = None

    def _open_video(self, fps: int) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=fps, options=dict(H264))
        configure(stream.codec_context, self.width, self.height)
        return stream

    def _open_sound(self, channels: int) -> AudioStream:
        stream = self._container.add_stream("libopus", rate=SOUND_RATE, options=dict(_OPUS), layout=_LAYOUTS[channels])
        stream.bit_rate = _BITS[channels]
        return stream

    @property
    def bytes_written(self) -> int:
        """Size of the file so far."""
        return self._sink.size

    @property
    def failure(self) -> OSError | None:
        """The error of the first failed write, or None."""
        return self._sink.failure

    def paint(self, picture: NDArray[np.uint8], box: Region) -> None:
        """Copy one box, with even edges, of a (height, width, 4) BGRA picture. Costs the box's pixels only."""
        x, y, w, h = box.x, box.y, box.width, box.height
        flat = cv2.cvtColor(picture[y : y + h, x : x + w], cv2.COLOR_BGRA2YUV_I420).reshape(-1)
        luma, chroma = w * h, w * h // 4
        y_plane, u_plane, v_plane = self._planes
        half = slice(y // 2, (y + h) // 2), slice(x // 2, (x + w) // 2)
        y_plane[y : y + h, x : x + w] = flat[:luma].reshape(h, w)
        u_plane[half] = flat[luma : luma + chroma].reshape(h // 2, w // 2)
        v_plane[half] = flat[luma + chroma :].reshape(h // 2, w // 2)

    def show(self, at_ns: int, *, key: bool = False) -> None:
        """Write the current picture as a frame shown from ``at_ns`` on; a time not after the last moves by a tick."""
        ticks = max(round(at_ns * TICKS_PER_MS / 1_000_000), self._last_ticks + 1)
        self._last_ticks = ticks
        self._frame.pts, self._frame.time_base = ticks, TIME_BASE
        self.frames += 1
        for packet in self._pictures.encode(self._frame, at_ns, key=key):
            self._hand_over(ticks)
            self._held = packet

    def _hand_over(self, until_ticks: int) -> None:
        """Mux the held packet, with its duration ending at ``until_ticks``."""
        if self._held is not None and self._held.pts is not None:
            self._held.duration = max(1, until_ticks - self._held.pts)
            self._container.mux(self._held)
            self._held = None

    def write_sound(self, track: int, samples: NDArray[np.int16]) -> None:
        """Append samples (n, channels) to a sound track; the first one is at take time zero."""
        sound = self._sounds[track]
        for frame in sound.packets(samples):
            for packet in sound.stream.encode(frame):
                self._container.mux(packet)

    def close(self, end_ns: int) -> None:
        """Finish the file as an ordinary MP4; the last frame is shown until ``end_ns`` of take time."""
        self._hand_over(round(end_ns * TICKS_PER_MS / 1_000_000))
        for sound in self._sounds:
            for frame in (*sound.rest(), None):
                for packet in sound.stream.encode(frame):
                    self._container.mux(packet)
        self._container.close()
        self._sink.close()


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    """A writable view of a plane as rows, including the padding at their ends."""
    memory: Any = plane  # the stubs do not say that a plane is a buffer
    return np.frombuffer(memory, np.uint8).reshape(-1, plane.line_size)


class _OpusTrackWriter:
    """Splits samples into frames of the encoder's packet size."""

    def __init__(self, stream: AudioStream, channels: int) -> None:
        self.stream, self._channels = stream, channels
        self._waiting: NDArray[np.int16] = np.zeros((0, channels), np.int16)
        self._at = 0

    def packets(self, samples: NDArray[np.int16]) -> list[AudioFrame]:
        """Add samples; returns the whole frames available."""
        waiting = np.concatenate((self._waiting, samples.reshape(-1, self._channels)))
        whole = len(waiting) - len(waiting) % PACKET
        self._waiting = waiting[whole:]
        return [self._frame(waiting[at : at + PACKET]) for at in range(0, whole, PACKET)]

    def rest(self) -> list[AudioFrame]:
        """The remaining samples as a frame shorter than a packet; empty without any."""
        rest, self._waiting = self._waiting, self._waiting[:0]
        return [self._frame(rest)] if len(rest) else []

    def _frame(self, samples: NDArray[np.int16]) -> AudioFrame:
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=_LAYOUTS[self._channels])
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, self._at, _SOUND_BASE
        self._at += len(samples)
        return frame


class Sink:
    """The output file of a take, and the only place that handles a full disk. Raises VideoError when it cannot open.

    An unbuffered file object for av: written data survives the process. After a failed write it discards everything:
    FFmpeg would otherwise write a trailer to a file with missing parts, and turn a take that plays up to its last
    second into one that cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[bytes] = path.open("wb", buffering=0)
        except OSError as error:
            raise VideoError(f"{path} cannot be written: {error.strerror}", "Choose another folder.") from error
        self._path = path
        self.size = 0
        self._at = 0
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write all of ``data``; discard it after a failed write."""
        if self.failure is None:
            try:
                self._write(memoryview(data))
            except OSError as error:
                self.failure = error
        self._at += len(data)
        return len(data)

    def _write(self, data: memoryview) -> None:
        self._file.seek(self._at)
        done = 0
        while done < len(data):
            done += write_what_fits(self._file, data[done:])
            self.size = max(self.size, self._at + done)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Set the position, like a file's ``seek``."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Position of the next byte."""
        return self._at

    def close(self) -> None:
        """Sync the file to disk and close it; after a failed write cut it to whole boxes."""
        with self._file:
            if self.failure is not None:
                self._file.truncate(whole_boxes(self._path))
                return
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self.failure = error


def write_what_fits(file: IO[bytes], data: memoryview) -> int:
    """Write as many bytes as fit; their number. Raises OSError when there is no space."""
    return file.write(data)


def whole_boxes(path: Path) -> int:
    """Length in bytes of the whole boxes of a truncated MP4; a fragment's header (moof) counts with its data only."""
    size, at, whole = path.stat().st_size, 0, 0
    with path.open("rb") as file:
        while at + _HEAD.size <= size:
            file.seek(at)
            length, kind = _HEAD.unpack(file.read(_HEAD.size))
            if length < _HEAD.size or at + length > size:
                break
            at += length
            whole = whole if kind == b"moof" else at
    return whole
