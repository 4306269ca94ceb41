"""Transcribes a stream of sound, utterance by utterance, and logs each before the next one.

Used for live transcription, for finishing it after the recording, and for files. All split the sound at the same
places and keep only the part in memory that is being transcribed. Owns resuming at the end of the log. Does not know
the source of the sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from capture.progress import Progress, silent
from capture.span import Span
from transcribe.asr.speech_windows import LONGEST_MS, MARGIN_MS
from transcribe.model import Recognizer, Segment, Sound, Transcript
from transcribe.streaming.endpointing import Utterance
from transcribe.streaming.language_choice import LanguageChoice
from transcribe.streaming.segmenter import SAMPLES_PER_MS, UtteranceAudio, UtteranceSegmenter, VoiceDetector
from transcribe.streaming.transcript_log import Log, TranscribedUtterance
from transcribe.words import with_times

_TOGETHER_MS = 120_000
"""The longest sound transcribed at once, silences included: 8 MB."""


@runtime_checkable
class LiveRecognizer(Recognizer, Protocol):
    """A Recognizer for consecutive parts of one sound."""

    @property
    def language(self) -> str:
        """The requested language; empty for detection."""

    def set_language(self, language: str) -> None:
        """Set the language of the following sound, used if none was requested; empty when not known yet."""

    def language_odds(self, sound: Sound, speech: Sequence[Span]) -> dict[str, float]:
        """Probabilities of the languages in the spans ``speech`` (ms of ``sound``), best first.

        Empty when none has to be guessed, or the recognizer tells it only with the words.
        """


OnUtterance = Callable[[TranscribedUtterance], None]


def transcribe_stream(
    sound: Iterable[Sound],
    recognizer: Recognizer | None,
    log: Log,
    detector: VoiceDetector,
    on_utterance: OnUtterance,
    *,
    together: bool = False,
    progress: Progress = silent,
) -> None:
    """Transcribe ``sound`` (mono at 16 kHz, in blocks from take time zero) to its end.

    ``on_utterance`` gets each Utterance after it was logged; the first ones again when more speech shows that they are
    in another language. Sound already in the log is skipped. ``together``: as many
    utterances at a time as a window holds; large models are better and three times as fast with it. Without a
    recognizer only the spans of speech are found. ``progress`` gets the progress of the recognizer within one part.

    Raises TranscribeError, and what ``sound``, ``on_utterance`` and ``progress`` raise; the log then holds all parts
    before.
    """
    if log.words.ended_ms is not None:
        return
    choice = _language_choice(recognizer, log)
    segmenter = UtteranceSegmenter(detector, log.words.until_ms, log.words.noise)
    parts = _segmented(segmenter, _after(sound, log.words.until_ms * SAMPLES_PER_MS))
    for part in _gathered(parts) if together else parts:
        todo = [part]
        if choice is not None and choice.add(part):
            todo = list(choice.first)
            log.restart()
        for one in todo:
            if isinstance(recognizer, LiveRecognizer):
                recognizer.set_language((choice.language if choice is not None else "") or log.words.language)
            odds = choice.odds if choice is not None and one is todo[-1] else {}
            log.add(_transcribed(one, recognizer, odds, progress))
            on_utterance(log.words.heard[-1])
    log.end()


def _language_choice(recognizer: Recognizer | None, log: Log) -> LanguageChoice | None:
    """The choice of the language, resumed from the log. Utterances heard before it was settled are heard again."""
    if not isinstance(recognizer, LiveRecognizer):
        return None
    if log.words.odds and not log.words.settled:
        log.restart()
    return LanguageChoice(recognizer.language_odds, log.words.language, settled=log.words.settled)


def _segmented(segmenter: UtteranceSegmenter, sound: Iterable[Sound]) -> Iterator[UtteranceAudio]:
    for block in sound:
        yield from segmenter.feed(block)
    yield from segmenter.end()


def _after(sound: Iterable[Sound], samples: int) -> Iterator[Sound]:
    for block in sound:
        if samples < len(block):
            yield block[samples:]
        samples = max(0, samples - len(block))


def _gathered(parts: Iterable[UtteranceAudio]) -> Iterator[UtteranceAudio]:
    """Consecutive parts joined while they fit into a window. A join depends only on the end of the previous one."""
    pending: list[UtteranceAudio] = []
    for part in parts:
        together = [*pending, part]
        too_long = together[-1].utterance.end_ms - together[0].utterance.start_ms > _TOGETHER_MS
        if pending and (too_long or sum(_in_window(one.utterance) for one in together) > LONGEST_MS):
            yield _joined(pending)
            pending = []
        pending.append(part)
    if pending:
        yield _joined(pending)


def _in_window(utterance: Utterance) -> int:
    """Upper limit of the ms of a window that it takes."""
    spoken = sum(span.duration_ms + 2 * MARGIN_MS for span in utterance.speech)
    return min(spoken, utterance.duration_ms)


def _joined(parts: list[UtteranceAudio]) -> UtteranceAudio:
    speech = tuple(span for part in parts for span in part.utterance.speech)
    whole = Utterance(parts[0].utterance.start_ms, parts[-1].utterance.end_ms, speech=speech)
    return UtteranceAudio(whole, np.concatenate([part.sound for part in parts]), parts[-1].noise)


def _transcribed(
    part: UtteranceAudio, recognizer: Recognizer | None, odds: dict[str, float], progress: Progress
) -> TranscribedUtterance:
    utterance = part.utterance
    inside = [Span(s.start_ms - utterance.start_ms, s.end_ms - utterance.start_ms) for s in utterance.speech]
    found = recognizer.transcribe(part.sound, inside, progress) if inside and recognizer is not None else Transcript()
    return TranscribedUtterance(
        utterance.start_ms,
        utterance.end_ms,
        speech=utterance.speech,
        segments=tuple(_moved(segment, utterance.start_ms) for segment in found.segments),
        language=found.language,
        room=part.noise,
        odds=odds,
    )


def _moved(segment: Segment, by_ms: int) -> Segment:
    words = tuple(with_times(word, word.start_ms + by_ms, word.end_ms + by_ms) for word in segment.words)
    return Segment(segment.start_ms + by_ms, segment.end_ms + by_ms, text=segment.text, words=words)
