"""The sound of a clip: what was kept, to the sample, with short fades at the joints and silence where it runs fast.

Owns mixing tracks. Refuses to encode.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from capture.model import Clip, Piece
from capture.video.film import RATE
from capture.video.sound import Samples, SoundTrack
from capture.video.timeline import TICKS

FADE_MS = 5
_PER_MS = RATE // 1000


class Block(NamedTuple):
    """Samples and the tick of the clip at which they begin."""

    at: int
    samples: Samples


def kept_sound(tracks: Sequence[SoundTrack], clip: Clip) -> Iterator[Samples]:
    """The tracks mixed, cut to the clip; samples [channels, any number]."""
    at = 0
    for span in clip.pieces if tracks else ():
        if span.factor > 1:
            yield np.zeros((tracks[0].channels, (span.clip_end_ms - span.clip_ms) * _PER_MS), np.float32)
            continue
        start, end = span.start_ms * _PER_MS, span.end_ms * _PER_MS
        for track in tracks:
            track.skip(start - at)
        for at in range(start, end, RATE):
            count = min(RATE, end - at)
            block = sum((track.take(count) for track in tracks[1:]), start=tracks[0].take(count))
            yield block * _fade(at, count, span, clip.take_duration_ms)
        at = end


def _fade(at: int, count: int, piece: Piece, whole_ms: int) -> Samples:
    """Gain over samples ``[at, at + count)``: up after a cut and down before one, so that no joint clicks."""
    ramp = FADE_MS * _PER_MS
    moment = np.arange(at, at + count, dtype=np.float32) + 0.5
    up = (moment - piece.start_ms * _PER_MS) / ramp if piece.start_ms > 0 else np.ones(count, np.float32)
    down = (piece.end_ms * _PER_MS - moment) / ramp if piece.end_ms < whole_ms else np.ones(count, np.float32)
    return np.asarray(np.clip(np.minimum(up, down), 0, 1), np.float32)


def blocks(sound: Iterator[Samples]) -> Iterator[Block]:
    """The sound in pieces, each with its place."""
    at = 0
    for samples in sound:
        yield Block(at * TICKS // _PER_MS, samples)
        at += samples.shape[1]
