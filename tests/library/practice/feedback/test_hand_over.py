"""An attempt is handed to one person, looked at, answered, and taken back."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import Library
from library.model import LibraryError, TakeFacts
from library.practice.feedback.handing import HandOvers
from library.practice.feedback.model import Feedback, FeedbackOutcome, HandOver, HandOverState
from library.practice.feedback.opening import open_feedback
from library.practice.feedback.people import file_of
from library.practice.feedback.receiving import TakenBack
from library.practice.feedback.seal import SealedForOthers, unseal
from library.practice.model import AttemptState
from library.practice.store import PracticeStore
from library.storage.shelf import FolderFileShelf
from tests.library.practice.feedback.office import CLIP, MESSAGE, SEEN, TITLE, Home, Office
from tests.support.practice_desk import bytes_outside

ONCE_MORE, SIGNED_OFF = FeedbackOutcome.ONCE_MORE, FeedbackOutcome.SIGNED_OFF


def test_the_reviewer_sees_it_says_something_and_the_learner_is_told_once(
    tom: Home, priya: Home, handed: HandOver
) -> None:
    assert priya.feedback.news() == [f"Tom handed you a try: {TITLE}"]
    assert priya.feedback.news() == []
    [received] = priya.reviews.look().received
    assert (received.handed.message, received.vouched) == (MESSAGE, True)
    attempt = priya.reviews.attempt(received)
    assert Path(attempt.take.path, "take.mp4").read_bytes() == CLIP
    received = priya.reviews.remark(received, 1, "Use the short way")
    priya.reviews.answer(received, ONCE_MORE, "Nearly there")
    assert tom.feedback.news() == [f"Priya asks you to do “{TITLE}” once more, with 2 remarks"]
    assert tom.feedback.news() == []
    [one] = tom.handed.every()
    assert [(remark.step, remark.text) for remark in one.feedback[0].remarks] == [
        (0, "Nearly there"), (1, "Use the short way")
    ]  # fmt: skip
    assert one.state is HandOverState.ANSWERED
    assert not one.signed_off


def test_of_two_answers_both_are_told_and_the_second_counts_whatever_the_clock_says(
    tom: Home, priya: Home, handed: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = priya.reviews.answer(priya.reviews.look().received[0], ONCE_MORE)
    monkeypatch.setattr("library.practice.feedback.receiving.time.time", lambda: 1_000.0)
    priya.reviews.answer(received, SIGNED_OFF)
    assert tom.feedback.news() == [
        f"Priya asks you to do “{TITLE}” once more", f"Priya signed off “{TITLE}” (answer 2)"
    ]  # fmt: skip
    assert tom.handed.every()[0].signed_off


def test_nobody_else_can_open_it_and_its_name_says_nothing(office: Office, handed: HandOver) -> None:
    eve = office.home("Eve")
    eve.people.join()
    key = eve.people.own_key()
    assert key is not None
    [file] = office.sealed.iterdir()
    with pytest.raises(SealedForOthers):
        unseal(file.read_bytes(), key)
    assert eve.reviews.look().received == ()
    assert eve.feedback.news() == []


def test_only_the_sealed_file_leaves_the_learner_s_folder(office: Office, tom: Home, priya: Home) -> None:
    words = (TITLE, SEEN, MESSAGE, CLIP[:30].decode(), "20261126-101500-ab12")
    attempt = office.attempt(tom)
    assert bytes_outside(office.library, *words) == []
    handed = office.hand(tom, attempt)
    files = sorted(path.relative_to(office.library).as_posix() for path in office.library.rglob("*") if path.is_file())
    assert files == [f"handed/{handed.hand_id}.age", f"people/{file_of('Priya')}", f"people/{file_of('Tom')}"]
    priya.reviews.answer(priya.reviews.look().received[0], ONCE_MORE, "Once more, Harbour")
    assert bytes_outside(office.library, *words, "Harbour") == []
    assert tom.log.list()[0].state is AttemptState.HANDED_OVER


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_the_clip_that_a_reviewer_opens_is_for_their_eyes_only(priya: Home, handed: HandOver) -> None:
    attempt = priya.reviews.attempt(priya.reviews.look().received[0])
    for path in (Path(attempt.take.path), Path(attempt.take.path, "take.mp4"), priya.log.store.folder / "mine.sqlite"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_taken_back_it_leaves_the_library_and_the_reviewer_who_is_told_once(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    received = priya.reviews.look().received[0]
    opened = Path(priya.reviews.attempt(received).take.path)
    priya.reviews.answer(received, ONCE_MORE)
    tom.handed.take_back(handed)
    assert list(office.sealed.iterdir()) == []
    assert tom.log.list()[0].state is AttemptState.MINE
    assert priya.feedback.news() == [f"Tom took a try back: {TITLE}"]
    assert priya.feedback.news() == []
    assert not opened.exists()
    assert priya.reviews.look().received == ()


def test_taken_back_while_the_reviewer_looks_nothing_is_answered(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    received = priya.reviews.look().received[0]
    tom.handed.take_back(handed)
    with pytest.raises(TakenBack, match="Tom took this try back"):
        priya.reviews.answer(received, SIGNED_OFF)
    with pytest.raises(TakenBack):
        priya.reviews.attempt(received)
    assert list(office.sealed.iterdir()) == []


def test_an_answer_that_comes_while_it_is_taken_back_is_swept(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    priya.reviews.answer(priya.reviews.look().received[0], SIGNED_OFF)
    answer = next(path for path in office.sealed.iterdir() if path.name != f"{handed.hand_id}.age")
    late = answer.read_bytes()
    tom.handed.take_back(handed)
    answer.write_bytes(late)
    assert tom.feedback.news() == []
    assert list(office.sealed.iterdir()) == []


def test_an_attempt_handed_to_two_is_the_learner_s_alone_only_when_both_are_taken_back(
    office: Office, tom: Home, handed: HandOver
) -> None:
    office.home("Sam").people.join()
    other = office.hand(tom, tom.log.list()[0], "Sam")
    tom.handed.take_back(handed)
    assert tom.log.list()[0].state is AttemptState.HANDED_OVER
    tom.handed.take_back(other)
    assert tom.log.list()[0].state is AttemptState.MINE


def test_one_that_was_deleted_in_the_library_is_told_and_the_attempt_stays(
    office: Office, tom: Home, handed: HandOver
) -> None:
    next(office.sealed.iterdir()).unlink()
    assert tom.feedback.news() == [f"“{TITLE}”, handed to Priya, was removed from the library; hand it over again"]
    assert tom.feedback.news() == []
    assert tom.log.list()[0].state is AttemptState.MINE


def test_a_library_that_cannot_be_written_leaves_the_attempt_the_learner_s(
    office: Office, tom: Home, priya: Home
) -> None:
    attempt = office.attempt(tom)
    tom.people.join()
    office.sealed.write_bytes(b"a file where the folder should be")
    with pytest.raises(LibraryError, match="Could not write"):
        office.hand(tom, attempt)
    assert tom.handed.every() == []
    assert tom.log.list()[0].state is AttemptState.MINE


def test_another_library_of_the_same_learner_is_another_matter(office: Office, tom: Home, handed: HandOver) -> None:
    elsewhere = office.home("Tom", address="/srv/other")
    assert elsewhere.handed.every() == []
    next(office.sealed.iterdir()).unlink()
    assert elsewhere.feedback.news() == []
    assert tom.handed.every()[0].state is HandOverState.WAITING


def test_it_is_not_handed_to_oneself(office: Office, tom: Home) -> None:
    tom.people.join()
    with pytest.raises(LibraryError, match="That is you"):
        office.hand(tom, office.attempt(tom), "Tom")


def test_forgetting_takes_everything_back(office: Office, tom: Home, handed: HandOver) -> None:
    tom.handed.forget()
    assert list(office.sealed.iterdir()) == []
    assert tom.handed.every() == []


def test_a_remark_belongs_to_a_step_that_there_is_and_can_be_put_otherwise(priya: Home, handed: HandOver) -> None:
    received = priya.reviews.look().received[0]
    with pytest.raises(LibraryError, match="no step 7"):
        priya.reviews.remark(received, 7, "Never")
    received = priya.reviews.remark(received, 1, "One")
    received = priya.reviews.remark(received, 1, "Another\x1b[2J")
    assert [remark.text for remark in received.remarks] == ["Another [2J"]
    assert priya.reviews.remark(received, 1, "").remarks == ()


def test_an_attempt_whose_title_was_long_and_hostile_is_shown_harmless(office: Office, tom: Home, priya: Home) -> None:
    attempt = replace(office.attempt(tom), title="\x1b]0;owned\x07" + "x" * 5_000)
    tom.log.keep(attempt)
    office.hand(tom, attempt)
    [received] = priya.reviews.look().received
    title = received.handed.attempt.title
    assert title.isprintable()
    assert len(title) <= 200


def test_a_folder_and_a_bucket_take_it_alike(office: Office, tom: Home, library: Library) -> None:
    learner = open_feedback(library, tom.log.store, "Tom")
    reviewer = open_feedback(library, PracticeStore(office.folder / "priya" / "mine"), "Priya")
    attempt = office.attempt(tom)
    person = reviewer.people.join()
    made = learner.handed.hand(attempt, attempt, office.clip, person)
    reviewer.reviews.answer(reviewer.reviews.look().received[0], SIGNED_OFF)
    assert learner.news() == [f"Priya signed off “{TITLE}”"]
    learner.handed.take_back(made)
    assert reviewer.news() == [f"Tom took a try back: {TITLE}"]
    assert library.store.shelf("handed").sizes() == {}


def test_a_library_that_was_away_for_a_while_takes_nothing_along(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    priya.reviews.answer(priya.reviews.look().received[0], ONCE_MORE)
    assert len(tom.feedback.news()) == 1
    away = office.sealed.rename(office.folder / "away")
    assert tom.handed.look()[0].state is HandOverState.GONE
    assert priya.reviews.look().received == ()
    away.rename(office.sealed)
    assert tom.handed.look()[0].state is HandOverState.ANSWERED
    assert tom.log.list()[0].state is AttemptState.HANDED_OVER
    priya.reviews.answer(priya.reviews.look().received[0], SIGNED_OFF)
    assert tom.feedback.news() == [f"Priya signed off “{TITLE}” (answer 2)"]
    assert tom.handed.every()[0].signed_off


def test_a_library_that_moved_is_the_same_to_both(office: Office, tom: Home, priya: Home, handed: HandOver) -> None:
    received = priya.reviews.look().received[0]
    priya.reviews.remark(received, 1, "Use the short way")
    moved, theirs = office.home("Tom", address="/mnt/library"), office.home("Priya", address="/mnt/library")
    assert theirs.feedback.news() == []
    [received] = theirs.reviews.look().received
    assert [remark.text for remark in received.remarks] == ["Use the short way"]
    theirs.reviews.answer(received, SIGNED_OFF)
    assert moved.feedback.news() == [f"Priya signed off “{TITLE}”, with 1 remark"]
    moved.handed.take_back(moved.handed.every()[0])
    assert list(office.sealed.iterdir()) == []


def test_what_is_taken_back_while_another_program_looks_stays_taken_back(
    office: Office, tom: Home, priya: Home, handed: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya.reviews.answer(priya.reviews.look().received[0], SIGNED_OFF)
    other, opened = office.home("Tom"), HandOvers._opened

    def taken_back_meanwhile(self: HandOvers, one: HandOver, name: str) -> Feedback | None:
        feedback = opened(self, one, name)
        other.handed.take_back(handed)
        return feedback

    monkeypatch.setattr(HandOvers, "_opened", taken_back_meanwhile)
    tom.handed.look()
    assert tom.handed.every()[0].state is HandOverState.TAKEN_BACK
    assert tom.handed.trouble(tom.handed.every()[0]) == ""


def test_an_answer_that_is_not_there_whole_yet_is_heard_later(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    priya.reviews.answer(priya.reviews.look().received[0], SIGNED_OFF)
    [answer] = (path for path in office.sealed.iterdir() if path.name != f"{handed.hand_id}.age")
    whole = answer.read_bytes()
    answer.write_bytes(whole[: len(whole) // 2])
    assert tom.feedback.news() == []
    answer.write_bytes(whole)
    assert tom.feedback.news() == [f"Priya signed off “{TITLE}”"]


def test_what_may_have_been_written_though_the_connection_broke_is_removed(
    office: Office, tom: Home, priya: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, write = office.attempt(tom), FolderFileShelf.write

    def broken(self: FolderFileShelf, name: str, data: bytes) -> None:
        write(self, name, data)
        if name.endswith(".age"):
            raise LibraryError("The connection broke", "Try again.")

    monkeypatch.setattr(FolderFileShelf, "write", broken)
    with pytest.raises(LibraryError, match="broke"):
        office.hand(tom, attempt)
    assert list(office.sealed.iterdir()) == []
    assert tom.handed.every() == []


def test_what_a_crash_left_of_a_hand_over_goes_with_its_attempt(office: Office, tom: Home) -> None:
    attempt = replace(office.attempt(tom), take=TakeFacts())
    left = tom.log.store.folder / f"hand-{attempt.attempt_id}-abc"
    other = tom.log.store.folder / "hand-20261126-101600-cd34-abc"
    for folder in (left, other):
        folder.mkdir()
        (folder / "clip.mp4").write_bytes(CLIP)
    tom.log.forget(attempt)
    assert not left.exists()
    assert other.exists()
