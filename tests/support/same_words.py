"""Compares two transcriptions of one sound: words, times and speech exactly, confidences within a bound.

For tests that compare two runs of the recognizer. A transcript that is stored and read back is compared with ``==``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from transcribe.model import Segment, Transcript, Word
from transcribe.streaming.endpointing import NoiseFloor
from transcribe.streaming.transcript_log import PartialTranscript

CONFIDENCE_BOUND = 0.05
"""Allowed difference of a word's confidence between two transcriptions of one sound.

The last bits of a sum depend on the processor and the number of threads: in the recognizer's own process NumPy's
OpenBLAS has one thread, in the process of a test one per core. The model uses 8-bit numbers, so a last bit
can become a whole step of an activation. The largest measured differences were 0.012 between two processes, and 0.013
between instruction sets with and without 8-bit dot products (VNNI). Four times that has no visible effect: a review
marks a word below 0.5, and the words of these tests have 0.98 and more.
"""
_ROOM_BOUND = 1e-4
"""Relative. The noise level comes from sums of 512 float32 numbers."""


def assert_same_transcript(found: Transcript, expected: Transcript) -> None:
    """The same words at the same times in the same sentences, in one language, by one model."""
    assert replace(found, segments=_exact(found.segments)) == replace(expected, segments=_exact(expected.segments))
    _assert_near(found.words, expected.words)


def assert_same_words(found: PartialTranscript, expected: PartialTranscript) -> None:
    """The same utterances with the same speech and words, transcribed to the same end."""
    assert _exact_log(found) == _exact_log(expected)
    _assert_near(found.transcript.words, expected.transcript.words)
    assert _levels(found) == pytest.approx(_levels(expected), rel=_ROOM_BOUND)


def _assert_near(found: Sequence[Word], expected: Sequence[Word]) -> None:
    confidences = [word.confidence for word in found]
    assert confidences == pytest.approx([word.confidence for word in expected], abs=CONFIDENCE_BOUND)


def _exact(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The fields that must be equal: all except the confidence of words."""
    return tuple(
        replace(segment, words=tuple(replace(word, confidence=1.0) for word in segment.words)) for segment in segments
    )


def _exact_log(words: PartialTranscript) -> PartialTranscript:
    heard = (replace(stretch, segments=_exact(stretch.segments), room=NoiseFloor()) for stretch in words.heard)
    return replace(words, heard=tuple(heard))


def _levels(words: PartialTranscript) -> list[float]:
    return [level for stretch in words.heard for level in (stretch.room.loud, stretch.room.quiet)]
