"""Mixes surround sound to stereo, as ITU-R BS.775 says: the centre and the rear into both sides, 3 dB softer.

The weights are normalised, so that nothing can clip; so does FFmpeg. Narration is mostly in the centre.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

_SOFTER = 0.5**0.5
_WEIGHTS = {
    "FL": (1, 0), "FR": (0, 1), "FC": (_SOFTER, _SOFTER), "LFE": (0, 0), "BC": (0.5, 0.5),
    "BL": (_SOFTER, 0), "BR": (0, _SOFTER), "SL": (_SOFTER, 0), "SR": (0, _SOFTER),
    "FLC": (_SOFTER, 0), "FRC": (0, _SOFTER), "WL": (_SOFTER, 0), "WR": (0, _SOFTER), "DL": (1, 0), "DR": (0, 1),
}  # fmt: skip
"""The share of each speaker, by FFmpeg's names, in left and right."""
_USUAL = {
    4: "FL FR BL BR", 5: "FL FR FC BL BR", 6: "FL FR FC LFE BL BR", 7: "FL FR FC LFE BC SL SR",
    8: "FL FR FC LFE BL BR SL SR",
}  # fmt: skip
"""What so many channels are, where a file does not say it; FFmpeg guesses the same."""


def speakers_of(frame: AudioFrame) -> tuple[str, ...]:
    """FFmpeg's names of the speakers of a frame's channels, in their order; empty for mono and stereo."""
    return tuple(channel.name for channel in frame.layout.channels) if frame.layout.nb_channels > 2 else ()


def downmixed(block: NDArray[np.float32], speakers: tuple[str, ...]) -> NDArray[np.float32]:
    """More than two channels [channels, samples] as [2, samples]. Channels of which nothing is known count alike."""
    return np.asarray(_matrix(speakers, block.shape[0]) @ block, np.float32)


@lru_cache(16)
def _matrix(speakers: tuple[str, ...], channels: int) -> NDArray[np.float32]:
    known = [_WEIGHTS.get(name) for name in speakers]
    if len(known) != channels or None in known:
        known = [_WEIGHTS[name] for name in _USUAL.get(channels, "").split()]
    if not known:
        return np.full((2, channels), 1 / channels, np.float32)
    weights = np.array(known, np.float32).T
    return weights / max(1.0, float(weights.sum(axis=1).max()))
