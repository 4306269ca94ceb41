"""Transcribes a recording: finds speech and words in the same way as the live transcription does.

Owns resuming the transcript log of a take after a live recognizer or an interrupted run, and that speech is found even
when recognition fails. Does not cut and does not make steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from capture.audio.level import DEAD_DB
from capture.errors import TakeError
from capture.model import Event
from capture.progress import Progress
from capture.span import Span
from capture.video.damage import Damage
from library.intake.captions_there import captions_of
from library.intake.sound_tracks import TrackSound, chosen_tracks, tracks_note
from library.intake.source import RecordingSource
from transcribe.asr.guards import too_few
from transcribe.asr.language import language_name
from transcribe.model import (
    SAMPLE_RATE,
    ModelMissing,
    PromptedRecognizer,
    Recognizer,
    Sound,
    TranscribeError,
    Transcript,
)
from transcribe.named import names_shown, unheard, with_names
from transcribe.streaming.segmenter import VoiceDetector
from transcribe.streaming.transcriber import LiveRecognizer, transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript, TranscriptHeader, TranscriptLog, read_words

_MISSING_MS = 1_500
"""A log that ended this much before the end of its take is incomplete: the file could not be read to its end."""
_POLL_S, _STALLED_S = 0.05, 60.0
_JUDGED_MS, _UNSURE = 5_000, 0.6
# Mean confidence: 0.9 of clear English with tiny.en, 0.35 to 0.6 of other languages.
_CANCELLING_S = 1.0
_AUDIBLE = 1e-3  # -60 dB
_HEARD = 10 ** (DEAD_DB / 20)
_SILENT = "Nothing is heard in it from beginning to end. Was the microphone muted or turned down?"
_CANCELLING = "Left and right are in opposite phase and would cancel out; only the louder one was listened to."

Maker = Callable[[], Recognizer]
"""Creates the recognizer, or raises TranscribeError."""


@dataclass(frozen=True)
class TranscriptionResult:
    """Spans of speech, the transcript, and one line ``because`` on why words are missing; empty when they are not.

    ``spent_s``: seconds spent on reading ``sound``, on finding ``speech`` and on ``words``. ``notes``: one line each on
    what is wrong with the sound. ``damage``: what could be read of each track. ``tracks``: those of a file with several
    that were heard; empty otherwise.
    """

    speech: tuple[Span, ...]
    transcript: Transcript
    because: str = ""
    spent_s: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    damage: tuple[Damage, ...] = ()
    tracks: tuple[int, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether the words are still missing."""
        return bool(self.because)


def _tracks_of(source: RecordingSource, progress: Progress) -> tuple[int, ...]:
    """The sound tracks of a video file with several that are heard and kept; empty for other recordings."""
    if source.take is not None or not source.facts.more_sounds:
        return ()
    found = []
    for track in range(source.facts.more_sounds + 1):
        transcriber = _Transcriber(source.video, source.facts.duration_ms, progress, (track,))
        speech = transcriber.run(None, Log(PartialTranscript())).speech
        found.append(TrackSound(tuple(speech), transcriber.loudest > _AUDIBLE))
    return chosen_tracks(found)


def transcribe_recording(
    source: RecordingSource, recognizer: Maker | None, progress: Progress, *, captions: bool = True
) -> TranscriptionResult:
    """Transcribe a recording; what was transcribed while it was recorded is not transcribed again.

    A video file with ``captions`` has its words from them; then only speech is found.
    The result has no words when there is no model, when it is damaged, or when a server does not answer: the recording
    can be filed all the same. Raises VideoError, TakeError, and Cancelled when ``progress`` does.
    """
    captioned, notes = (
        captions_of(source.video, source.facts.duration_ms) if captions and not source.take else (None, ())
    )
    result = TranscriptionResult((), Transcript(), notes=notes)
    if source.facts.has_sound:
        tracks = _tracks_of(source, progress)
        transcriber = _Transcriber(source.video, source.facts.duration_ms, progress, tracks)
        result = _heard(source, recognizer, transcriber) if captioned is None else transcriber.only_speech()
        said = (tracks_note(source.facts.more_sounds + 1, tracks),) if tracks else ()
        result = with_changes(result, tracks=tracks, notes=(*said, *notes, *result.notes))
    # The words of a take may have been written while it was recorded; then nobody listens to its sound again.
    peak_db = source.take.figures.narration_peak_db if source.take is not None else None
    if peak_db is not None and peak_db <= DEAD_DB:
        result = with_changes(result, notes=tuple(dict.fromkeys((_SILENT, *result.notes))))
    if captioned is None:
        return result
    return with_changes(result, transcript=captioned.transcript, because="", notes=(captioned.note, *result.notes))


