"""Aligner: turns timestamped audio blocks into one continuous track from take time zero. Pure, except for its clock.

Owns audio/video sync. A block's timestamp is the driver's estimate of when its first sample was captured. Single
timestamps jitter (PulseAudio's are 20 ms early every sixth time). So the offset used is the median over the last six
seconds of timestamps, each compared with a pure sample count. The track's own sample count may differ from that by a
few ms, because no sound card runs at exactly 48 kHz. Blocks are then stretched or squeezed by at most 0.2 % (3 cents,
inaudible) until both agree; by 1 % while the difference exceeds 10 ms, as after a device's first, uncertain
timestamps. A difference of more than 30 ms is loss, not drift: missing sound becomes silence, and sound that arrives
after its position was filled is dropped. Pauses and muted periods are cut or silenced sample-exactly by the clock,
however late a block arrives. Does not open devices or encode.
"""

from __future__ import annotations

from collections import deque
from statistics import median_low

import numpy as np
from numpy.typing import NDArray

from capture.audio.block import NS_PER_S, Block
from capture.recorder.clock import ActivePeriods, Clock

RATE = 48_000
LOSS = RATE * 30 // 1000
"""Samples: a larger offset is patched with silence instead of stretched."""

_TOLERANCE = RATE * 2 // 1000
_STRETCH, _FAST_STRETCH = 0.002, 0.01
_LARGE_OFFSET = RATE * 10 // 1000
_STAMPS = 61
_JUMP_NS = 40_000_000
_JUMPS = 3

Samples = NDArray[np.int16]


class Aligner:
    """One track. ``lost_ms`` counts inserted silence, except the silence before the first block."""

    def __init__(self, clock: Clock, muted: ActivePeriods, channels: int = 1) -> None:
        self._clock, self._muted, self._channels = clock, muted, channels
        self.written = 0
        self.lost_ms = 0.0
        self._started = False
        self._expected_ns: int | None = None
        self._errors: deque[int] = deque(maxlen=_STAMPS)
        self._jumps = 0

    def add(self, block: Block) -> Samples:
        """The samples (n, channels) to append for a block; may be empty."""
        block = _resampled(block)
        start_ns = self._estimated_start(block)
        end_ns = start_ns + len(block.samples) * NS_PER_S // RATE
        parts = [self._part(block.samples, start_ns, a, b) for a, b in self._clock.recorded(start_ns, end_ns)]
        return np.concatenate(parts) if parts else self._silence(0)

    def pad(self, until_ns: int) -> Samples:
        """Silence up to ``until_ns`` of take time, for sound that did not arrive."""
        missing = _samples(until_ns) - self.written
        if missing <= 0:
            return self._silence(0)
        return self._patch(missing)

    def restart(self) -> None:
        """Forget the timestamps so far: the next block comes from a newly opened device."""
        self._expected_ns = None

    def _estimated_start(self, block: Block) -> int:
        """Start of the block on the monotonic clock (ns), estimated from the recent timestamps."""
        if self._expected_ns is None or block.gap:
            self._begin_at(block.start_ns)
        expected = self._expected_ns or block.start_ns
        error = block.start_ns - expected
        if self._errors and abs(error - median_low(self._errors)) > _JUMP_NS:
            self._jumps += 1
            if self._jumps >= _JUMPS:  # not jitter: samples are missing, or were inserted
                self._begin_at(block.start_ns)
                expected, error = block.start_ns, 0
                self._errors.append(error)
        else:
            self._jumps = 0
            self._errors.append(error)
        self._expected_ns = expected + len(block.samples) * NS_PER_S // RATE
        return expected + median_low(self._errors)

    def _begin_at(self, start_ns: int) -> None:
        self._expected_ns, self._jumps = start_ns, 0
        self._errors.clear()

    def _part(self, samples: Samples, start_ns: int, a: int, b: int) -> Samples:
        """The samples of ``[a, b)`` (monotonic clock) of a block that starts at ``start_ns``, at their position."""
        first, last = _samples(a - start_ns), _samples(b - start_ns)
        part = samples[first:last]
        for mute_a, mute_b in self._muted.within(a, b):
            part = part.copy()
            part[_samples(mute_a - a) : _samples(mute_b - a) + 1] = 0
        off = _samples(self._clock.take_ns(a)) - self.written
        if off > LOSS:
            silence = self._patch(off)
            self._count(part)
            return np.concatenate((silence, part))
        if off < -LOSS:
            part = part[-off:]
        elif abs(off) > _TOLERANCE:
            part = _stretched(part, off)
        return self._count(part)

    def _patch(self, missing: int) -> Samples:
        if self._started:
            self.lost_ms += missing * 1000 / RATE
        silence = self._silence(missing)
        self.written += missing
        return silence

    def _count(self, part: Samples) -> Samples:
        self._started = self._started or len(part) > 0
        self.written += len(part)
        return part

    def _silence(self, length: int) -> Samples:
        return np.zeros((length, self._channels), np.int16)


def _samples(duration_ns: int) -> int:
    return round(duration_ns * RATE / NS_PER_S)


def _stretched(part: Samples, off: int) -> Samples:
    """Resampled by a small share of its length, to reduce the offset ``off`` (samples)."""
    most = int(len(part) * (_FAST_STRETCH if abs(off) > _LARGE_OFFSET else _STRETCH))
    return _at_length(part, len(part) + max(-most, min(most, off)))


def _resampled(block: Block) -> Block:
    if block.rate == RATE:
        return block
    return block._replace(samples=_at_length(block.samples, round(len(block.samples) * RATE / block.rate)), rate=RATE)


def _at_length(samples: Samples, length: int) -> Samples:
    if length == len(samples) or not len(samples):
        return samples
    at = np.linspace(0, len(samples) - 1, length)
    where = np.arange(len(samples))
    columns = [np.interp(at, where, samples[:, channel]) for channel in range(samples.shape[1])]
    return np.rint(np.stack(columns, axis=1)).astype(np.int16)
