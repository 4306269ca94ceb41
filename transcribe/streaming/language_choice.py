"""LanguageChoice: the language of a take while it is transcribed, from all speech so far.

Owns the first utterances until the language is chosen for good, because they are transcribed again when it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from capture.span import Span
from transcribe.asr.language import best_of, is_settled
from transcribe.model import Sound
from transcribe.streaming.segmenter import SAMPLES_PER_MS, UtteranceAudio

Guess = Callable[[Sound, Sequence[Span]], dict[str, float]]
"""Probabilities of languages in spans (ms) of a sound; empty when there is nothing to guess."""


class LanguageChoice:
    """The most probable language so far; ``settled`` when it is chosen for good, as by a transcript that is resumed."""

    def __init__(self, guess: Guess, language: str = "", *, settled: bool = False) -> None:
        self._guess = guess
        self.language, self.settled = language, settled
        self.odds: dict[str, float] = {}
        self.first: list[UtteranceAudio] = []

    def add(self, part: UtteranceAudio) -> bool:
        """Add an utterance while the language is not settled. Returns whether the language of those before changed."""
        if self.settled:
            self.odds, self.first = {}, []
            return False
        silent = not part.utterance.speech
        self.first.append(part._replace(sound=part.sound[:0]) if silent else part)
        if silent:
            return False
        before, (sound, speech) = self.language, self._together()
        self.odds = self._guess(sound, speech)
        self.language = best_of(self.odds)
        self.settled = not self.odds or is_settled(self.odds, sum(span.duration_ms for span in speech))
        return bool(before) and self.language != before

    def _together(self) -> tuple[Sound, list[Span]]:
        """The sound of the utterances with speech, one after another, and the spans of speech in it."""
        speech, samples = list[Span](), 0
        spoken = [part for part in self.first if part.utterance.speech]
        for part in spoken:
            by_ms = samples // SAMPLES_PER_MS - part.utterance.start_ms
            speech += [Span(span.start_ms + by_ms, span.end_ms + by_ms) for span in part.utterance.speech]
            samples += len(part.sound)
        return np.concatenate([part.sound for part in spoken]), speech
