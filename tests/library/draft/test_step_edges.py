"""Where steps begin and end: by words, by frames, to a moment; neighbours give way and order follows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from library.draft import step_edges as edges
from library.draft.edits import SHORTEST_STEP_MS
from library.draft.step_edges import FRAME_MS, Edge
from library.model import LibraryError
from tests.library.factories import draft

TEXTS = ("Open the finance menu", "Click new order", "Type the name of the supplier", "Submit")


def test_a_nudge_moves_the_touching_end_of_the_step_before_and_words_go_with_it() -> None:
    one = draft(*TEXTS)
    start = one.steps[1].start_ms
    nudged = edges.nudge_step(one, 2, 500)
    assert (nudged.steps[0].end_ms, nudged.steps[1].start_ms) == (start + 500, start + 500)
    assert nudged.steps[0].text == "Open the finance menu Click"
    assert nudged.steps[1].text == "new order"


def test_a_nudge_of_an_end_takes_the_beginning_of_the_next_step_along() -> None:
    one = draft(*TEXTS)
    nudged = edges.nudge_step(one, 1, -700, Edge.END)
    assert nudged.steps[0].end_ms == nudged.steps[1].start_ms == one.steps[0].end_ms - 700
    assert edges.nudge_step(one, 4, 5_000, Edge.END).steps[3].end_ms == one.take.duration_ms


def test_a_nudge_stops_where_a_step_would_be_too_short_to_see() -> None:
    one = draft(*TEXTS)
    assert edges.nudge_step(one, 2, -99_999).steps[0].duration_ms == SHORTEST_STEP_MS
    assert edges.nudge_step(one, 2, 99_999).steps[1].duration_ms == SHORTEST_STEP_MS
    assert edges.nudge_step(one, 2, 99_999, Edge.END).steps[2].duration_ms == SHORTEST_STEP_MS
    assert edges.nudge_step(one, 1, -99_999) == one  # it begins at 0 already


def test_a_text_people_wrote_is_not_replaced_by_a_nudge() -> None:
    one = draft(*TEXTS)
    written = replace(one, steps=(one.steps[0], replace(one.steps[1], text="As agreed"), *one.steps[2:]))
    assert edges.nudge_step(written, 2, 500).steps[1].text == "As agreed"


def test_a_nudge_by_a_word_goes_to_the_next_word_and_back() -> None:
    one = draft(*TEXTS)
    start = one.steps[2].start_ms
    on = edges.nudge_to_word(one, 3, 1)
    assert on.steps[2].start_ms == start + 400  # the words of these drafts begin every 400 ms
    assert on.steps[2].text == "the name of the supplier"
    assert edges.nudge_to_word(on, 3, -1).steps[2].span == one.steps[2].span


def test_without_a_word_near_by_a_nudge_goes_a_fifth_of_a_second_and_a_frame_is_a_frame() -> None:
    mute = replace(draft(*TEXTS), transcript=draft().transcript)
    start = mute.steps[1].start_ms
    assert edges.nudge_to_word(mute, 2, 1).steps[1].start_ms == start + edges.NUDGE_MS
    assert edges.nudge_step(mute, 2, -FRAME_MS).steps[1].start_ms == start - FRAME_MS


def test_moving_a_step_within_its_room_moves_only_its_beginning() -> None:
    one = draft(*TEXTS)
    assert edges.move_step(one, 2, one.steps[1].start_ms + 400) == edges.nudge_step(one, 2, 400)


def test_a_step_moved_behind_another_takes_its_place_there_and_the_others_close_the_gap() -> None:
    one = draft(*TEXTS)
    first, second, third, fourth = one.steps
    moved = edges.move_step(one, 2, third.start_ms + 1_200)
    assert [step.title for step in moved.steps] == [first.title, third.title, second.title, fourth.title]
    assert [step.number for step in moved.steps] == [1, 2, 3, 4]
    assert moved.steps[0].end_ms == second.end_ms
    assert moved.steps[1].end_ms == moved.steps[2].start_ms == third.start_ms + 1_200
    assert moved.steps[2].end_ms == third.end_ms


def test_a_step_moved_before_the_first_comes_first() -> None:
    one = draft(*TEXTS)
    moved = edges.move_step(one, 3, 700)
    assert [step.title for step in moved.steps][:2] == [TEXTS[0], TEXTS[2]]
    assert moved.steps[1].start_ms == moved.steps[1].at_ms == 700


def test_a_step_is_not_moved_where_another_would_be_too_short() -> None:
    one = draft(*TEXTS)
    with pytest.raises(LibraryError, match="no room"):
        edges.move_step(one, 1, one.steps[3].start_ms + 10)
