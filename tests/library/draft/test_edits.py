"""Editing a draft: each edit is a new draft, and steps stay in order, apart and numbered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.model import Click, Cut, CutReason, SpeedUp
from capture.span import Span
from library.draft import edits
from library.draft import step_edges as edges
from library.draft.step_edges import Edge
from library.model import Draft, LibraryError
from tests.library.factories import draft, transcript

TEXTS = ("Open the finance menu", "Click new order", "Type the name of the supplier", "Submit")


def ok(one: Draft) -> bool:
    spans = [(step.start_ms, step.end_ms) for step in one.steps]
    edges = [edge for span in spans for edge in span]
    numbered = [step.number for step in one.steps] == list(range(1, len(one.steps) + 1))
    stills = all(step.start_ms <= step.at_ms <= step.end_ms for step in one.steps)
    inside = not edges or (edges[0] >= 0 and edges[-1] <= one.take.duration_ms)
    return numbered and stills and inside and edges == sorted(edges) and one.clip.duration_ms > 0


MOMENT = st.integers(-500, 12_000)
EDIT = st.one_of(
    st.tuples(st.just("nudge_step"), st.integers(0, 6), st.integers(-3_000, 3_000), st.sampled_from(Edge)),
    st.tuples(st.just("nudge_to_word"), st.integers(0, 6), st.sampled_from([-1, 1]), st.sampled_from(Edge)),
    st.tuples(st.just("move_step"), st.integers(0, 6), MOMENT),
    st.tuples(st.just("split_step"), st.integers(0, 6), MOMENT),
    st.tuples(st.just("join_step"), st.integers(0, 6)),
    st.tuples(st.just("delete_step"), st.integers(0, 6)),
    st.tuples(st.just("rewrite_step"), st.integers(0, 6), st.text(max_size=20)),
    st.tuples(st.just("toggle_cut"), MOMENT),
    st.tuples(st.just("add_cut"), st.builds(lambda a, b: Span(min(a, b), max(a, b)), MOMENT, MOMENT)),
    st.tuples(st.just("with_title"), st.text(max_size=20)),
    st.tuples(st.just("with_tags"), st.lists(st.text(max_size=10), max_size=3)),
)


@given(st.lists(EDIT, max_size=12))
def test_any_edits_in_any_order_leave_steps_ordered_disjoint_and_numbered_and_the_old_draft_as_it_was(
    script: list[tuple[object, ...]],
) -> None:
    one, refusals = draft(*TEXTS, cuts=[(2_000, 3_000)]), list[str]()
    for name, *arguments in script:
        before, kept = one, repr(one)
        try:
            one = getattr(edits if hasattr(edits, str(name)) else edges, str(name))(one, *arguments)
        except ShowhowError as error:
            refusals.append(str(error))
        assert ok(one)
        assert repr(before) == kept
    assert "\n" not in "".join(refusals)


def test_a_cut_is_dropped_and_put_in_again_with_its_reason() -> None:
    one = draft(*TEXTS, cuts=[(2_000, 3_000)])
    kept = edits.toggle_cut(one, 2_500)
    assert kept.cuts == ()
    assert edits.toggle_cut(kept, 2_999).cuts == one.cuts == (Cut(2_000, 3_000, reason=CutReason.STILL),)


def test_toggling_a_kept_moment_cuts_the_step_there_by_hand_and_toggling_again_keeps_it() -> None:
    one = draft(*TEXTS)
    second = one.steps[1]
    cut = edits.toggle_cut(one, second.start_ms + 10)
    assert cut.cuts == (Cut(second.start_ms, second.end_ms, reason=CutReason.BY_HAND),)
    assert edits.toggle_cut(cut, second.start_ms + 10).cuts == ()
    assert edits.toggle_cut(cut, second.start_ms + 10).dropped == ()


def test_toggling_beside_a_decided_cut_cuts_only_what_was_kept_of_the_step() -> None:
    one = draft(*TEXTS)
    first = one.steps[0]
    one = replace(one, cuts=(Cut(first.start_ms + 1_000, first.end_ms, reason=CutReason.STILL),))
    assert edits.toggle_cut(one, 10).cuts[0] == Cut(0, first.start_ms + 1_000, reason=CutReason.BY_HAND)


def test_cutting_everything_is_refused() -> None:
    one = draft("Open it")
    with pytest.raises(LibraryError, match="everything"):
        edits.add_cut(one, Span(0, one.take.duration_ms))
    with pytest.raises(LibraryError, match="nothing to cut"):
        edits.add_cut(one, Span(99_999, 100_000))


def test_a_split_lies_where_a_word_begins_and_parts_text_and_clicks() -> None:
    one = draft(*TEXTS)
    third = one.steps[2]
    one = replace(
        one,
        steps=(
            *one.steps[:2],
            replace(third, clicked="Supplier", events=(Click(third.start_ms + 1_300, 1, 1),)),
            one.steps[3],
        ),
    )
    split = edits.split_step(one, 3, third.start_ms + 1_170)
    first, second = split.steps[2:4]
    assert second.start_ms == first.end_ms == third.start_ms + 1_200
    assert (first.text, second.text) == ("Type the name", "of the supplier")
    assert second.title == "of the supplier"
    assert (first.clicked, second.clicked) == ("", "Supplier")
    assert len(second.events) == 1


def test_a_step_that_is_too_short_is_not_split() -> None:
    one = draft(*TEXTS)
    short = replace(one, steps=(replace(one.steps[0], end_ms=one.steps[0].start_ms + 500),))
    with pytest.raises(LibraryError, match="too short"):
        edits.split_step(short, 1, 100)


def test_split_and_join_give_back_the_same_span_and_words() -> None:
    one = draft(*TEXTS)
    again = edits.join_step(edits.split_step(one, 3, 5_500), 3)
    assert [s.span for s in again.steps] == [s.span for s in one.steps]
    assert again.steps[2].text == one.steps[2].text


def test_a_late_click_of_a_step_stays_with_its_second_part() -> None:
    one = draft(*TEXTS)
    late = Click(one.steps[2].end_ms + 400, 1, 1)
    steps = (*one.steps[:2], replace(one.steps[2], events=(late,)), *one.steps[3:])
    again = edits.split_step(replace(one, steps=steps), 3, 5_500)
    assert [step.events for step in again.steps[2:4]] == [(), (late,)]


def test_the_last_step_has_nothing_to_be_joined_with() -> None:
    with pytest.raises(LibraryError, match="last"):
        edits.join_step(draft(*TEXTS), 4)


def test_a_deleted_step_leaves_its_words_in_the_transcript() -> None:
    one = edits.delete_step(draft(*TEXTS), 2)
    assert [(s.number, s.text) for s in one.steps] == [(1, TEXTS[0]), (2, TEXTS[2]), (3, TEXTS[3])]
    assert "Click new order" in one.transcript.text


def test_titles_and_tags_become_single_clean_lines() -> None:
    one = edits.with_tags(
        edits.with_title(draft(*TEXTS), " Raise\x1b[2J a\n purchase\u202e order "), ["#Finance, orders", "finance"]
    )
    assert one.title == "Raise [2J a purchase order"
    assert one.tags == ("Finance", "orders")
    assert len(edits.with_title(one, "x" * 999).title) == 200
    with pytest.raises(LibraryError, match="needs a title"):
        edits.with_title(one, " \x00 ")


def test_what_people_wrote_themselves_is_remembered() -> None:
    one = draft(*TEXTS)
    assert edits.with_title(one, "A demo").by_hand == ()  # the title it has
    assert edits.with_title(one, "Another").by_hand == ("title",)
    assert edits.rewrite_step(one, 1, "Begin").by_hand == ("steps",)


def test_a_draft_is_saved_beside_its_take_and_read_back_the_same(tmp_path: Path) -> None:
    one = edits.split_step(edits.toggle_cut(draft(*TEXTS, cuts=[(10, 900)]), 5_000), 3, 5_500)
    assert edits.save_draft(one, tmp_path) == tmp_path / "draft.json"
    assert edits.load_draft(tmp_path) == edits.load_draft(tmp_path / "draft.json") == one
    assert [entry.name for entry in tmp_path.iterdir()] == ["draft.json"]  # nothing temporary is left


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"schema_version": 2}', "Update showhow"),
        (
            b'{"draft_id":"../../etc","source":"","take":{},"width":1,"height":1,"has_sound":false,"title":""}',
            "damaged",
        ),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_a_broken_or_hostile_draft_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "draft.json").write_bytes(content)
    with pytest.raises(LibraryError, match=says) as caught:
        edits.load_draft(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_draft_and_an_unwritable_place_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Could not read"):
        edits.load_draft(tmp_path / "gone.json")
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="Could not save"):
        edits.save_draft(draft(*TEXTS), tmp_path / "file" / "draft.json")


def test_words_belong_where_their_middle_lies() -> None:
    spoken = transcript("one two three").words
    assert edits.said(spoken, Span(0, 551)) == "one two"
    assert edits.said(spoken, Span(0, 550)) == "one"


def test_a_wait_is_shown_fast_then_cut_then_as_it_was_and_fast_again() -> None:
    wait = SpeedUp(1_000, 5_000, factor=8)
    whole = draft(*TEXTS)
    one = replace(whole, waits=(wait,), fasts=(wait,))
    length = whole.clip.duration_ms
    seen = []
    for _ in range(4):
        seen.append(length - one.clip.duration_ms)
        one = edits.toggle_wait(one, 3_000)
    assert seen == [3_500, 4_000, 0, 3_500]
    with pytest.raises(LibraryError, match="Nothing was waited for"):
        edits.toggle_wait(one, 6_000)
