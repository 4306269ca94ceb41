"""AudioTrackReader: one sound track of a file as a continuous stream of samples from time zero.

Owns placing decoded sound on the timeline: late starts and gaps become silence, overlaps are dropped, so sample
``n`` is always the sound at ``n / rate`` seconds. Does not know cuts or words. ``extract_sound`` copies a track unread.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from capture.errors import VideoError
from capture.files import replace_file
from capture.video.damage import Damage
from capture.video.downmix import downmixed, speakers_of
from capture.video.media_file import LONGEST_S, VideoFile, copy_packets, decode, video_errors

Samples = NDArray[np.float32]
"""Shape [channels, samples], within -1 to 1."""

_MIN_BLOCK = 24_000
_WARM_UP_S = 0.3
# Decoded before the first sample needed, as decoder warm-up: Opus needs 80 ms to converge, AAC a packet or two.
_AUDIBLE, _CANCELLED = 1e-8, 0.02  # power: -80 dBFS; the share left by mixing, 0.25 for one channel alone
_SLACK_S = 0.010
# Containers with times in whole milliseconds jitter by half a millisecond; only a larger gap counts.


class AudioTrackReader:
    """Sound track ``track`` of a file at ``rate`` Hz in ``channels`` channels. Use as a context manager.

    ``cancelling_s``: seconds of stereo so far whose channels cancel out when mixed, so that the louder one was taken.
    ``damage``: what was read of the track.
    Without that track ``ended`` is true from the start. ``growing``: see VideoFile. Raises VideoError when the file
    cannot be opened.
    """

    def __init__(self, path: Path, *, rate: int, channels: int = 1, track: int = 0, growing: object = None) -> None:
        self._file, self._rate, self.channels, self._track = VideoFile(path, growing), rate, channels, track
        self._growing = growing is not None
        self._skip_until_s, self._consumed, self.cancelling_s = 0.0, 0, 0.0
        self.damage = Damage()
        self._ready: list[Samples] = []
        self._waiting = 0
        self._blocks = self._resampled()
        self.ended = not self._fill(1)

    def __enter__(self) -> AudioTrackReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()
        self._file.container.close()

    def read(self, count: int) -> Samples:
        """The next ``count`` samples, shape [channels, up to count]: fewer at the end, where ``ended`` becomes true."""
        self._fill(count + 1)  # one more, so that `ended` becomes true exactly at the end
        whole = np.concatenate([*self._ready, np.zeros((self.channels, 0), np.float32)], axis=1)
        taken, rest = whole[:, :count], whole[:, count:]
        self._ready, self._waiting = [rest], rest.shape[1]
        self._consumed += taken.shape[1]
        self.ended = self._waiting == 0
        return taken

    def take(self, count: int) -> Samples:
        """The next ``count`` samples, shape [channels, count]; silence after the end."""
        taken = self.read(count)
        return np.pad(taken, ((0, 0), (0, count - taken.shape[1])))

    def skip(self, count: int) -> None:
        """Skip the next ``count`` samples; most of them are not decoded."""
        self._skip_until_s = (self._consumed + count) / self._rate - _WARM_UP_S
        while count > 0 and not self.ended:
            count -= self.read(min(count, self._rate)).shape[1]

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The rest of the first channel, in blocks as they are decoded."""
        ready, self._ready, self._waiting = self._ready, [], 0
        yield from (block[0] for block in ready)
        yield from (block[0] for block in self._blocks)
        self.ended = True

    def _fill(self, count: int) -> bool:
        while self._waiting < count:
            block = next(self._blocks, None)
            if block is None:
                return self._waiting > 0
            self._ready.append(block)
            self._waiting += block.shape[1]
        return True

    def _resampled(self) -> Generator[Samples]:
        layout = "mono" if self.channels == 1 else "stereo"
        resampler, source_rate = None, 0
        with video_errors(self._file.path):
            for rate, block in _joined(self._placed(), 0 if self._growing else _MIN_BLOCK):
                if rate == self._rate and resampler is None:
                    yield block
                    continue
                if rate != source_rate:  # the first block, or a file whose rate changes
                    yield from _pushed(resampler, None)
                    resampler, source_rate = AudioResampler(format="fltp", layout=layout, rate=self._rate), rate
                yield from _pushed(resampler, _frame(block, layout, rate))
            yield from _pushed(resampler, None)

    def _placed(self) -> Iterator[tuple[int, Samples]]:
        """Rate and samples of blocks at the file's own rate, without gaps from time zero on."""
        if self._track >= len(self._file.sounds):
            return
        at, self._tick = 0.0, 0.0
        for frame in decode(self._file.container, self._file.sounds[self._track], self._wanted, self.damage):
            source, rate = _floats(frame), frame.sample_rate
            block = mixed(source, self.channels, speakers_of(frame))
            if self.channels == 1 and cancels(source):
                self.cancelling_s += source.shape[1] / rate
            start = self._start(frame)
            if start is not None and start > LONGEST_S:
                return
            if start is not None and abs(start - at) > _SLACK_S:
                gap = round((start - at) * rate)
                yield from _silence(self.channels, rate, gap)
                block, at = block[:, max(0, -gap) :], at + max(0, gap) / rate
            if block.shape[1]:
                yield rate, block
                at += block.shape[1] / rate

    def _wanted(self, packet: Packet[AudioStream]) -> bool:
        """Whether the packet extends beyond the skipped part."""
        if not self._skip_until_s or packet.pts is None or not packet.duration or not packet.time_base:
            return True
        return float((packet.pts + packet.duration) * packet.time_base - self._file.zero) > self._skip_until_s

    def _start(self, frame: AudioFrame) -> float | None:
        if frame.pts is None:
            return None
        if not self._tick:  # the same for every frame; reading it each time costs as much as decoding
            if frame.time_base is None:
                return None
            self._tick, self._zero = float(frame.time_base), float(self._file.zero)
        return frame.pts * self._tick - self._zero


