"""Listening: a stream of sound becomes words, Stretch by Stretch, each kept before the next is heard.

Used by the recogniser that runs beside a recording, and by whoever finishes what it left: both come to the same words.
Owns going on where the log ends. Refuses to know where the sound comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

import msgspec

from capture.progress import silent
from transcribe.ear import PER_MS, Ear, Parted, Probabilities
from transcribe.model import Recognizer, Segment, Sound, Word
from transcribe.words_log import Heard, WordsLog


@runtime_checkable
class LiveRecognizer(Recognizer, Protocol):
    """A Recognizer that hears one utterance after the other."""

    @property
    def language(self) -> str:
        """The one asked for; empty when it is to be found out."""

    def settle(self, language: str) -> None:
        """What is said from now on is in this language, if none was asked for."""


Told = Callable[[Heard], None]


def listen(
    sound: Iterable[Sound], recognizer: LiveRecognizer, log: WordsLog, detector: Probabilities, told: Told
) -> None:
    """Hear ``sound`` (mono at 16 kHz, in blocks from take time zero) to its end; ``told`` gets each Stretch once kept.

    What the log holds already is passed over. Raises TranscribeError, and what ``sound`` and ``told`` raise; the log
    then holds everything that came before.
    """
    if log.words.ended_ms is not None:
        return
    ear = Ear(detector, log.words.until_ms, log.words.room)
    for parted in _parted(ear, _after(sound, log.words.until_ms * PER_MS)):
        if log.words.language:
            recognizer.settle(log.words.language)
        log.add(_heard(parted, recognizer))
        told(log.words.heard[-1])
    log.end()


def _parted(ear: Ear, sound: Iterable[Sound]) -> Iterator[Parted]:
    for block in sound:
        yield from ear.hear(block)
    yield from ear.end()


def _after(sound: Iterable[Sound], samples: int) -> Iterator[Sound]:
    for block in sound:
        if samples < len(block):
            yield block[samples:]
        samples = max(0, samples - len(block))


def _heard(parted: Parted, recognizer: LiveRecognizer) -> Heard:
    stretch = parted.stretch
    inside = [msgspec.structs.replace(s, start_ms=s.start_ms - stretch.start_ms, end_ms=s.end_ms - stretch.start_ms)
              for s in stretch.speech]  # fmt: skip
    said = recognizer.hear(parted.sound, inside, silent) if inside else None
    return Heard(
        stretch.start_ms,
        stretch.end_ms,
        speech=stretch.speech,
        segments=tuple(_moved(segment, stretch.start_ms) for segment in said.segments) if said else (),
        language=said.language if said else "",
        room=parted.room,
    )


def _moved(segment: Segment, by_ms: int) -> Segment:
    words = tuple(_placed(word, by_ms) for word in segment.words)
    return Segment(segment.start_ms + by_ms, segment.end_ms + by_ms, text=segment.text, words=words)


def _placed(word: Word, by_ms: int) -> Word:
    return Word(word.start_ms + by_ms, word.end_ms + by_ms, text=word.text, confidence=word.confidence)
