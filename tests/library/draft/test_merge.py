"""Words that come in while somebody edits: nothing done by hand is lost, everything else is filled in."""

from __future__ import annotations

from msgspec.structs import replace

from capture.model import Blur, Cut, CutReason, Region, SpeedUp
from capture.span import Span
from library.draft import edits
from library.draft.blurs import add_blur
from library.draft.merge import merge_transcript
from library.model import Draft
from tests.library.factories import draft

TEXTS = ("Open the finance menu", "Click new order", "Type the name of the supplier")
STILL = CutReason.STILL


def begun() -> Draft:
    """The draft before a word was heard: one cut too many, one long step."""
    whole = filled()
    mute = replace(whole.steps[0], end_ms=whole.steps[-1].end_ms, text="", title="Click New order")
    cuts = (Cut(1_000, 3_000, reason=STILL), Cut(6_000, 6_400, reason=STILL))
    return replace(whole, title="Demo of today", transcript=draft().transcript, steps=(mute,), cuts=cuts)


def filled() -> Draft:
    """The same with its words."""
    return replace(draft(*TEXTS), title="Raise an order", cuts=(Cut(2_000, 2_900, reason=STILL),))


def test_an_untouched_draft_is_simply_filled() -> None:
    assert merge_transcript(begun(), filled()) == filled()


def test_what_was_done_by_hand_stays() -> None:
    mine = edits.with_tags(edits.with_title(begun(), "My title"), ["finance"])
    mine = edits.add_cut(mine, Span(7_000, 7_500))
    mine = add_blur(mine, Blur(0, 900, region=Region(0, 0, 20, 20)))
    both = merge_transcript(mine, filled())
    assert (both.title, both.tags, both.blurs) == ("My title", ("finance",), mine.blurs)
    assert both.cuts == (*filled().cuts, Cut(7_000, 7_500, reason=CutReason.BY_HAND))
    assert both.steps == filled().steps
    assert both.transcript == filled().transcript


def test_a_cut_taken_back_stays_back_when_it_is_decided_anew_with_other_edges() -> None:
    mine = edits.toggle_cut(begun(), 1_500)
    assert merge_transcript(mine, filled()).cuts == ()
    assert edits.toggle_cut(merge_transcript(mine, filled()), 1_500).cuts == (Cut(1_000, 3_000, reason=STILL),)


def test_steps_made_by_hand_stay_and_get_their_words() -> None:
    mine = edits.split_step(begun(), 1, filled().steps[2].start_ms)
    both = merge_transcript(mine, filled())
    assert [step.span for step in both.steps] == [step.span for step in mine.steps]
    assert both.steps[1].text == TEXTS[2]
    assert both.steps[0].text == f"{TEXTS[0]} {TEXTS[1]}"


def test_a_wait_shown_as_it_was_stays_so_and_one_found_later_runs_fast() -> None:
    early, late = SpeedUp(3_000, 4_000), SpeedUp(5_000, 6_000)
    shown = replace(begun(), waits=(early,), fasts=(early,))
    more = replace(filled(), waits=(early, late), fasts=(early, late))
    assert merge_transcript(shown, more).fasts == (early, late)
    cut = edits.toggle_wait(shown, 3_500)
    assert merge_transcript(cut, more).fasts == (late,)
    assert Cut(3_000, 4_000, reason=CutReason.WAITING) in merge_transcript(cut, more).cuts
    assert merge_transcript(begun(), more).fasts == (early, late)
