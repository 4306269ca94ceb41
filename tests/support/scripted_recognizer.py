"""ScriptedRecognizer: hears sentences it was told beforehand, for tests that need words and not hearing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from capture.progress import Progress, silent
from capture.span import Span
from tests.support.speech import SENTENCES, say
from transcribe.model import SAMPLE_RATE, Segment, Sound, Transcript, Word

_PER_MS = SAMPLE_RATE // 1000


class ScriptedRecognizer:
    """Hears in each span of speech that of its sentences which takes about as long to say, its words evenly spread.

    ``asked`` counts how often it was asked.
    """

    language = "en"

    def __init__(self, sentences: Sequence[str] = SENTENCES, name: str = "scripted") -> None:
        self.name, self.asked = name, 0
        self._lengths = {text: _length(say(text)) for text in sentences}

    def set_language(self, language: str) -> None:
        """It knows its language."""

    def language_odds(self, *_: object) -> dict[str, float]:
        """It has nothing to guess."""
        return {}

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        self.asked += 1
        progress(0, 1, "Transcribing")
        segments = tuple(self._heard(span, sound) for span in speech)
        progress(1, 1, "Transcribing")
        return Transcript(segments=segments, language=self.language, model=self.name)

    def _heard(self, span: Span, sound: Sound) -> Segment:
        length = _length(sound[span.start_ms * _PER_MS : span.end_ms * _PER_MS])
        text = min(self._lengths, key=lambda one: abs(self._lengths[one] - length))
        words = text.split()
        edges = [span.start_ms + span.duration_ms * n // len(words) for n in range(len(words) + 1)]
        timed = tuple(Word(a, b, text=word) for word, a, b in zip(words, edges, edges[1:], strict=False))
        return Segment(span.start_ms, span.end_ms, text=text, words=timed)


def _length(sound: Sound) -> int:
    """Samples from the first loud one to the last."""
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    return int(loud[-1] - loud[0]) if len(loud) else 0
