"""Windows of speech for a recognizer, without the long silences, and the mapping back to sound time.

Also the gain of a window, and a check for true silence. Pure arithmetic. A window is decoded alone and lasts at most
28 s, because Whisper always decodes 30 s at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from capture.span import Span, merge
from transcribe.model import SAMPLE_RATE, Sound

LONGEST_MS = 28_000
MARGIN_MS = 250
"""Sound kept around each span of speech: soft word onsets, and pauses that separate sentences."""
TAIL_MS = 100
"""Silence added at the end; a window of a single frame makes faster-whisper raise IndexError."""

_BLOCK_MS = 20
_BLOCK = SAMPLE_RATE * _BLOCK_MS // 1000
_GOOD_LEVEL = 0.1  # RMS of the loudest blocks of a well recorded voice, -20 dBFS
_MOST_GAIN = 60.0  # 36 dB, enough for a whisper far from the microphone; beyond is only noise of the sound card
_SILENCE = 1.5e-4  # RMS, -76 dBFS: the lowest bits of a 16-bit recording
_NEAR_MS = 100  # precision of a recognizer's word times

Window = tuple[Span, ...]
"""Spans of the sound, in order and disjoint, that are decoded together."""


def windows(speech: Iterable[Span], duration_ms: int) -> list[Window]:
    """Speech packed into as few windows as possible."""
    gathered: list[list[Span]] = []
    for piece in _pieces(merge(speech), duration_ms):
        window = gathered[-1] if gathered else []
        fits = sum(p.duration_ms for p in window) + piece.duration_ms <= LONGEST_MS
        if window and fits:
            window.append(piece)
        else:
            gathered.append([piece])
    return [tuple(window) for window in gathered]


def _pieces(speech: Sequence[Span], duration_ms: int) -> Iterator[Span]:
    """Each span with its margins, at most half way to the next span, split where longer than a window."""
    middles = [(a.end_ms + b.start_ms) // 2 for a, b in pairwise(speech)]
    for span, low, high in zip(speech, [0, *middles], [*middles, duration_ms], strict=False):
        start, end = max(low, span.start_ms - MARGIN_MS), min(high, span.end_ms + MARGIN_MS)
        while start < end:
            yield Span(start, min(end, start + LONGEST_MS))
            start += LONGEST_MS


def duration_of(window: Window) -> int:
    """Milliseconds of sound in a window."""
    return sum(piece.duration_ms for piece in window)


def sound_of(window: Window, sound: Sound) -> Sound:
    """The sound of a window, float32 [samples] at 16 kHz, with a short silence after it."""
    per_ms = SAMPLE_RATE // 1000
    parts = [sound[piece.start_ms * per_ms : piece.end_ms * per_ms] for piece in window]
    return np.concatenate([*parts, np.zeros(TAIL_MS * per_ms, np.float32)])


def spoken_in(window: Window, speech: Iterable[Span]) -> list[Span]:
    """The parts of ``speech`` inside a window, in sound time."""
    inside = [(max(p.start_ms, s.start_ms), min(p.end_ms, s.end_ms)) for p in window for s in speech]
    return [Span(start, end) for start, end in inside if start < end]


def from_window(window: Window, start_ms: int, end_ms: int) -> Span:
    """A span of window time converted to sound time, clipped to the piece that holds its middle."""
    middle, at = (start_ms + end_ms) // 2, 0
    for piece in window:
        if middle < at + piece.duration_ms or piece is window[-1]:
            shift = piece.start_ms - at
            start = min(max(start_ms + shift, piece.start_ms), piece.end_ms)
            return Span(start, min(max(end_ms + shift, start), piece.end_ms))
        at += piece.duration_ms
    raise ValueError("a window holds at least one piece")


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
