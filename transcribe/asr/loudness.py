"""Sound levels: gain for windows of speech, and a check for true silence.

Owns levels. Does not know words. Voice activity detection is in ``transcribe/asr/silero_vad.py``.
"""

from __future__ import annotations

import numpy as np

from capture.span import Span
from transcribe.model import SAMPLE_RATE, Sound

_BLOCK_MS = 20
_BLOCK = SAMPLE_RATE * _BLOCK_MS // 1000
_GOOD_LEVEL = 0.1  # RMS of the loudest blocks of a well recorded voice, -20 dBFS
_MOST_GAIN = 60.0  # 36 dB, enough for a whisper far from the microphone; beyond is only noise of the sound card
_SILENCE = 1.5e-4  # RMS, -76 dBFS: the lowest bits of a 16-bit recording
_NEAR_MS = 100  # precision of a recognizer's word times


def levelled(sound: Sound) -> Sound:
    """The window at a good level if it is far too soft or too loud: models are trained on normal levels."""
    loud = float(np.percentile(_levels(sound), 95)) if len(sound) >= _BLOCK else 0.0
    if loud <= _SILENCE or _GOOD_LEVEL / 2 <= loud <= _GOOD_LEVEL * 4:
        return sound
    return np.asarray(sound * np.float32(min(_MOST_GAIN, _GOOD_LEVEL / loud)), np.float32)


def silent_at(sound: Sound, span: Span) -> bool:
    """Whether the sound around a span is true silence, with only the lowest bits of a recording in use."""
    per_ms = SAMPLE_RATE // 1000
    around = sound[max(0, span.start_ms - _NEAR_MS) * per_ms : (span.end_ms + _NEAR_MS) * per_ms]
    levels = _levels(around)
    return not len(levels) or float(levels.max()) <= _SILENCE


def _levels(sound: Sound) -> Sound:
    """RMS of each block of 20 ms, shape [blocks]."""
    whole = sound[: len(sound) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.asarray(np.sqrt((whole * whole).mean(axis=1)), np.float32)
