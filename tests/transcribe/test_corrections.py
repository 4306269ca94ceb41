"""What was heard stays in a transcript, and its correction stands beside it."""

from __future__ import annotations

from msgspec.structs import replace

from capture.model import Clip, Cut, CutReason
from tests.library.factories import transcript
from transcribe.captions import to_vtt
from transcribe.corrections import beside, full_text, in_place, step_text, with_corrections
from transcribe.model import Correction, Step, Transcript
from transcribe.words import joined

NEW_ORDER = Correction("new or", "New order")


def corrected(*corrections: Correction) -> Transcript:
    said = transcript("Press the new or, then wait.")
    return replace(said, segments=tuple(replace(s, corrections=corrections) for s in said.segments))


def test_a_correction_stands_behind_what_was_heard() -> None:
    assert full_text(corrected(NEW_ORDER)) == "Press the new or [New order], then wait."
    assert corrected(NEW_ORDER).text == "Press the new or, then wait."
    (segment,) = corrected(NEW_ORDER).segments
    assert joined(beside(segment.words, segment.corrections)) == full_text(corrected(NEW_ORDER))


def test_a_correction_whose_words_are_not_there_counts_for_nothing() -> None:
    for heard in ("new order", "Press wait", "", "or the"):
        assert full_text(corrected(Correction(heard, "New order"))) == "Press the new or, then wait."


def test_the_longer_of_two_corrections_of_the_same_words_counts() -> None:
    both = (Correction("or", "order"), NEW_ORDER)
    assert with_corrections("the new or or not", both) == "the new or [New order] or [order] not"


def test_a_title_has_the_correction_in_place_of_what_was_heard() -> None:
    assert in_place("Press the new or", [NEW_ORDER]) == "Press the New order"


def test_captions_show_what_the_sound_says() -> None:
    lines = to_vtt(corrected(NEW_ORDER)).split("\n")
    assert "Press the New order, then wait." in lines


def test_a_step_shows_the_corrections_of_its_own_sentences() -> None:
    said = corrected(NEW_ORDER)
    here = Step(0, said.segments[0].end_ms, number=1, title="Press", text=said.text)
    assert step_text(here, said) == "Press the new or [New order], then wait."
    assert step_text(replace(here, start_ms=50_000, end_ms=60_000), said) == said.text


def test_corrections_go_along_when_something_is_cut() -> None:
    through = corrected(NEW_ORDER).through(Clip(10_000, (Cut(0, 300, reason=CutReason.BY_HAND),)))
    assert full_text(through) == "the new or [New order], then wait."