def _heard(source: RecordingSource, recognizer: Maker | None, transcriber: _Transcriber) -> TranscriptionResult:
    by, error = _create(recognizer)
    try:
        if source.take is not None and (words := _take_words(source.path, by, transcriber)) is not None:
            return transcriber.result(words)
        if by is not None:
            return transcriber.result(transcriber.run(by, Log(PartialTranscript(hearing=_header(by)))))
    except TranscribeError as failure:
        error = failure
    result = transcriber.only_speech()
    return with_changes(result, because=str(error)) if result.speech else result


def transcribe_video(video: Path, duration_ms: int, recognizer: Maker | None, progress: Progress) -> Transcript | None:
    """Transcribe a video file; None when there is no speech in it.

    Raises ModelMissing when there is no recognizer, TranscribeError, VideoError, and Cancelled when ``progress`` does.
    """
    transcriber = _Transcriber(video, duration_ms, progress)
    by, error = _create(recognizer)
    words = transcriber.run(by, Log(PartialTranscript(hearing=_header(by) if by is not None else None)))
    if by is None and words.speech:
        raise error
    return words.transcript if words.speech else None


def with_names_shown(
    heard: Transcript, events: Sequence[Event], by: Recognizer, hear: Callable[[Maker], Transcript | None]
) -> Transcript:
    """``heard``, the words of a recording, with the names on its screen that were heard as other words.

    It is heard once more, by ``hear``, only when words are unsure and names are missing, and by a recognizer on this
    machine only: what stood on a screen is sent nowhere.
    """
    names = unheard(heard, names_shown(events))
    if not names or not isinstance(by, PromptedRecognizer):
        return heard
    prompted = hear(lambda: by.expecting(names))
    return with_names(heard, prompted, names) if prompted is not None else heard


def _create(recognizer: Maker | None) -> tuple[Recognizer | None, TranscribeError]:
    """The recognizer, or None and the error to report."""
    missing = ModelMissing("There is no speech model", "Get one: showhow model download base")
    try:
        return (recognizer() if recognizer is not None else None), missing
    except TranscribeError as error:
        return None, error


def _header(by: Recognizer, *, together: bool = True) -> TranscriptHeader:
    live = by if isinstance(by, LiveRecognizer) else None
    return TranscriptHeader(model=by.name, language=live.language if live else "", together=together)


def _take_words(take: Path, by: Recognizer | None, transcriber: _Transcriber) -> PartialTranscript | None:
    """The words of a take: its transcript log, completed by ``by``. None when the log cannot be used.

    That is when another model wrote it (it stays unchanged), when another process keeps its lock, or when it cannot be
    written.
    """
    found = read_words(take)
    if by is None:
        return found if found.hearing is not None and _whole(found, transcriber.whole_ms) else None
    header = found.hearing or _header(by)
    if header not in [_header(by, together=together) for together in (True, False)]:
        return None
    log = TranscriptLog(take)
    try:
        if not _acquire(log, take, header, transcriber):
            return None
    except TakeError:  # a folder in which nothing can be written
        return None
    try:
        if not _whole(log.words, transcriber.whole_ms):
            log.words = replace(log.words, ended_ms=None)
            transcriber.run(by, log)
        return log.words
    finally:
        log.release()


def _whole(words: PartialTranscript, duration_ms: int) -> bool:
    return words.ended_ms is not None and words.ended_ms + _MISSING_MS >= duration_ms


def _acquire(log: TranscriptLog, take: Path, header: TranscriptHeader, transcriber: _Transcriber) -> bool:
    """Wait until the live recognizer releases the log; False when it keeps it without progress for 60 s."""
    until_ms, since_s = -1, time.monotonic()
    while not log.take(header):
        words = read_words(take)
        if words.until_ms != until_ms:
            until_ms, since_s = words.until_ms, time.monotonic()
        elif time.monotonic() - since_s > _STALLED_S:
            return False
        transcriber.report(until_ms)
        time.sleep(_POLL_S)
    return True