def _joined(blocks: Iterator[tuple[int, Samples]], least: int) -> Iterator[tuple[int, Samples]]:
    """Blocks joined to at least ``least`` samples, because the overhead of a small block exceeds its content."""
    waiting: list[Samples] = []
    count = source_rate = 0
    for rate, block in blocks:
        if waiting and (rate != source_rate or count >= least):
            yield source_rate, _sanitized(waiting)
            waiting, count = [], 0
        waiting.append(block)
        source_rate, count = rate, count + block.shape[1]
    if waiting:
        yield source_rate, _sanitized(waiting)


def _sanitized(blocks: list[Samples]) -> Samples:
    """The blocks joined, with NaN replaced and values beyond 1 clipped, which damaged or odd files contain."""
    block = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
    return np.clip(np.nan_to_num(block), -1, 1)


def mixed(block: Samples, channels: int, speakers: tuple[str, ...] = ()) -> Samples:
    """Downmix or upmix to one or two channels, by the ``speakers`` that more than two channels are meant for.

    Of two channels that cancel out the louder one is taken.
    """
    if block.shape[0] == channels:
        return block
    if channels == 1 and cancels(block):
        louder = int(np.square(block).sum(axis=1).argmax())
        return block[louder : louder + 1]
    if block.shape[0] == 1:
        return np.repeat(block, 2, axis=0)
    stereo = block if block.shape[0] == 2 else downmixed(block, speakers)
    return stereo if channels == 2 else np.asarray(stereo.mean(axis=0, keepdims=True), np.float32)


def cancels(block: Samples) -> bool:
    """Whether two channels cancel out when mixed: in opposite phase, as from a microphone cable wired wrongly."""
    if block.shape[0] != 2:
        return False
    power = float(np.square(block).mean(axis=1).max(initial=0.0))
    return power > _AUDIBLE and float(np.square(block.mean(axis=0)).mean()) < _CANCELLED * power


def _silence(channels: int, rate: int, count: int) -> Iterator[tuple[int, Samples]]:
    while count > 0:  # in pieces: a file may declare a start hours away
        piece = min(count, rate * 10)
        yield rate, np.zeros((channels, piece), np.float32)
        count -= piece


def _floats(frame: AudioFrame) -> Samples:
    """A decoded frame as [channels, samples] floats within -1 to 1."""
    if frame.format.name == "fltp" and len(frame.planes) == 1:
        plane: Any = frame.planes[0]  # the stubs do not say that a plane is a buffer
        return np.frombuffer(plane, np.float32)[None, : frame.samples].copy()
    array: NDArray[Any] = frame.to_ndarray()
    if frame.format.is_packed:
        array = array.reshape(-1, frame.layout.nb_channels).T
    if array.dtype.kind == "f":
        return array.astype(np.float32, copy=False)
    if array.dtype == np.uint8:
        return np.asarray((array.astype(np.float32) - 128) / 128, np.float32)
    return np.asarray(array.astype(np.float32) / 2 ** (8 * array.itemsize - 1), np.float32)


def _frame(block: Samples, layout: str, rate: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
    frame.sample_rate = rate
    return frame


def _pushed(resampler: AudioResampler | None, frame: AudioFrame | None) -> Iterator[Samples]:
    if resampler is not None:
        for out in resampler.resample(frame):
            if out is not None:
                yield out.to_ndarray().astype(np.float32, copy=False)


def extract_sound(path: Path, output: Path) -> Path:
    """Copy the first sound track of ``path`` to ``output``, an MP4 (``.m4a``), atomically; returns ``output``.

    Packets are copied bit for bit, without re-encoding.
    Raises VideoError when there is no sound, or when either file cannot be used.
    """
    part = output.with_name(f".{output.name}.part")
    try:
        with video_errors(path), VideoFile(path) as video:
            if not video.sounds:
                raise VideoError(f"{path} has no sound", "There is nothing to listen to in it.")
            with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                copy_packets(video, video.sounds[:1], container)
        replace_file(part, output)
    finally:
        part.unlink(missing_ok=True)
    return output
