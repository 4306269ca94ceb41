"""Loudness envelope of a recording in a few hundred bins, for a timeline.

Owns reading the sound once, block by block, in bounded memory. Does not distinguish speech from noise.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from capture.progress import Progress, silent
from capture.video.audio_reader import AudioTrackReader

_RATE = 8_000
"""Hz; enough to see where there is speech."""
_QUIETEST_DB = -60.0
"""Drawn as zero; speech is at about -40 to -15 dB."""


def envelope(path: Path, bins: int, duration_ms: int, progress: Progress = silent, *, track: int = 0) -> list[float]:
    """Loudness of each of ``bins`` equal parts of ``[0, duration_ms)``: 0 (-60 dB or less) to 1 (full scale).

    Empty without sound. Progress counts milliseconds. Raises VideoError, or Cancelled when ``progress`` does.
    """
    if bins <= 0 or duration_ms <= 0:
        return []
    edges = [duration_ms * _RATE * n // (1_000 * bins) for n in range(bins + 1)]
    found: list[float] = []
    with AudioTrackReader(path, rate=_RATE, track=track) as sound:
        if sound.ended:
            return []
        for start, end in pairwise(edges):
            block = sound.take(max(1, end - start))
            found.append(_loudness(float(np.sqrt(np.mean(np.square(block))))))
            progress(end * 1_000 // _RATE, duration_ms, "Looking at the sound")
    return found


def _loudness(rms: float) -> float:
    decibels = 20 * np.log10(max(rms, 1e-6))
    return float(min(1.0, max(0.0, 1 - decibels / _QUIETEST_DB)))
