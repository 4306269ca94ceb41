"""The review's model without a terminal: selection, cursor, mark, edits, undo and redo."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.model import Blur, Cut, CutReason, Region
from capture.span import Span
from library.draft import edits
from library.draft.blurs import add_blur
from library.draft.step_edges import FRAME_MS, Edge
from library.model import LibraryError
from tests.tui import sample
from tui.state.review import ReviewModel

NOWHERE = Path("/nowhere")


def model() -> ReviewModel:
    return ReviewModel(sample.draft(NOWHERE))


@given(st.lists(st.sampled_from("nspjdcumvrb<>()[]{}"), max_size=25), st.integers(0, 90_999))
def test_any_row_of_keys_undoes_to_where_it_began_and_redoes_to_where_it_ended(keys: list[str], at: int) -> None:
    one = model()
    one.seek(at)
    start = one.draft
    acts = {
        "n": lambda: one.select(one.index + 1),
        "s": one.split,
        "p": lambda: one.select(one.index - 1),
        "j": one.join,
        "d": one.delete,
        "c": one.toggle_cut,
        "u": one.undo,
        "r": one.redo,
        "m": one.toggle_mark,
        "v": one.move,
        "b": lambda: one.edit(lambda draft: add_blur(draft, _blur(one.blur_span))),
        "<": lambda: one.nudge_word(-1),
        ">": lambda: one.nudge_frame(1),
        "(": lambda: one.nudge_word(-1, Edge.END),
        ")": lambda: one.nudge_frame(1, Edge.END),
        "[": lambda: one.move_stretch(-1),
        "]": lambda: one.move_stretch(1),
        "{": lambda: one.seek(one.at_ms - 1_000),
        "}": lambda: one.seek(one.at_ms + 1_000),
    }
    for key in keys:
        try:
            acts[key]()
        except ShowhowError:
            continue
        assert 0 <= one.at_ms < one.draft.take.duration_ms
        assert one.step is None or one.step in one.draft.steps
        one.stretch()
    while one.can_redo:
        one.redo()
    last, made = one.draft, len(one.journal.done)
    while one.can_undo:
        one.undo()
    assert one.draft == start
    for _ in range(made):
        one.redo()
    assert one.draft == last


def _blur(span: Span) -> Blur:
    return Blur(span.start_ms, span.end_ms, region=Region(10, 10, 50, 40))


def test_from_a_mark_to_the_cursor_is_cut_and_the_mark_is_used_up() -> None:
    one = model()
    one.seek(12_000)
    one.toggle_mark()
    assert one.marked is None  # both are one moment
    one.seek(10_500)
    assert one.stretch() == one.marked == Span(10_500, 12_000)
    assert one.toggle_cut()
    assert Cut(10_500, 12_000, reason=CutReason.BY_HAND) in one.draft.cuts
    assert one.mark_ms is None


def test_a_blur_covers_what_is_marked_else_the_step_at_the_cursor() -> None:
    one = model()
    assert one.step is not None
    assert one.blur_span == one.step.span
    one.toggle_mark()
    one.seek(one.at_ms + 700)
    assert one.blur_span.duration_ms == 700
    one.edit(lambda draft: add_blur(draft, _blur(one.blur_span)))
    assert one.blur_here is None
    one.seek(one.at_ms - 1)
    assert one.blur_here == one.draft.blurs[0]
    assert "1 blurred" in one.facts()


def test_a_nudge_takes_the_cursor_along_so_that_its_picture_is_seen() -> None:
    one = model()
    one.select(2)
    assert one.nudge_frame(1)
    assert one.step is not None
    assert one.at_ms == one.step.start_ms
    end = one.step.end_ms
    assert one.nudge_frame(-3, Edge.END)
    assert one.step.end_ms == end - 3 * FRAME_MS
    assert one.at_ms == one.step.end_ms - 1


def test_a_step_is_taken_up_and_put_down_elsewhere() -> None:
    one = model()
    title = one.draft.steps[1].title
    one.select(1)
    assert not one.move()
    assert one.moving == 2
    one.seek(one.draft.steps[3].start_ms + 2_000)
    assert one.move()
    assert [step.title for step in one.draft.steps].index(title) == 3
    assert one.step is not None
    assert one.step.title == title
    assert one.undo()
    assert one.draft.steps[1].title == title


def test_another_edit_lets_a_step_taken_up_be() -> None:
    one = model()
    one.move()
    one.split()
    assert one.moving is None


def test_words_that_come_in_leave_edits_cursor_and_undo_as_they_are() -> None:
    whole = sample.draft(NOWHERE)
    one = ReviewModel(replace(whole, steps=whole.steps[:1], transcript=type(whole.transcript)(), title="Demo of today"))
    one.edit(lambda draft: edits.with_tags(draft, ["mine"]))
    one.seek(30_000)
    one.fill(whole)
    assert (one.at_ms, one.draft.title, len(one.draft.steps)) == (30_000, whole.title, len(whole.steps))
    assert one.step is not None
    assert one.step.start_ms <= 30_000
    assert one.draft.tags == ("mine",)
    one.undo()
    assert one.draft.tags == whole.tags
    assert one.draft.steps == whole.steps


def test_what_cannot_be_done_changes_nothing() -> None:
    one = model()
    one.select(99)
    before = one.draft
    with pytest.raises(LibraryError, match="last"):
        one.join()
    assert one.draft == before
    assert not one.can_undo
    assert not one.undo()
    assert not one.redo()


def test_a_step_that_begins_in_a_cut_is_selected_where_it_is_seen() -> None:
    one = model()
    step = one.draft.steps[2]
    middle = (step.start_ms + step.end_ms) // 2
    cut = Cut(step.start_ms - 500, middle, reason=CutReason.SILENT)
    one = ReviewModel(replace(one.draft, cuts=(cut,)))
    one.select(2)
    assert (one.at_ms, one.cuts_here, one.shown_ms) == (middle, [], step.at_ms)
    whole = replace(cut, end_ms=step.end_ms + 500)
    one = ReviewModel(replace(one.draft, cuts=(whole,)))
    one.select(2)  # of one that is cut whole, the start
    assert (one.at_ms, one.cuts_here) == (step.start_ms, [whole])
