"""Compares two transcriptions of one sound: by one process exactly, confidences within a bound; else by utterances.

For tests that compare two runs of the recognizer. A transcript that is stored and read back is compared with ``==``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.support.word_errors import word_error_rate
from transcribe.model import Segment, Transcript, Word
from transcribe.streaming.endpointing import NoiseFloor
from transcribe.streaming.transcript_log import PartialTranscript

CONFIDENCE_BOUND = 0.05
"""Allowed difference of a word's confidence between two transcriptions of one sound by one process.

The order of a sum may change its last bits, and the model uses 8-bit numbers, so a last bit can become a whole step of
an activation. This bound has no visible effect.
"""
_UNLIKE = 0.1
"""Allowed word error rate between two processes.

The recogniser's own has one thread of NumPy's OpenBLAS, that of a test several. On some processors
(``OPENBLAS_CORETYPE=Haswell``) tiny.en then differs in commas and by up to 0.3 s in times.
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


def assert_same_utterances(found: PartialTranscript, expected: PartialTranscript) -> None:
    """The same utterances with the same speech to the same end; their words as two processes hear them."""
    assert [(one.start_ms, one.end_ms, one.speech) for one in found.heard] == [
        (one.start_ms, one.end_ms, one.speech) for one in expected.heard
    ]
    assert found.ended_ms == expected.ended_ms
    assert word_error_rate(expected.transcript.text, found.transcript.text) <= _UNLIKE


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