class _Transcriber:
    """Transcribes a video's sound and measures the seconds spent on reading, on finding speech and on words."""

    def __init__(self, video: Path, whole_ms: int, progress: Progress, tracks: Sequence[int] = ()) -> None:
        self._video, self.whole_ms, self._progress, self._tracks = video, whole_ms, progress, tracks or (0,)
        self.loudest, self._damage = 0.0, tuple[Damage, ...]()
        self._spent = dict.fromkeys(("sound", "speech", "words"), 0.0)
        self._notes: tuple[str, ...] = ()

    def run(self, by: Recognizer | None, log: Log) -> PartialTranscript:
        """Transcribe from the end of ``log`` to the end of the sound; without a recognizer only find speech."""
        from transcribe.asr.silero_vad import Detector

        self.report(log.words.until_ms, "Listening for speech")
        detector, begun, before = _TimedDetector(Detector()), time.monotonic(), self._spent["sound"]

        def progress(done: int, _total: int, what: str) -> None:
            self.report(log.words.until_ms + done, what)

        transcribe_stream(
            self._sound(), by, log, detector, lambda utterance: self.report(utterance.end_ms),
            together=bool(log.words.hearing and log.words.hearing.together), progress=progress,
        )  # fmt: skip
        self._spent["speech"] += detector.spent_s
        read_s = self._spent["sound"] - before
        self._spent["words"] += time.monotonic() - begun - detector.spent_s - read_s
        return log.words

    def only_speech(self) -> TranscriptionResult:
        """Find the speech in the sound; no words."""
        return self.result(self.run(None, Log(PartialTranscript())))

    def report(self, done_ms: int, what: str = "Transcribing") -> None:
        self._progress(min(max(0, done_ms), self.whole_ms), self.whole_ms, what)

    def result(self, words: PartialTranscript, because: str = "") -> TranscriptionResult:
        """The result clipped to the recording: after a crash of the recorder the log can be longer than the video."""
        whole = Span(0, self.whole_ms)
        speech = tuple(Span(s.start_ms, min(s.end_ms, self.whole_ms)) for s in words.speech if s.overlap_ms(whole))
        transcript = words.transcript
        kept = tuple(segment for segment in transcript.segments if segment.end_ms <= self.whole_ms + _MISSING_MS)
        transcript = replace(transcript, segments=kept)
        notes = (*self._notes, *_unsure(transcript, speech))
        return TranscriptionResult(speech, transcript, because, self._spent, notes, self._damage)

    def _sound(self) -> Iterator[Sound]:
        from capture.video.audio_mix import MixedSound

        with MixedSound(self._video, rate=SAMPLE_RATE, tracks=self._tracks) as sound:
            blocks = sound.blocks()
            while True:
                begun = time.monotonic()
                block = next(blocks, None)
                self._spent["sound"] += time.monotonic() - begun
                if block is None:
                    cancelling = sound.cancelling_s >= _CANCELLING_S
                    self._notes = (_SILENT,) if self.loudest <= _HEARD else (_CANCELLING,) if cancelling else ()
                    self._damage = tuple(sound.damage)
                    return
                self.loudest = max(self.loudest, float(np.abs(block).max(initial=0.0)))
                yield block


def _unsure(transcript: Transcript, speech: Sequence[Span]) -> tuple[str, ...]:
    """A note when the words are poor throughout, as when a model does not know the language that is spoken."""
    spoken_ms, words = sum(span.duration_ms for span in speech), transcript.words
    if not transcript.model or spoken_ms < _JUDGED_MS:
        return ()
    surely = sum(word.confidence for word in words) / max(1, len(words))
    if surely >= _UNSURE and not too_few(words, spoken_ms):
        return ()
    language = language_name(transcript.language) or "the language of the model"
    return (f"Its words are unsure throughout. Is it {language}? Another language may need another model.",)


class _TimedDetector:
    """A voice detector that measures the seconds it runs."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector, self.spent_s = detector, 0.0

    def restart(self) -> None:
        self._detector.restart()

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n] for blocks [n, 512]."""
        begun = time.monotonic()
        found = self._detector(blocks)
        self.spent_s += time.monotonic() - begun
        return found
