"""What is heard of a recording: where somebody speaks and what is said, part by part, as if it was being recorded.

Owns going on from what was heard of a take before, by a live recogniser or by whoever was broken off, and that whatever
goes wrong with words the speech is found. Refuses to cut and to make steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from capture.errors import TakeError
from capture.progress import Progress
from capture.span import Span
from library.intake.source import RecordingSource
from transcribe.model import SAMPLE_RATE, ModelMissing, Recognizer, Sound, TranscribeError, Transcript
from transcribe.streaming.segmenter import VoiceDetector
from transcribe.streaming.transcriber import LiveRecognizer, transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript, TranscriptHeader, TranscriptLog, read_words

_MISSING_MS = 1_500
"""A log that claims to have heard all of a take this much longer was misled: its file could not be read to the end."""
_LOOK_S, _STALLED_S = 0.05, 60.0

Maker = Callable[[], Recognizer]
"""Gives what turns sound into words, or raises TranscribeError."""


@dataclass(frozen=True)
class TranscriptionResult:
    """Where somebody speaks, what is said, and one line on why that still waits to be heard; empty when it does not.

    ``spent_s``: seconds spent on reading ``sound``, on finding ``speech`` and on ``words``.
    """

    speech: tuple[Span, ...]
    transcript: Transcript
    because: str = ""
    spent_s: dict[str, float] = field(default_factory=dict)

    @property
    def waiting(self) -> bool:
        """Whether it still waits for its words."""
        return bool(self.because)


def hear_recording(source: RecordingSource, recognizer: Maker | None, progress: Progress) -> TranscriptionResult:
    """Everything that is said in a recording; what was heard of it while it was recorded is not heard again.

    Words wait when there is no model, when it is damaged, when a server does not answer: none of that may keep a
    recording from being filed. Raises VideoError, TakeError, and Cancelled when ``progress`` does.
    """
    if not source.facts.has_sound:
        return TranscriptionResult((), Transcript())
    ear = _Ears(source.video, source.facts.duration_ms, progress)
    by, trouble = _made(recognizer)
    try:
        if source.take is not None and (words := _heard_of_take(source.path, by, ear)) is not None:
            return ear.listened(words)
        if by is not None:
            return ear.listened(ear.hear(by, Log(PartialTranscript(hearing=_hearing(by)))))
    except TranscribeError as error:
        trouble = error
    words = ear.hear(None, Log(PartialTranscript()))
    return ear.listened(words, str(trouble) if words.speech else "")


def hear_video(video: Path, duration_ms: int, recognizer: Maker | None, progress: Progress) -> Transcript | None:
    """Everything that is said in a video file; None when nobody speaks.

    Raises ModelMissing when nothing can hear it, TranscribeError, VideoError, and Cancelled when ``progress`` does.
    """
    ear = _Ears(video, duration_ms, progress)
    by, trouble = _made(recognizer)
    words = ear.hear(by, Log(PartialTranscript(hearing=_hearing(by) if by is not None else None)))
    if by is None and words.speech:
        raise trouble
    return words.transcript if words.speech else None


def _made(recognizer: Maker | None) -> tuple[Recognizer | None, TranscribeError]:
    """The recognizer, or why there is none."""
    trouble: TranscribeError = ModelMissing("There is no speech model", "Get one: showhow model download base")
    try:
        return (recognizer() if recognizer is not None else None), trouble
    except TranscribeError as error:
        return None, error


def _hearing(by: Recognizer, *, together: bool | None = None) -> TranscriptHeader:
    live = by if isinstance(by, LiveRecognizer) else None
    if together is None:
        together = live is None or not live.singly
    return TranscriptHeader(model=by.name, language=live.language if live else "", together=together)


def _heard_of_take(take: Path, by: Recognizer | None, ear: _Ears) -> PartialTranscript | None:
    """The words of a take, heard to the end from where its log ends; None when it is to be heard without its log.

    That is when another model heard it, whose words stay; when another process holds on to it; when it cannot be
    written.
    """
    found = read_words(take)
    if by is None:
        return found if found.hearing is not None and _whole(found, ear.whole_ms) else None
    hearing = found.hearing or _hearing(by)
    if hearing not in [_hearing(by, together=together) for together in (True, False)]:
        return None
    log = TranscriptLog(take)
    try:
        if not _taken(log, take, hearing, ear):
            return None
    except TakeError:  # a folder in which nothing can be written
        return None
    try:
        if not _whole(log.words, ear.whole_ms):
            log.words = replace(log.words, ended_ms=None)
            ear.hear(by, log)
        return log.words
    finally:
        log.release()


def _whole(words: PartialTranscript, duration_ms: int) -> bool:
    return words.ended_ms is not None and words.ended_ms + _MISSING_MS >= duration_ms


def _taken(log: TranscriptLog, take: Path, hearing: TranscriptHeader, ear: _Ears) -> bool:
    """Wait until the live recogniser has let go; False when it holds on without hearing anything more."""
    until_ms, since_s = -1, time.monotonic()
    while not log.take(hearing):
        words = read_words(take)
        if words.until_ms != until_ms:
            until_ms, since_s = words.until_ms, time.monotonic()
        elif time.monotonic() - since_s > _STALLED_S:
            return False
        ear.tell(until_ms)
        time.sleep(_LOOK_S)
    return True


class _Ears:
    """Hears a video's sound and keeps time: what is spent on reading, on finding speech and on words."""

    def __init__(self, video: Path, whole_ms: int, progress: Progress) -> None:
        self._video, self.whole_ms, self._progress = video, whole_ms, progress
        self._spent = dict.fromkeys(("sound", "speech", "words"), 0.0)

    def hear(self, by: Recognizer | None, log: Log) -> PartialTranscript:
        """The words from where ``log`` ends to the end of the sound; without a recognizer where somebody speaks."""
        from transcribe.asr.silero import Detector

        self.tell(log.words.until_ms, "Listening for speech")
        detector, begun, before = _Clocked(Detector()), time.monotonic(), self._spent["sound"]

        def meanwhile(done: int, _total: int, what: str) -> None:
            self.tell(log.words.until_ms + done, what)

        transcribe_stream(
            self._sound(), by, log, detector, lambda heard: self.tell(heard.end_ms),
            together=bool(log.words.hearing and log.words.hearing.together), progress=meanwhile,
        )  # fmt: skip
        self._spent["speech"] += detector.spent_s
        read_s = self._spent["sound"] - before
        self._spent["words"] += time.monotonic() - begun - detector.spent_s - read_s
        return log.words

    def tell(self, done_ms: int, what: str = "Transcribing") -> None:
        """How far it is."""
        self._progress(min(max(0, done_ms), self.whole_ms), self.whole_ms, what)

    def listened(self, words: PartialTranscript, because: str = "") -> TranscriptionResult:
        """What lies inside the recording; a recorder that was killed had said a little more than could be mended."""
        whole = Span(0, self.whole_ms)
        speech = tuple(Span(s.start_ms, min(s.end_ms, self.whole_ms)) for s in words.speech if s.overlap_ms(whole))
        transcript = words.transcript
        kept = tuple(segment for segment in transcript.segments if segment.end_ms <= self.whole_ms + _MISSING_MS)
        return TranscriptionResult(speech, replace(transcript, segments=kept), because, self._spent)

    def _sound(self) -> Iterator[Sound]:
        from capture.video.tail_reader import growing_sound

        blocks = growing_sound(self._video, SAMPLE_RATE, lambda: False)
        while True:
            begun = time.monotonic()
            block = next(blocks, None)
            self._spent["sound"] += time.monotonic() - begun
            if block is None:
                return
            yield block


class _Clocked:
    """A detector and how long it was at work."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector, self.spent_s = detector, 0.0

    def restart(self) -> None:
        """Forget what was heard."""
        self._detector.restart()

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, 512]."""
        begun = time.monotonic()
        found = self._detector(blocks)
        self.spent_s += time.monotonic() - begun
        return found
