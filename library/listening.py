"""What is heard of a recording: where somebody speaks and what is said, by the live recogniser's log if there is one.

Owns finishing what a live recogniser left, by whatever it was ended. Refuses to cut and to make steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from capture.progress import Progress
from capture.span import Span
from library.sources import Source
from library.upkeep import hear
from transcribe.listening import LiveRecognizer, listen
from transcribe.model import SAMPLE_RATE, Recognizer, Sound, SoundLike, TranscribeError, Transcript
from transcribe.words_log import Heard, Hearing, Words, WordsLog, read_words

if TYPE_CHECKING:
    from capture.video.long_sound import LongSound

_MISSING_MS = 1_500
"""A log that claims to have heard all of a take this much longer was misled: its file could not be read to the end."""
_LOOK_S, _STALLED_S = 0.05, 60.0


@dataclass(frozen=True)
class Listened:
    """Where somebody speaks, what is said, and one line on why that still waits to be heard; empty when it does not."""

    speech: tuple[Span, ...]
    transcript: Transcript
    because: str = ""

    @property
    def waiting(self) -> bool:
        """Whether it still waits for its words."""
        return bool(self.because)


def heard_live(source: Source, recognizer: Callable[[], Recognizer] | None, progress: Progress) -> Listened | None:
    """What was heard while a take was recorded, heard to its end; None when another model is to hear it, or none did.

    None as well when what is to finish it fails. Raises TakeError, and Cancelled when ``progress`` does.
    """
    if source.take is None or (found := read_words(source.path)).hearing is None:
        return None
    duration_ms = source.facts.duration_ms
    by = _recognizer(recognizer)
    if by is None:
        return _listened(found, duration_ms) if _whole(found, duration_ms) else None
    if not isinstance(by, LiveRecognizer) or found.hearing != Hearing(model=by.name, language=by.language):
        return None
    try:
        words = _finished(source, found.hearing, by, progress)
    except TranscribeError:  # said by ``heard_now``, which meets the same
        return None
    return _listened(words, duration_ms) if words is not None else None


def _recognizer(recognizer: Callable[[], Recognizer] | None) -> Recognizer | None:
    try:
        return recognizer() if recognizer is not None else None
    except TranscribeError:
        return None


def _whole(words: Words, duration_ms: int) -> bool:
    return words.ended_ms is not None and words.ended_ms + _MISSING_MS >= duration_ms


def _finished(source: Source, hearing: Hearing, by: LiveRecognizer, progress: Progress) -> Words | None:
    """The words to the end of the sound, heard here if need be; None when another process holds on to it."""
    from transcribe.silero import Detector

    whole = source.facts.duration_ms

    def told(heard: Heard) -> None:
        progress(min(heard.end_ms, whole), whole, "Transcribing")

    log = WordsLog(source.path)
    if not _taken(log, source.path, hearing, whole, progress):
        return None
    try:
        if not _whole(log.words, whole):
            log.words = replace(log.words, ended_ms=None)
            listen(_blocks(source.video), by, log, Detector(), told)
        return log.words
    finally:
        log.release()


def _taken(log: WordsLog, take: Path, hearing: Hearing, whole_ms: int, progress: Progress) -> bool:
    """Wait until the live recogniser has let go; False when it holds on without hearing anything more."""
    until_ms, since_s = -1, time.monotonic()
    while not log.take(hearing):
        words = read_words(take)
        if words.until_ms != until_ms:
            until_ms, since_s = words.until_ms, time.monotonic()
        elif time.monotonic() - since_s > _STALLED_S:
            return False
        progress(min(until_ms, whole_ms), whole_ms, "Transcribing")
        time.sleep(_LOOK_S)
    return True


def _blocks(video: Path) -> Iterator[Sound]:
    from capture.video.growing import growing_sound

    return growing_sound(video, SAMPLE_RATE, lambda: False)


def _listened(words: Words, duration_ms: int) -> Listened:
    """What lies inside the take; a recorder that was killed had said a little more than could be mended."""
    whole = Span(0, duration_ms)
    speech = tuple(Span(s.start_ms, min(s.end_ms, duration_ms)) for s in words.speech if s.overlap_ms(whole))
    transcript = words.transcript
    kept = tuple(segment for segment in transcript.segments if segment.end_ms <= duration_ms + _MISSING_MS)
    return Listened(speech, replace(transcript, segments=kept))


def sound_of(source: Source) -> LongSound:
    """The narration of a recording, empty when it has none; to be closed. Raises VideoError."""
    from capture.video.long_sound import LongSound

    return LongSound(source.video)


def speech_in(source: Source, sound: SoundLike) -> list[Span]:
    """Where somebody speaks in it."""
    if not source.facts.has_sound:
        return []
    from transcribe.speech import speech_spans

    return list(speech_spans(sound))


def heard_now(
    sound: SoundLike, speech: list[Span], recognizer: Callable[[], Recognizer] | None, progress: Progress
) -> Listened:
    """The words of a sound; they wait when there is no model, when it is damaged, when a server does not answer.

    None of that may keep a recording from being filed. Raises Cancelled when ``progress`` does.
    """
    if not speech:
        return Listened((), Transcript())
    try:
        return Listened(tuple(speech), hear(recognizer, sound, speech, progress))
    except TranscribeError as error:
        return Listened(tuple(speech), Transcript(), str(error))
