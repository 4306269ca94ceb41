"""A sound is heard part by part: never more of it at once than fits, and from wherever somebody was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.errors import Cancelled
from capture.progress import Progress
from capture.span import Span
from transcribe.model import Segment, Sound, Transcript
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import (
    Log,
    PartialTranscript,
    TranscribedUtterance,
    TranscriptHeader,
    TranscriptLog,
    read_words,
)


class Loud:
    """A detector for which everything loud is speech."""

    def restart(self) -> None:
        pass

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        return (np.abs(blocks).max(axis=1) > 0.05).astype(np.float32)


class Counts:
    """Hears “w” for each span of speech, and notes how much it was given."""

    name = "counts"

    def __init__(self) -> None:
        self.given_ms: list[int] = []
        self.spoken_ms: list[int] = []

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress) -> Transcript:
        self.given_ms.append(len(sound) // 16)
        self.spoken_ms.append(sum(span.duration_ms for span in speech))
        progress(1, 1, "Transcribing")
        return Transcript(segments=tuple(Segment(s.start_ms, s.end_ms, text="w") for s in speech), language="en")


class Detects(Counts):
    """One that finds the language out, and is told what it was once that is sure."""

    language = ""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def set_language(self, language: str) -> None:
        self.told.append(language)

    def language_odds(self, *_: object) -> dict[str, float]:
        return {}


class Guesses(Detects):
    """One that takes what it hears for English until it has heard ``doubts_ms`` of speech, and then for German."""

    def __init__(self, doubts_ms: int = 6_000) -> None:
        super().__init__()
        self.doubts_ms, self.asked_ms = doubts_ms, list[int]()

    def language_odds(self, sound: Sound, speech: Sequence[Span]) -> dict[str, float]:
        spoken_ms = sum(span.duration_ms for span in speech)
        assert all(span.start_ms >= 0 and span.end_ms * 16 <= len(sound) for span in speech)
        assert all(np.abs(sound[span.start_ms * 16 : span.end_ms * 16]).max() > 0.1 for span in speech)
        self.asked_ms.append(spoken_ms)
        return {"de": 0.9, "en": 0.1} if spoken_ms > self.doubts_ms else {"en": 0.6, "de": 0.4}

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress) -> Transcript:
        super().transcribe(sound, speech, progress)
        text = self.told[-1]
        return Transcript(segments=tuple(Segment(s.start_ms, s.end_ms, text=text) for s in speech), language=text)


def talk(seconds: int, *, spoken_s: float = 4.0, pause_s: float = 1.0) -> Sound:
    """Bursts with pauses, in a quiet room."""
    at = np.arange(seconds * 16_000)
    loud = (at / 16_000) % (spoken_s + pause_s) >= pause_s
    return (np.where(loud, 0.2, 1e-3) * np.sin(at * 0.3)).astype(np.float32)


def blocks(sound: Sound) -> list[Sound]:
    return [sound[at : at + 8_000] for at in range(0, len(sound), 8_000)]


def heard(recognizer: Counts | None, sound: Sound, log: Log, *, together: bool = True) -> PartialTranscript:
    transcribe_stream(blocks(sound), recognizer, log, Loud(), lambda _: None, together=together)
    return log.words


def new_log() -> Log:
    return Log(PartialTranscript(hearing=TranscriptHeader(model="counts", together=True)))


def test_a_window_is_filled_with_utterances_and_never_overfilled() -> None:
    singly, together, sound = Counts(), Counts(), talk(180)
    one, other = heard(singly, sound, new_log(), together=False), heard(together, sound, new_log())
    assert len(singly.given_ms) == 36
    assert len(together.given_ms) <= 9
    assert max(together.spoken_ms) <= 28_000
    assert one.speech == other.speech
    assert [s.span for s in one.transcript.segments] == [s.span for s in other.transcript.segments]


def test_however_little_is_said_no_more_than_two_minutes_are_held_at_once() -> None:
    counts = Counts()
    words = heard(counts, talk(900, spoken_s=2, pause_s=40), new_log())
    assert max(counts.given_ms) <= 120_000
    assert len(words.transcript.segments) == 21
    assert words.until_ms == words.ended_ms == 900_000


@pytest.mark.parametrize("together", [True, False])
def test_who_was_broken_off_goes_on_to_the_same_words(tmp_path: Path, *, together: bool) -> None:
    sound, hearing = talk(180), TranscriptHeader(model="counts", together=together)
    whole = heard(Counts(), sound, Log(PartialTranscript(hearing=hearing)), together=together)

    def enough(one: TranscribedUtterance) -> None:
        if one.end_ms > 60_000:
            raise Cancelled

    log = TranscriptLog(tmp_path)
    assert log.take(hearing)
    with pytest.raises(Cancelled):
        transcribe_stream(blocks(sound), Counts(), log, Loud(), enough, together=together)
    log.release()
    again, counts = TranscriptLog(tmp_path), Counts()
    assert again.take(hearing)
    assert heard(counts, sound, again, together=together) == whole
    again.release()
    assert sum(counts.given_ms) < 125_000


def test_without_a_recognizer_the_speech_is_found_and_nothing_is_said() -> None:
    words = heard(None, talk(60), new_log())
    assert words.speech == heard(Counts(), talk(60), new_log()).speech
    assert not words.transcript.segments


def test_a_language_is_told_once_it_is_sure_and_nothing_of_the_sound_before() -> None:
    detects = Detects()
    heard(detects, talk(180), new_log())
    assert detects.told[0] == ""
    assert set(detects.told[1:]) == {"en"}


@pytest.mark.parametrize("together", [True, False])
def test_the_first_utterances_are_heard_again_when_more_speech_shows_another_language(*, together: bool) -> None:
    guesses, shown = Guesses(), list[TranscribedUtterance]()
    log = new_log()
    transcribe_stream(blocks(talk(60)), guesses, log, Loud(), shown.append, together=together)
    assert {segment.text for segment in log.words.transcript.segments} == {"de"}
    assert log.words.transcript.language == "de"
    assert log.words.transcript.languages == {}
    assert log.words.speech == heard(None, talk(60), new_log()).speech
    if not together:
        assert [one.text for one in shown[:4]] == ["en", "de", "de", "de"]
        assert [one.start_ms for one in shown[:3]] == [0, 0, shown[2].start_ms]


def test_after_enough_speech_the_best_language_is_kept_and_its_doubt_told() -> None:
    guesses = Guesses(doubts_ms=25_000)
    words = heard(guesses, talk(120), new_log(), together=False)
    assert {segment.text for segment in words.transcript.segments} == {"en"}
    assert words.transcript.languages == {"en": 0.6, "de": 0.4}
    assert max(guesses.asked_ms) < 25_000


def test_who_was_broken_off_before_the_language_was_sure_begins_again(tmp_path: Path) -> None:
    log, hearing = TranscriptLog(tmp_path), TranscriptHeader(model="counts")
    assert log.take(hearing)

    def first(one: TranscribedUtterance) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        transcribe_stream(blocks(talk(60)), Guesses(), log, Loud(), first)
    log.release()
    assert log.words.transcript.languages == {"en": 0.6, "de": 0.4}
    again = TranscriptLog(tmp_path)
    assert again.take(hearing)
    words = heard(Guesses(), talk(60), again, together=False)
    again.release()
    assert {segment.text for segment in words.transcript.segments} == {"de"}
    assert words == read_words(tmp_path)
    assert words == heard(Guesses(), talk(60), Log(PartialTranscript(hearing=hearing)), together=False)
