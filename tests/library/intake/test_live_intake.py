"""A take whose words were recognised while it was recorded: the draft has them at once; what is missing is heard."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from capture.errors import Cancelled
from capture.model import Scrap
from library.connection.library import open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import Draft
from tests.library.intake.test_take_intake import lines
from tests.support.growing_take import LiveTake
from tests.support.same_words import assert_same_transcript, assert_same_words
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.speech import SENTENCES
from tests.support.whole_sound import read_sound
from transcribe.asr.silero_vad import Detector
from transcribe.model import ModelMissing, Recognizer
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import (
    PartialTranscript,
    TranscribedUtterance,
    TranscriptHeader,
    TranscriptLog,
    read_words,
)

HEADER = TranscriptHeader(model="scripted", language="en")


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    return ScriptedRecognizer()


def by(recognizer: ScriptedRecognizer) -> IntakeOptions:
    return IntakeOptions(recognizer=lambda: recognizer)


def missing() -> Recognizer:
    raise ModelMissing("There is no speech model")


def heard_live(take: LiveTake, stretches: int | None = None) -> PartialTranscript:
    """Words as the live recogniser leaves them: all, or so many stretches when it was killed."""
    log, told = TranscriptLog(take.path), list[TranscribedUtterance]()

    def count(one: TranscribedUtterance) -> None:
        told.append(one)
        if len(told) == stretches:
            raise Cancelled

    assert log.take(HEADER)
    try:
        transcribe_stream([read_sound(take.take.video)], ScriptedRecognizer(), log, Detector(), count)
    except Cancelled:
        assert stretches is not None
    finally:
        log.release()
    return read_words(take.path)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> LiveTake:
    take = LiveTake(tmp_path_factory.mktemp("takes"))
    take.ends()
    return take


@pytest.fixture
def take(recorded: LiveTake) -> LiveTake:
    """The same take for every test, as nobody has heard it."""
    for name in ("words.jsonl", "events.jsonl"):
        (recorded.path / name).unlink(missing_ok=True)
    return recorded


def text(draft: Draft) -> str:
    return draft.transcript.text


def test_words_that_are_there_are_not_heard_again(take: LiveTake, recognizer: ScriptedRecognizer) -> None:
    words = heard_live(take)
    draft = propose(take.path, by(recognizer))
    assert draft.transcript == words.transcript
    assert draft.speech == tuple(words.speech)
    assert not draft.waiting_for_words
    assert recognizer.asked == 0


@pytest.mark.parametrize("stretches", [1, 3])
def test_what_a_killed_recogniser_left_is_heard_to_the_same_words(
    take: LiveTake, recognizer: ScriptedRecognizer, stretches: int
) -> None:
    whole = heard_live(take)
    (take.path / "words.jsonl").unlink()
    heard_live(take, stretches)
    told: list[tuple[int, int, str]] = []
    draft = propose(take.path, by(recognizer), lambda *report: told.append(report))
    kept = read_words(take.path)
    assert draft.transcript == kept.transcript
    assert 0 < recognizer.asked < 4
    assert_same_words(kept, whole)
    assert told[-1][0] <= told[-1][1] == draft.take.duration_ms


def test_another_model_hears_the_take_itself(take: LiveTake) -> None:
    words = heard_live(take)
    other = ScriptedRecognizer(name="base")
    assert propose(take.path, by(other)).transcript.model == "base"
    assert other.asked
    assert read_words(take.path) == words, "what the first one heard is kept"


def test_a_take_that_nobody_heard_is_heard_to_the_words_it_would_have_had_live(
    take: LiveTake, recognizer: ScriptedRecognizer
) -> None:
    draft = propose(take.path, by(recognizer))
    kept = read_words(take.path)
    (take.path / "words.jsonl").unlink()
    live = heard_live(take)
    assert draft.transcript == kept.transcript
    assert draft.speech == tuple(kept.speech)
    assert_same_transcript(kept.transcript, live.transcript)


def test_who_was_broken_off_goes_on_where_he_was(tmp_path: Path, recognizer: ScriptedRecognizer) -> None:
    """In a take of more than one window of 30 s."""
    take = LiveTake(tmp_path, SENTENCES * 4)
    take.ends()

    def enough(*_: object) -> None:
        if read_words(take.path).heard:
            raise Cancelled

    with pytest.raises(Cancelled):
        propose(take.path, by(recognizer), enough)
    before = recognizer.asked
    draft = propose(take.path, by(recognizer))
    assert 0 < before < recognizer.asked
    assert recognizer.asked == len([s for s in read_words(take.path).heard if s.speech])
    assert text(draft) == " ".join(SENTENCES * 4)


def test_a_video_of_the_take_is_heard_to_the_same_words(
    take: LiveTake, recognizer: ScriptedRecognizer, tmp_path: Path
) -> None:
    """Whatever the way a sound comes here, it is parted at the same places."""
    words = heard_live(take)
    shutil.copy(take.take.video, tmp_path / "some.mp4")
    assert_same_transcript(propose(tmp_path / "some.mp4", by(recognizer)).transcript, words.transcript)


def test_a_take_that_cannot_be_written_to_is_heard(
    take: LiveTake, recognizer: ScriptedRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("transcribe.streaming.transcript_log.write_bytes", full)
    assert "confirm" in text(propose(take.path, by(recognizer)))


def test_without_a_model_whole_words_are_used_and_half_ones_wait(take: LiveTake) -> None:
    heard_live(take)
    assert text(propose(take.path, IntakeOptions(recognizer=missing)))
    (take.path / "words.jsonl").unlink()
    heard_live(take, 1)
    assert propose(take.path, IntakeOptions(recognizer=missing)).waiting_for_words


def test_a_log_that_ends_too_early_is_gone_on_with(take: LiveTake, recognizer: ScriptedRecognizer) -> None:
    whole = heard_live(take, 2)
    log = TranscriptLog(take.path)
    assert log.take(HEADER)
    log.end()
    log.release()
    assert read_words(take.path).ended_ms == whole.until_ms
    assert "confirm" in text(propose(take.path, by(recognizer)))


def test_what_was_said_in_a_scrapped_stretch_is_not_in_the_demo(
    take: LiveTake, recognizer: ScriptedRecognizer, tmp_path: Path
) -> None:
    words = heard_live(take)
    scrapped = words.transcript.segments[1]
    lines(take.path / "events.jsonl", [Scrap(scrapped.end_ms + 200, start_ms=scrapped.start_ms - 200)])
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(take.path, by(recognizer)), library)
    said = " ".join(word.text for word in demo.words)
    assert words.transcript.segments[0].text in said
    assert scrapped.text not in said
    assert all(scrapped.text not in step.text for step in demo.steps)
