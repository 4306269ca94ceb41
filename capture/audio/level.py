"""LevelTracker: RMS, peak, clipping and missing signal of a microphone. Pure arithmetic over samples.

Times are of the monotonic clock, so that a meter works before a take has its own.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from capture.model import FLOOR_DB, Level

CLIPPING = 32_600
"""A sample this large counts as clipped (-0.05 dBFS)."""
DEAD_DB = -72.0
"""Below the background noise of a microphone that is switched on in a quiet place (about -68 dBFS at its peaks)."""

_HOLD_NS = 1_000_000_000
_DEAD_NS = 3_000_000_000


class LevelTracker:
    """The Level of a source, updated block by block."""

    def __init__(self) -> None:
        self.level = Level()
        self._clipped_ns: int | None = None
        self._alive_ns: int | None = None

    def update(self, samples: NDArray[np.int16], at_ns: int) -> Level:
        """Update with the samples (n, channels) of a block that ended at ``at_ns``; returns the new level."""
        if not len(samples):
            return self.level
        wide = samples.astype(np.float32)
        peak = float(np.abs(wide).max())
        rms = math.sqrt(float(np.dot(wide.reshape(-1), wide.reshape(-1))) / wide.size)
        peak_db = _db(peak)
        if peak >= CLIPPING:
            self._clipped_ns = at_ns
        if peak_db > DEAD_DB or self._alive_ns is None:
            self._alive_ns = at_ns
        self.level = Level(
            rms_db=_db(rms),
            peak_db=peak_db,
            clipping=self._clipped_ns is not None and at_ns - self._clipped_ns < _HOLD_NS,
            silent=at_ns - self._alive_ns >= _DEAD_NS,
        )
        return self.level

    def lose(self) -> Level:
        """Set the level to silent: the source is lost."""
        self.level = Level(silent=True)
        return self.level


def _db(amplitude: float) -> float:
    return round(max(FLOOR_DB, 20 * math.log10(amplitude / 32768)), 1) if amplitude > 0 else FLOOR_DB
