"""Inferred actions: what a resting pointer, text and large changes tell of a recording without input events."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.analysis.inferred_actions import APART_MS, inferred_actions
from capture.model import Change, Event, InferredAction, InferredKind, Pointer, Region

SIZE = (1_280, 720)
END = 60_000
BUTTON = (500, 300)


def inferred(changes: list[Change], events: list[Event] | None = None) -> tuple[InferredAction, ...]:
    return inferred_actions(sorted(changes, key=lambda change: change.at_ms), events or [], SIZE, END)


def glide(start_ms: int, to: tuple[int, int] = BUTTON) -> list[Event]:
    """Half a second of movement to a place."""
    return [Pointer(start_ms + n * 33, to[0] - (15 - n) * 20, to[1] - (15 - n) * 9) for n in range(16)]


def drawn_glide(start_ms: int) -> list[Change]:
    """The same as the recorder logs it when it does not log events."""
    return [Change(e.at_ms, e.x, e.y, 20, 24, 900 + n, pointer=True) for n, e in enumerate(glide(start_ms))]  # type: ignore[union-attr]  # only pointers


def filmed_glide(start_ms: int) -> list[Change]:
    """The same as it is found in the pictures of a film, in blocks."""
    places = [(BUTTON[0] - (6 - n) * 48, BUTTON[1] - (6 - n) * 32) for n in range(7)]
    return [Change(start_ms + n * 80, x, y, 64, 48, 700 + n) for n, (x, y) in enumerate(places)]


def typing(start_ms: int, x: int = 480, y: int = 292) -> list[Change]:
    return [Change(start_ms + n * 120, x + n * 10, y, 14, 20, 50 + n) for n in range(12)]


@pytest.mark.parametrize("moves", [glide(2_000), glide(2_000) + glide(9_000, (300, 200))])
def test_a_moving_pointer_alone_does_nothing(moves: list[Event]) -> None:
    assert not inferred([], moves)


def test_a_pointer_that_only_moves_in_the_pictures_does_nothing() -> None:
    assert not inferred(drawn_glide(2_000))
    assert not inferred(filmed_glide(2_000))


def test_a_button_that_lights_up_as_the_pointer_passes_and_a_row_it_rests_on_are_no_actions() -> None:
    passed, rested = Change(2_200, 240, 180, 120, 30, 1), Change(2_490, 200, 285, 900, 30, 2)
    assert not inferred([passed, rested], glide(2_000))


def test_a_tooltip_that_goes_away_with_the_pointer_is_no_action() -> None:
    shown, gone = Change(3_400, 510, 320, 180, 70, 1), Change(6_020, 510, 320, 180, 70, 2)
    assert not inferred([shown, gone], glide(2_000) + glide(6_000, (900, 600)))


@pytest.mark.parametrize("movement", [glide(2_000), drawn_glide(2_000), filmed_glide(2_000)])
def test_what_changes_where_the_pointer_rested_is_one_action_that_begins_with_its_movement(
    movement: list[Event] | list[Change],
) -> None:
    menu = Change(2_800, 480, 310, 200, 130, 1)
    events = [one for one in movement if isinstance(one, Pointer)]
    (action,) = inferred([menu, *(one for one in movement if isinstance(one, Change))], list(events))
    assert (action.start_ms, action.at_ms, action.region) == (2_000, 2_800, menu.region)
    assert action.place is not None
    assert abs(action.place[0] - BUTTON[0]) < 60


def test_typing_is_one_action_with_its_whole_line() -> None:
    (action,) = inferred(typing(5_000))
    assert action.kind is InferredKind.TYPING
    assert (action.at_ms, action.end_ms) == (5_000, 5_000 + 11 * 120 + 1)
    assert action.region.width == 11 * 10 + 14


def test_text_is_told_from_the_pointer_that_came_to_rest_where_it_is_typed() -> None:
    actions = inferred([*filmed_glide(2_000), *typing(2_700)])
    assert any(action.kind is InferredKind.TYPING for action in actions)


def test_a_large_change_is_an_action_and_one_that_goes_on_is_no_second() -> None:
    page = [Change(at, 100, 100, 900, 500, at) for at in range(4_000, 8_000, 100)]
    assert [a.at_ms for a in inferred(page)] == [4_000]
    assert [a.at_ms for a in inferred([*page, Change(12_000, 0, 0, 1_280, 720, 9)])] == [4_000, 12_000]


def test_carets_and_clocks_do_nothing_with_or_without_a_pointer_beside() -> None:
    caret = [Change(at, 480, 290, 2, 20, at // 500 % 2) for at in range(1_000, 50_000, 500)]
    clock = [Change(at, 1_200, 4, 60, 14, at) for at in range(1_000, 50_000, 1_000)]
    assert not inferred([*caret, *clock])
    assert not inferred([*caret, *clock], glide(20_000))
    assert not inferred([Change(at, 1_200, 4, 60, 14, at) for at in (2_700, 32_700)], glide(2_000))  # twice a minute


def test_a_still_screen_does_nothing() -> None:
    assert inferred([]) == ()


boxes = st.builds(
    Change, st.integers(0, END), st.integers(0, 1_200), st.integers(0, 700), st.integers(2, 900), st.integers(2, 500),
    st.integers(0, 5), st.booleans(),
)  # fmt: skip
pointers = st.builds(Pointer, st.integers(0, END), st.integers(0, 1_280), st.integers(0, 720))


@given(st.lists(boxes, max_size=60), st.lists(pointers, max_size=40))
def test_actions_are_in_order_and_never_more_than_one_a_second(changes: list[Change], moves: list[Event]) -> None:
    actions = inferred(changes, sorted(moves, key=lambda event: event.at_ms))
    assert all(b.at_ms - a.at_ms >= APART_MS for a, b in pairwise(actions))
    assert all(a.start_ms <= a.at_ms <= a.end_ms for a in actions)
    assert {a.at_ms for a in actions} <= {change.at_ms for change in changes}


def test_places_found_in_a_smaller_picture_are_given_in_the_recordings_own_pixels() -> None:
    (action,) = inferred([Change(2_800, 480, 310, 200, 130, 1)], glide(2_000))
    large = action.scaled(2)
    assert large.region == Region(960, 620, 400, 260)
    assert large.place == (2 * BUTTON[0], 2 * BUTTON[1])
