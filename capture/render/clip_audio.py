"""ClipAudio: the mixed sound of a clip, cut sample-exactly, with short fades at cuts and silence where it runs fast.

Does not encode.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import Protocol

import numpy as np

from capture.model import Clip, Piece
from capture.render.loudness import amplified
from capture.video.audio_reader import AudioTrackReader, Samples

RATE = 32_000
"""Hz; a voice has no content above 16 kHz, and at 48 kHz the encoder takes half as long again."""
FADE_MS = 5
_PER_MS = RATE // 1000
_FADE = FADE_MS * _PER_MS

Content = int | tuple[tuple[int, ...], ...]


class ClipSound(Protocol):
    """The sound of a clip at RATE; ``len`` is in samples."""

    def __len__(self) -> int: ...

    def take(self, start: int, stop: int) -> Samples:
        """Samples ``[start, stop)``, shape [channels, stop - start]; calls must go forward."""

    def content(self, start: int, stop: int) -> Hashable:
        """A key for the samples ``[start, stop)``: equal keys mean equal samples."""


class ClipAudio:
    """The tracks (at RATE, at least one), mixed and cut to the clip. ``len`` is in samples.

    ``gains`` are the factors of the first tracks; the others stay as they are.
    """

    def __init__(self, tracks: Sequence[AudioTrackReader], clip: Clip, gains: Sequence[float] = ()) -> None:
        self._tracks, self._clip, self._gains, self._at = tracks, clip, gains, 0
        self._pieces = clip.pieces
        self._ends = [piece.clip_end_ms * _PER_MS for piece in self._pieces]

    def __len__(self) -> int:
        return self._clip.duration_ms * _PER_MS

    def take(self, start: int, stop: int) -> Samples:
        """Samples ``[start, stop)`` of the clip, shape [channels, stop - start]; calls must go forward."""
        parts = []
        while start < stop:
            piece = self._pieces[self._index(start)]
            end = min(stop, piece.clip_end_ms * _PER_MS)
            parts.append(self._of(piece, start - piece.clip_ms * _PER_MS, end - piece.clip_ms * _PER_MS))
            start = end
        return np.concatenate(parts, axis=1)

    def content(self, start: int, stop: int) -> Content:
        """A key for the samples ``[start, stop)``: equal keys mean equal samples.

        Away from every cut it is the first sample's position in the recording; else its pieces, each with its start and
        end in the recording, as far as they affect the samples.
        """
        index = self._index(max(0, start))
        piece, first = self._pieces[index], self._pieces[index].clip_ms * _PER_MS
        if piece.factor == 1 and first + _FADE <= start and stop <= self._ends[index] - _FADE:
            return piece.start_ms * _PER_MS + start - first
        parts: list[tuple[int, ...]] = [(min(start, 0), max(0, stop - len(self)))]
        while index < len(self._pieces) and self._pieces[index].clip_ms * _PER_MS < stop:
            piece = self._pieces[index]
            before, after = piece.clip_ms * _PER_MS - start, self._ends[index] - stop
            begins = piece.start_ms if before > -_FADE else -1
            ends = piece.end_ms if after < _FADE else -1
            parts.append((begins, ends, piece.factor, piece.start_ms * _PER_MS - before * piece.factor))
            index += 1
        return tuple(parts)

    def _index(self, at: int) -> int:
        return min(bisect_right(self._ends, at), len(self._ends) - 1)

    def _of(self, piece: Piece, start: int, stop: int) -> Samples:
        if piece.factor > 1:
            return np.zeros((self._tracks[0].channels, stop - start), np.float32)
        at, count = piece.start_ms * _PER_MS + start, stop - start
        blocks = []
        for track in self._tracks:
            track.skip(at - self._at)
            blocks.append(track.take(count))
        blocks[: len(self._gains)] = map(amplified, blocks, self._gains)
        self._at = at + count
        whole: Samples = sum(blocks[1:], start=blocks[0])
        return whole * _fade(at, count, piece, self._clip.take_duration_ms)


def _fade(at: int, count: int, piece: Piece, whole_ms: int) -> Samples:
    """Gain over samples ``[at, at + count)``: fades in after a cut and out before one, so that cuts do not click."""
    moment = np.arange(at, at + count, dtype=np.float32) + 0.5
    up = (moment - piece.start_ms * _PER_MS) / _FADE if piece.start_ms > 0 else np.ones(count, np.float32)
    down = (piece.end_ms * _PER_MS - moment) / _FADE if piece.end_ms < whole_ms else np.ones(count, np.float32)
    return np.asarray(np.clip(np.minimum(up, down), 0, 1), np.float32)
