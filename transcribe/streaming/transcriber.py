"""Listening: a sound becomes words, Stretch by Stretch, each kept before the next is heard.

Used by the recogniser that runs beside a recording, by whoever finishes what it left, and for sound that nobody has
heard yet: all part it at the same places, and hold no more of it than is being heard. Owns going on where the log
ends. Refuses to know where the sound comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

import numpy as np

from capture.progress import Progress, silent
from capture.span import Span
from transcribe.asr.speech_windows import LONGEST_MS, MARGIN_MS
from transcribe.model import Recognizer, Segment, Sound, Transcript
from transcribe.streaming.endpointing import Utterance
from transcribe.streaming.segmenter import PER_MS, Parted, UtteranceSegmenter, VoiceDetector
from transcribe.streaming.transcript_log import Log, TranscribedUtterance
from transcribe.words import with_times

_TOGETHER_MS = 120_000
"""The longest sound heard at once, silences included: 8 MB."""


@runtime_checkable
class LiveRecognizer(Recognizer, Protocol):
    """A Recognizer that hears one part of a sound after the other."""

    @property
    def language(self) -> str:
        """The one asked for; empty when it is to be found out."""

    @property
    def singly(self) -> bool:
        """Whether it hears utterances best one by one even when there are many."""

    def set_language(self, language: str) -> None:
        """What is said from now on is in this language, if none was asked for; empty when that is not known yet."""


Told = Callable[[TranscribedUtterance], None]


def transcribe_stream(
    sound: Iterable[Sound],
    recognizer: Recognizer | None,
    log: Log,
    detector: VoiceDetector,
    told: Told,
    *,
    together: bool = False,
    progress: Progress = silent,
) -> None:
    """Hear ``sound`` (mono at 16 kHz, in blocks from take time zero) to its end; ``told`` gets each Stretch once kept.

    What the log holds already is passed over. ``together``: as many utterances at a time as a window holds, which large
    models hear better and three times as fast. Without a recognizer only where somebody speaks is found out.
    ``progress`` gets what the recognizer tells of one part. Raises TranscribeError, and what ``sound``, ``told`` and
    ``progress`` raise; the log then holds everything that came before.
    """
    if log.words.ended_ms is not None:
        return
    ear = UtteranceSegmenter(detector, log.words.until_ms, log.words.room)
    parts = _parted(ear, _after(sound, log.words.until_ms * PER_MS))
    language = ""
    for part in _gathered(parts) if together else parts:
        if isinstance(recognizer, LiveRecognizer):
            language = language or log.words.language
            recognizer.set_language(language)
        log.add(_heard(part, recognizer, progress))
        told(log.words.heard[-1])
    log.end()


def _parted(ear: UtteranceSegmenter, sound: Iterable[Sound]) -> Iterator[Parted]:
    for block in sound:
        yield from ear.feed(block)
    yield from ear.end()


def _after(sound: Iterable[Sound], samples: int) -> Iterator[Sound]:
    for block in sound:
        if samples < len(block):
            yield block[samples:]
        samples = max(0, samples - len(block))


def _gathered(parts: Iterable[Parted]) -> Iterator[Parted]:
    """As many one after the other as fit into a window. Where one begins depends only on where the last one ended."""
    waiting: list[Parted] = []
    for part in parts:
        together = [*waiting, part]
        too_long = together[-1].stretch.end_ms - together[0].stretch.start_ms > _TOGETHER_MS
        if waiting and (too_long or sum(_in_window(one.stretch) for one in together) > LONGEST_MS):
            yield _joined(waiting)
            waiting = []
        waiting.append(part)
    if waiting:
        yield _joined(waiting)


def _in_window(stretch: Utterance) -> int:
    """How much of it is heard, at most."""
    spoken = sum(span.duration_ms + 2 * MARGIN_MS for span in stretch.speech)
    return min(spoken, stretch.duration_ms)


def _joined(parts: list[Parted]) -> Parted:
    speech = tuple(span for part in parts for span in part.stretch.speech)
    whole = Utterance(parts[0].stretch.start_ms, parts[-1].stretch.end_ms, speech=speech)
    return Parted(whole, np.concatenate([part.sound for part in parts]), parts[-1].room)


def _heard(part: Parted, recognizer: Recognizer | None, progress: Progress) -> TranscribedUtterance:
    stretch = part.stretch
    inside = [Span(s.start_ms - stretch.start_ms, s.end_ms - stretch.start_ms) for s in stretch.speech]
    said = recognizer.transcribe(part.sound, inside, progress) if inside and recognizer is not None else Transcript()
    return TranscribedUtterance(
        stretch.start_ms,
        stretch.end_ms,
        speech=stretch.speech,
        segments=tuple(_moved(segment, stretch.start_ms) for segment in said.segments),
        language=said.language,
        room=part.room,
    )


def _moved(segment: Segment, by_ms: int) -> Segment:
    words = tuple(with_times(word, word.start_ms + by_ms, word.end_ms + by_ms) for word in segment.words)
    return Segment(segment.start_ms + by_ms, segment.end_ms + by_ms, text=segment.text, words=words)
