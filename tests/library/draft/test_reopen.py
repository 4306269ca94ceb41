"""A filed demo opens as a draft of its take or clip, and an unchanged draft changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.model import Blur, Click, Cut, CutReason, InferredAction, InferredKind, Region, SpeedUp
from capture.span import Span
from library.draft import edits
from library.draft.blurs import add_blur
from library.draft.reopen import clashes, cuts_known, from_clip, from_take, next_version, revision_of
from library.draft.to_demo import make_demo
from library.model import SCREEN_MS, ClipFacts, Demo, Draft
from tests.library.factories import draft
from transcribe.model import Step

TEXTS = ("Open the finance menu", "Click new order", "Type the name of the supplier", "Save it")
NAME = "a-demo-k3f9"


def probable(step: Step) -> InferredAction:
    at_ms = step.start_ms + 400
    return InferredAction(at_ms - 200, at_ms + 1, at_ms=at_ms, region=Region(4, 4, 9, 9), kind=InferredKind.LOCAL)


def reviewed(cuts: list[tuple[int, int]] | None = None, fasts: tuple[SpeedUp, ...] = ()) -> Draft:
    whole = draft(*TEXTS, cuts=cuts or [])
    steps = tuple(
        replace(step, events=(Click(step.start_ms + 300, 5, 6, label="Menu"),), inferred=(probable(step),))
        for step in whole.steps
    )
    return replace(whole, steps=steps, fasts=fasts, tags=("finance",))


def filed(one: Draft) -> Demo:
    made = make_demo(one, NAME, 1_000)
    steps = tuple(replace(step, screen_text=f"screen {step.number}") for step in made.steps)
    clip = ClipFacts(duration_ms=one.clip.duration_ms, width=64, height=48, has_sound=True)
    return replace(made, clip=clip, steps=steps, timings={SCREEN_MS: 5}, take=replace(made.take, fingerprint="f"))


def opened(demo: Demo, known: Draft) -> Draft:
    return from_take(demo, "nowhere", known)


cuts = st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 2_000)), max_size=4)
fasts = st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 1_500)), max_size=2)


@given(cuts, fasts)
def test_a_demo_opened_from_its_take_and_filed_unchanged_is_the_same_demo(
    some: list[tuple[int, int]], quick: list[tuple[int, int]]
) -> None:
    speeds = tuple(SpeedUp(at, at + length) for at, length in quick if length)
    one = reviewed([(at, at + length) for at, length in some], speeds)
    demo = filed(one)
    assert cuts_known(demo)
    again = opened(demo, one)
    revision = revision_of(again, demo, whole_take=True)
    assert (revision.fields, revision.looks) == ((), False)
    assert next_version(revision, demo) == demo
    assert again.cuts == one.cuts
    assert [word.text for word in again.transcript.words] == [word.text for word in one.transcript.words]


def test_a_cut_taken_back_brings_back_what_was_said_in_it() -> None:
    one = reviewed([(1_500, 4_000)])
    demo = filed(one)
    assert "new order" not in demo.transcript.text
    again = edits.toggle_cut(opened(demo, one), 2_000)
    revision = revision_of(again, demo, whole_take=True)
    now = next_version(revision, demo)
    assert revision.looks
    assert now.cuts == ()
    assert now.transcript.text == one.transcript.text
    assert {step.screen_text for step in now.steps} == {""}
    assert SCREEN_MS not in now.timings


def test_words_and_titles_are_changed_without_a_new_clip_and_everything_else_others_did_stays() -> None:
    one = reviewed([(100, 300)])
    demo = filed(one)
    again = edits.rewrite_step(opened(demo, one), 2, "Begin a new order", "Click new voucher")
    revision = revision_of(again, demo, whole_take=True)
    meanwhile = replace(demo, owner="Ann", tags=("office",), version=4)
    assert clashes(revision, demo, meanwhile) == []
    now = next_version(revision, meanwhile)
    assert not revision.looks
    assert (now.owner, now.tags, now.version) == ("Ann", ("office",), 4)
    assert (now.steps[1].title, now.steps[1].text) == ("Begin a new order", "Click new voucher")
    assert "voucher" in now.transcript.text
    assert [step.screen_text for step in now.steps] == [step.screen_text for step in demo.steps]


def test_steps_that_both_changed_clash_and_titles_do_as_well() -> None:
    one = reviewed()
    demo = filed(one)
    again = edits.with_title(edits.delete_step(opened(demo, one), 1), "Mine")
    revision = revision_of(again, demo, whole_take=True)
    theirs = replace(demo, title="Theirs", steps=demo.steps[1:2])
    assert clashes(revision, demo, theirs) == ["title", "list of steps"]
    read = replace(demo, steps=tuple(replace(step, screen_text="read since") for step in demo.steps))
    assert clashes(revision, demo, read) == []
    assert {step.screen_text for step in next_version(revision, read).steps} == {"read since"}


def test_a_demo_without_its_take_opens_from_the_clip_and_its_cuts_add_up() -> None:
    one = reviewed([(1_000, 2_000)])
    demo = replace(filed(one), blurs=2)
    again = from_clip(demo, "clip.mp4")
    assert again.cuts == ()
    assert again.take.duration_ms == demo.clip.duration_ms
    assert revision_of(again, demo, whole_take=False).fields == ()
    again = edits.add_cut(again, Span(3_000, 3_500))
    again = add_blur(again, Blur(0, 500, region=Region(0, 0, 20, 20)))
    now = next_version(revision_of(again, demo, whole_take=False), demo)
    by_hand = Cut(4_000, 4_500, reason=CutReason.BY_HAND)
    assert now.cuts == (*demo.cuts, by_hand)
    assert now.blurs == 3
    assert now.take == demo.take


def test_a_blur_put_over_a_step_takes_what_was_read_there_out_of_the_search() -> None:
    one = reviewed()
    demo = filed(one)
    again = add_blur(opened(demo, one), Blur(0, 9_000, region=Region(0, 0, 60, 40)))
    revision = revision_of(again, demo, whole_take=True)
    now = next_version(revision, demo)
    assert revision.looks
    assert now.blurs == 1
    assert {step.screen_text for step in now.steps} == {""}
