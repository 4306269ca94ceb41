"""Remarks by voice: they reach the learner as they were said, sealed, and nothing of them lies anywhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from capture.errors import ShowhowError
from library.model import LibraryError
from library.practice.feedback.model import Feedback, FeedbackOutcome, HandOver, Remark, SpokenRemark
from library.practice.feedback.package import LARGEST_ANSWER, LARGEST_SOUND, MOST_SPOKEN, believed
from library.practice.feedback.spoken import own_words, said_of, sound_file, spoken_remark, words_of
from tests.library.practice.feedback.office import Home, Office
from tests.support.practice_desk import bytes_outside
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.scripted_source import tone
from tests.support.speech import SENTENCES, say
from transcribe.model import SAMPLE_RATE, ModelMissing

SOUND = b"OggS a sound of Quayside " * 20
SPOKEN = SpokenRemark(sound=SOUND, duration_ms=2_000, words="F2 opens the quickmenu")


def answer_of(*remarks: Remark) -> Feedback:
    """An answer as it comes in."""
    made = Feedback(
        hand_id="1" * 16 + "-" + "2" * 8, secret="0" * 64, by="Priya", outcome=FeedbackOutcome.ONCE_MORE,
        remarks=remarks,
    )  # fmt: skip
    return believed(msgspec.json.encode(made))


def test_what_a_reviewer_says_is_heard_by_the_learner_and_lies_sealed_only(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    received = priya.reviews.remark(priya.reviews.look().received[0], 1, "Use the short way")
    received = priya.reviews.speak(received, 1, SPOKEN)
    assert [(one.text, one.spoken) for one in received.remarks] == [("Use the short way", SPOKEN)]
    priya.reviews.answer(received, FeedbackOutcome.ONCE_MORE)
    tom.feedback.news()
    heard = said_of(tom.handed.every(), 1)
    assert heard is not None
    assert (heard.by, heard.spoken) == ("Priya", SPOKEN)
    assert said_of(tom.handed.every(), 0) is None
    file = sound_file(heard, tom.feedback.store)
    assert file.read_bytes() == SOUND
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert bytes_outside(office.folder, SOUND[:20].decode(), "quickmenu") == []
    tom.handed.forget()
    assert not file.exists()


def test_writing_leaves_what_was_said_and_taking_it_away_leaves_what_is_written(priya: Home, handed: HandOver) -> None:
    received = priya.reviews.speak(priya.reviews.look().received[0], 1, SPOKEN)
    received = priya.reviews.remark(received, 1, "Written")
    received = priya.reviews.remark(received, 1, "")
    assert received.remarks == (Remark(step=1, spoken=SPOKEN),)
    received = priya.reviews.remark(received, 1, "Written again")
    received = priya.reviews.speak(received, 1, None)
    assert received.remarks == (Remark(text="Written again", step=1),)
    with pytest.raises(LibraryError, match="no step 7"):
        priya.reviews.speak(received, 7, SPOKEN)


def test_words_that_come_late_belong_to_what_they_were_heard_in(priya: Home, handed: HandOver) -> None:
    received = priya.reviews.look().received[0]
    bare = msgspec.structs.replace(SPOKEN, words="")
    spoken = priya.reviews.speak(received, 1, bare)
    priya.reviews.remark(spoken, 0, "Written meanwhile")
    late = priya.reviews.put_words(spoken, 1, bare, "F2 opens it")
    assert [one.text or (one.spoken and one.spoken.words) for one in late.remarks] == [
        "Written meanwhile", "F2 opens it"
    ]  # fmt: skip
    anew = priya.reviews.speak(late, 1, msgspec.structs.replace(bare, sound=SOUND + b"anew"))
    assert priya.reviews.put_words(anew, 1, bare, "Words of the one before").remarks == anew.remarks
    sent = priya.reviews.answer(spoken, FeedbackOutcome.SIGNED_OFF)
    assert len(sent.sent[0].remarks) == 2, "what was kept meanwhile is sent, whatever the caller knew"
    assert priya.reviews.put_words(sent, 1, bare, "Too late").remarks == ()
    heard = own_words(sent, 1)
    assert heard is not None
    assert heard.spoken.sound == SOUND + b"anew"


def test_no_more_is_said_than_an_answer_can_hold(priya: Home, handed: HandOver) -> None:
    big = SpokenRemark(sound=b"OggS".ljust(LARGEST_SOUND, b"\xff"), duration_ms=60_000)
    every = tuple(Remark(step=step, spoken=big) for step in range(MOST_SPOKEN + 1))
    believable = answer_of(*every)
    assert len(believable.remarks) == MOST_SPOKEN
    assert len(msgspec.json.encode(believable)) < LARGEST_ANSWER - (1 << 20)
    received = priya.reviews.look().received[0]
    full = msgspec.structs.replace(received, remarks=tuple(Remark(step=9, spoken=SPOKEN) for _ in range(MOST_SPOKEN)))
    with pytest.raises(LibraryError, match="20 remarks by voice already"):
        priya.reviews.speak(full, 1, SPOKEN)


@pytest.mark.parametrize(
    "spoken",
    [
        SpokenRemark(sound=b"MZ a program", duration_ms=1_000),
        SpokenRemark(sound=b"OggS".ljust(LARGEST_SOUND + 1, b"\0"), duration_ms=1_000),
        SpokenRemark(sound=SOUND, duration_ms=0),
        SpokenRemark(sound=SOUND, duration_ms=1 << 62),
        SpokenRemark(sound=b"", duration_ms=1_000),
    ],
    ids=["no sound", "too large", "no length", "too long", "empty"],
)
def test_what_can_be_no_remark_by_voice_is_dropped_and_the_writing_stays(spoken: SpokenRemark) -> None:
    hostile = msgspec.structs.replace(spoken, words="\x1b[2Jwords")
    assert answer_of(Remark(text="Written", spoken=hostile), Remark(step=1, spoken=hostile)).remarks == (
        Remark(text="Written"),
    )


def test_words_that_come_in_are_one_harmless_line() -> None:
    [remark] = answer_of(Remark(spoken=msgspec.structs.replace(SPOKEN, words="\x1b[2Ja\n" + "b" * 9_000))).remarks
    assert remark.spoken is not None
    assert remark.spoken.words.isprintable()
    assert len(remark.spoken.words) <= 2_000


def test_a_speech_model_writes_down_what_was_said_and_without_one_nothing_is_lost(priya: Home) -> None:
    samples = (say(SENTENCES[1]) * 32_767).clip(-32_768, 32_767).astype("int16")
    spoken = spoken_remark(samples, SAMPLE_RATE)
    assert abs(spoken.duration_ms - len(samples) / 16) < 2
    store = priya.feedback.store
    before = sorted(store.folder.rglob("*"))
    assert words_of(spoken, ScriptedRecognizer, store) == SENTENCES[1]

    def none() -> ScriptedRecognizer:
        raise ModelMissing("There is no speech model")

    assert words_of(spoken, none, store) == ""
    assert words_of(spoken_remark(tone(1.0)[:, 0], 48_000), none, store) == ""
    assert sorted(store.folder.rglob("*")) == before


def test_a_sound_that_is_damaged_is_one_line(priya: Home) -> None:
    with pytest.raises(ShowhowError):
        words_of(SPOKEN, ScriptedRecognizer, priya.feedback.store)
    assert list(Path(priya.feedback.store.folder).glob("hear-*")) == []
