"""The gain that brings a voice to the level of a good recording, and its application without harsh clipping.

Owns what counts as that level. One gain for a whole recording, measured in its speech only: it neither pumps nor lifts
a recording in which nobody speaks. Does not find speech.

The measure is the power of speech with the gates of ITU-R BS.1770-4 (blocks above an absolute threshold, then those
less than 10 dB below their mean) but without its frequency weighting, which changes a voice by less than 1 dB.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.span import Span
from capture.video.audio_reader import AudioTrackReader, Samples
from capture.video.media_file import VideoFile

LEVEL_DB = -20.0
"""Gated level of a voice recorded well, in dBFS RMS."""
_AS_IT_IS_DB = 3.0
"""A voice this near is left alone: nobody hears the difference, and the sound stays what was recorded."""
_LEAST_DB, _MOST_DB = -12.0, 36.0
"""36 dB are enough for a whisper far from the microphone; beyond is only noise of the sound card."""
_ABSOLUTE_DB, _RELATIVE_DB = -70.0, -10.0
_RATE, _BLOCK_MS = 16_000, 100
_MEASURED_MS, _PIECE_MS = 60_000, 4_000
"""Of long recordings a minute of speech is measured, in pieces spread over the whole."""
_KNEE = np.float32(0.8)


def voice_gain(video: Path, track: int, speech: Sequence[Span]) -> float:
    """The factor for a sound track whose voice is in ``speech`` (take time); 1 without speech. Raises VideoError."""
    facts = video.stat()
    return _voice_gain(video, (facts.st_size, facts.st_mtime_ns), track, tuple((s.start_ms, s.end_ms) for s in speech))


@lru_cache(maxsize=8)  # a clip is rendered again after each edit of a review
def _voice_gain(video: Path, _version: tuple[int, int], track: int, speech: tuple[tuple[int, int], ...]) -> float:
    level_db = _gated_db(_powers(video, track, _measured([Span(*span) for span in speech])))
    if level_db is None or abs(LEVEL_DB - level_db) <= _AS_IT_IS_DB:
        return 1.0
    return float(10 ** (min(_MOST_DB, max(_LEAST_DB, LEVEL_DB - level_db)) / 20))


def _measured(speech: Sequence[Span]) -> list[Span]:
    """Pieces of the speech, in order, evenly spread where there is more than is measured."""
    pieces = [
        Span(start, min(span.end_ms, start + _PIECE_MS))
        for span in speech
        for start in range(span.start_ms, span.end_ms, _PIECE_MS)
    ]
    every = max(1, -(-sum(piece.duration_ms for piece in pieces) // _MEASURED_MS))
    return pieces[::every]


def _powers(video: Path, track: int, pieces: Sequence[Span]) -> NDArray[np.float64]:
    """Mean power of each block of the pieces, in the louder channel, mixed as for the clip."""
    found: list[float] = []
    block = _RATE * _BLOCK_MS // 1000
    with VideoFile(video) as file:
        channels = min(2, file.sounds[track].channels)
    with AudioTrackReader(video, rate=_RATE, channels=channels, track=track) as sound:
        at = 0
        for piece in pieces:
            start, count = piece.start_ms * _RATE // 1000, piece.duration_ms * _RATE // 1000
            sound.skip(start - at)
            samples = sound.take(count)
            at = start + count
            whole = samples[:, : count - count % block].reshape(channels, -1, block)
            found += [float(power) for power in np.square(whole, dtype=np.float64).mean(axis=2).max(axis=0)]
    return np.asarray(found)


def _gated_db(powers: NDArray[np.float64]) -> float | None:
    """The level in dBFS; None when nothing is above the absolute gate."""
    loud = powers[powers > 10 ** (_ABSOLUTE_DB / 10)]
    if not len(loud):
        return None
    loud = loud[loud > loud.mean() * 10 ** (_RELATIVE_DB / 10)]
    return float(10 * np.log10(loud.mean()))


def amplified(samples: Samples, gain: float) -> Samples:
    """The samples times ``gain``; beyond 0.8 they bend towards 1 instead of being cut off."""
    if gain == 1.0:
        return samples
    louder = np.asarray(samples * np.float32(gain), np.float32)
    beyond = np.abs(louder) > _KNEE
    if beyond.any():
        room = 1 - _KNEE
        bent = _KNEE + room * np.tanh((np.abs(louder[beyond]) - _KNEE) / room)
        louder[beyond] = np.copysign(bent, louder[beyond])
    return louder
