"""Where somebody speaks: the detector's door for everybody else, and what loudness has to say about it.

Owns levels. Refuses to know words; the detector itself lies behind ``transcribe/silero.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from capture.span import Span
from transcribe.model import SAMPLE_RATE, Sound, SoundLike

_BLOCK_MS = 20
_BLOCK = SAMPLE_RATE * _BLOCK_MS // 1000
_GOOD_LEVEL = 0.1  # RMS of the loudest blocks of a well recorded voice, -20 dBFS
_MOST_GAIN = 60.0  # 36 dB: a whisper across the room; beyond lies only the sound card
_SILENCE = 1.5e-4  # RMS, -76 dBFS: the last bits of a 16-bit recording
_NEAR_MS = 100  # a recognizer's word times are no more exact
_OVER_ROOM = 1.6  # 4 dB over the room's own noise
_AROUND = 25  # blocks, half a second


def speech_spans(sound: SoundLike) -> list[Span]:
    """Where somebody speaks, in ms of ``sound`` (float32, mono, 16 kHz); sorted, disjoint, empty for silence."""
    from transcribe.silero import voice_activity  # loads onnxruntime: not on the way of light commands

    return voice_activity(sound)


def audible(sound: Sound) -> Sound:
    """Soft sound raised to the level of a good recording; loud sound as it is."""
    loud = float(np.percentile(_levels(sound), 95)) if len(sound) >= _BLOCK else 0.0
    gain = min(_MOST_GAIN, _GOOD_LEVEL / loud) if loud > _SILENCE else 1.0
    return np.clip(sound * np.float32(gain), -1, 1) if gain > 1 else sound


def levelled(sound: Sound) -> Sound:
    """A window of speech that is far too soft or too loud, at a good level: models know voices as they are recorded."""
    loud = float(np.percentile(_levels(sound), 95)) if len(sound) >= _BLOCK else 0.0
    if loud <= _SILENCE or _GOOD_LEVEL / 2 <= loud <= _GOOD_LEVEL * 4:
        return sound
    return np.asarray(sound * np.float32(min(_MOST_GAIN, _GOOD_LEVEL / loud)), np.float32)


def louder_than_room(sound: Sound, spans: Iterable[Span]) -> list[Span]:
    """The spans that have more in them than the quietest tenth of the recording, and more than nothing."""
    levels = _levels(sound)
    least = _least(levels)
    inside = ((span, levels[span.start_ms // _BLOCK_MS : -(-span.end_ms // _BLOCK_MS)]) for span in spans)
    return [span for span, here in inside if len(here) and float(np.percentile(here, 90)) > least]


def stirring(sound: Sound) -> list[tuple[int, int]]:
    """From which sample to which there is anything louder than the room, with half a second around it.

    Elsewhere nothing can be speech that ``louder_than_room`` lets pass, and listening there costs as much as anywhere.
    """
    levels = _levels(sound)
    loud = np.flatnonzero(levels > _least(levels))
    if not len(loud):
        return []
    apart = np.flatnonzero(np.diff(loud) > 2 * _AROUND)
    first, last = np.r_[loud[0], loud[apart + 1]], np.r_[loud[apart], loud[-1]]
    borders = zip(np.maximum(first - _AROUND, 0), last + 1 + _AROUND, strict=True)
    return [(int(start) * _BLOCK, min(int(end) * _BLOCK, len(sound))) for start, end in borders]


def _least(levels: Sound) -> float:
    """The level of which more is no longer the room."""
    return max(_SILENCE, float(np.percentile(levels, 10)) * _OVER_ROOM) if len(levels) else 0.0


def quietest(sound: Sound, samples: int) -> int:
    """The middle of the quietest stretch of so many samples."""
    levels = _levels(sound)
    run = max(1, samples // _BLOCK)
    if len(levels) <= run:
        return len(sound) // 2
    sums = np.convolve(levels, np.ones(run), "valid")
    return (int(np.argmin(sums)) + run // 2) * _BLOCK


def silent_at(sound: SoundLike, span: Span) -> bool:
    """Whether there is true silence wherever a word is said to be: nothing but a recording's last bits."""
    per_ms = SAMPLE_RATE // 1000
    around = sound[max(0, span.start_ms - _NEAR_MS) * per_ms : (span.end_ms + _NEAR_MS) * per_ms]
    levels = _levels(around)
    return not len(levels) or float(levels.max()) <= _SILENCE


def _levels(sound: Sound) -> Sound:
    """RMS of each 20 ms."""
    whole = sound[: len(sound) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.asarray(np.sqrt((whole * whole).mean(axis=1)), np.float32)
