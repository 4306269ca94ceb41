"""Where somebody speaks: the detector's door for everybody else, and what loudness has to say about it.

Owns levels. Refuses to know words; the detector itself lies behind ``transcribe/asr/silero.py``.
"""

from __future__ import annotations

import numpy as np

from capture.span import Span
from transcribe.model import SAMPLE_RATE, Sound

_BLOCK_MS = 20
_BLOCK = SAMPLE_RATE * _BLOCK_MS // 1000
_GOOD_LEVEL = 0.1  # RMS of the loudest blocks of a well recorded voice, -20 dBFS
_MOST_GAIN = 60.0  # 36 dB: a whisper across the room; beyond lies only the sound card
_SILENCE = 1.5e-4  # RMS, -76 dBFS: the last bits of a 16-bit recording
_NEAR_MS = 100  # a recognizer's word times are no more exact


def levelled(sound: Sound) -> Sound:
    """A window of speech that is far too soft or too loud, at a good level: models know voices as they are recorded."""
    loud = float(np.percentile(_levels(sound), 95)) if len(sound) >= _BLOCK else 0.0
    if loud <= _SILENCE or _GOOD_LEVEL / 2 <= loud <= _GOOD_LEVEL * 4:
        return sound
    return np.asarray(sound * np.float32(min(_MOST_GAIN, _GOOD_LEVEL / loud)), np.float32)


def silent_at(sound: Sound, span: Span) -> bool:
    """Whether there is true silence wherever a word is said to be: nothing but a recording's last bits."""
    per_ms = SAMPLE_RATE // 1000
    around = sound[max(0, span.start_ms - _NEAR_MS) * per_ms : (span.end_ms + _NEAR_MS) * per_ms]
    levels = _levels(around)
    return not len(levels) or float(levels.max()) <= _SILENCE


def _levels(sound: Sound) -> Sound:
    """RMS of each 20 ms."""
    whole = sound[: len(sound) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.asarray(np.sqrt((whole * whole).mean(axis=1)), np.float32)
