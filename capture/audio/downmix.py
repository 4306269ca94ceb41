"""Downmix: the voice in all channels of a microphone as one channel, without loss where most channels are silent.

Owns which channels are used, and that channels in opposite phase do not cancel out. A sound server's own mix is the
mean: a voice on one of eight channels loses 18 dB in it, and one in opposite phase on two channels is gone. For one
source; knows no files (``capture/video/audio_reader.py`` mixes those).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ACTIVE = 0.01
"""Power of a channel that is used, as a share of the loudest one's: 20 dB below it there is crosstalk and noise."""
_KEPT = 0.9
"""What remains of a channel's loudest power after a block; between sentences the choice stays the same."""
_CANCELLED, _AUDIBLE = 0.02, 1e-7
"""The share of power left by mixing opposite phases (as in audio_reader), and the power of sound to judge: -70 dBFS."""
_UNLATCH = 20  # audible blocks in phase before channels that cancelled out are mixed again


class Downmix:
    """Mixes blocks of one source. ``cancelling``: two channels are in opposite phase, so the loudest alone is used."""

    def __init__(self) -> None:
        self.cancelling = False
        self._power: NDArray[np.float32] = np.zeros(0, np.float32)
        self._weights: NDArray[np.float32] = np.zeros(0, np.float32)
        self._in_phase = 0

    def mix(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """Samples (n, channels) as (n, 1). Weights change evenly within a block, so that nothing clicks."""
        count, channels = samples.shape
        if channels == 1 or not count:
            return samples[:, :1]
        wide = samples.astype(np.float32)
        fresh = len(self._power) != channels
        self._measure(wide, fresh=fresh)
        before, self._weights = self._weights, self._choose(wide)
        if fresh or np.array_equal(before, self._weights):
            mixed = wide @ self._weights
        else:
            share = np.linspace(0, 1, count, dtype=np.float32)[:, None]
            mixed = (wide * (before + (self._weights - before) * share)).sum(axis=1)
        return np.asarray(np.rint(mixed), np.int16)[:, None]

    def _measure(self, wide: NDArray[np.float32], *, fresh: bool) -> None:
        power = np.square(wide / 32768).mean(axis=0)
        self._power = power if fresh else np.maximum(power, self._power * np.float32(_KEPT))

    def _choose(self, wide: NDArray[np.float32]) -> NDArray[np.float32]:
        active = self._power >= self._power.max() * _ACTIVE
        even = np.asarray(active / active.sum(), np.float32)
        if active.sum() > 1:
            self._compare_phases(wide, active, even)
        if not self.cancelling:
            return even
        alone = np.zeros_like(even)
        alone[int(self._power.argmax())] = 1
        return alone

    def _compare_phases(self, wide: NDArray[np.float32], active: NDArray[np.bool_], even: NDArray[np.float32]) -> None:
        power = float(np.square(wide[:, active] / 32768).mean(axis=0).max())
        if power < _AUDIBLE:
            return
        if float(np.square(wide @ even / 32768).mean()) < _CANCELLED * power:
            self.cancelling, self._in_phase = True, 0
        elif self.cancelling:
            self._in_phase += 1
            self.cancelling = self._in_phase < _UNLATCH
