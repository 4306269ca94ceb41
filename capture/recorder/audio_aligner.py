"""Aligner: stamped blocks of sound in, one unbroken track from take time zero out. Pure but for the clock it is given.

Owns what sound and picture owe each other. A block's stamp is the driver's word for when its first sample was heard;
single stamps wobble (PulseAudio's are 20 ms early every sixth time), so what counts is the median of the last six
seconds of stamps, each against a pure count of samples. Against that the track's own count of samples may be off by a
few ms, because no sound card runs at exactly 48 kHz: blocks are then stretched or squeezed by at most 0.2 % (3 cents,
inaudible) until it agrees again; by 1 % while it is off by 10 ms, as after a device's first, uncertain stamps. More
than 30 ms is no drift but loss: missing sound becomes silence, sound that comes too late (its place was already filled)
is left out. Pauses and muted stretches are cut and silenced to the sample, by the clock, however late the block
arrives. Refuses to open devices and to encode.
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
"""Samples: what a track may be off before it is patched rather than stretched."""

_CALM = RATE * 2 // 1000
_STRETCH, _HASTE = 0.002, 0.01
_FAR = RATE * 10 // 1000
_STAMPS = 61
_LEAP_NS = 40_000_000
_LEAPS = 3

Samples = NDArray[np.int16]


class Aligner:
    """One track. ``lost_ms`` counts the silence put where sound was missing, but for what precedes the first block."""

    def __init__(self, clock: Clock, muted: ActivePeriods, channels: int = 1) -> None:
        self._clock, self._muted, self._channels = clock, muted, channels
        self.written = 0
        self.lost_ms = 0.0
        self._heard = False
        self._expected_ns: int | None = None
        self._errors: deque[int] = deque(maxlen=_STAMPS)
        self._leaps = 0

    def add(self, block: Block) -> Samples:
        """The samples (n, channels) to append for a block; perhaps none."""
        block = _resampled(block)
        start_ns = self._steered(block)
        end_ns = start_ns + len(block.samples) * NS_PER_S // RATE
        parts = [self._part(block.samples, start_ns, a, b) for a, b in self._clock.recorded(start_ns, end_ns)]
        return np.concatenate(parts) if parts else self._silence(0)

    def pad(self, until_ns: int) -> Samples:
        """Silence up to ``until_ns`` of take time, where no sound has come."""
        missing = _samples(until_ns) - self.written
        if missing <= 0:
            return self._silence(0)
        return self._patch(missing)

    def restart(self) -> None:
        """The next block comes from a newly opened device; its stamps owe nothing to the last ones."""
        self._expected_ns = None

    def _steered(self, block: Block) -> int:
        """When the block was heard, all stamps considered."""
        if self._expected_ns is None or block.gap:
            self._begin_at(block.start_ns)
        expected = self._expected_ns or block.start_ns
        error = block.start_ns - expected
        if self._errors and abs(error - median_low(self._errors)) > _LEAP_NS:
            self._leaps += 1
            if self._leaps >= _LEAPS:  # not a stamp that wobbled: samples are missing, or were made up
                self._begin_at(block.start_ns)
                expected, error = block.start_ns, 0
                self._errors.append(error)
        else:
            self._leaps = 0
            self._errors.append(error)
        self._expected_ns = expected + len(block.samples) * NS_PER_S // RATE
        return expected + median_low(self._errors)

    def _begin_at(self, start_ns: int) -> None:
        self._expected_ns, self._leaps = start_ns, 0
        self._errors.clear()

    def _part(self, samples: Samples, start_ns: int, a: int, b: int) -> Samples:
        """One stretch ``[a, b)`` of the monotonic clock out of a block that starts at ``start_ns``, in its place."""
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
        elif abs(off) > _CALM:
            part = _stretched(part, off)
        return self._count(part)

    def _patch(self, missing: int) -> Samples:
        if self._heard:
            self.lost_ms += missing * 1000 / RATE
        silence = self._silence(missing)
        self.written += missing
        return silence

    def _count(self, part: Samples) -> Samples:
        self._heard = self._heard or len(part) > 0
        self.written += len(part)
        return part

    def _silence(self, length: int) -> Samples:
        return np.zeros((length, self._channels), np.int16)


def _samples(duration_ns: int) -> int:
    return round(duration_ns * RATE / NS_PER_S)


def _stretched(part: Samples, off: int) -> Samples:
    """Nearer to its place by a small part of its length."""
    most = int(len(part) * (_HASTE if abs(off) > _FAR else _STRETCH))
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
