"""Bursts, places and samples, with a clock that the test turns."""

from __future__ import annotations

import pytest

from capture.desktop.input_events import POINTER_EVERY_MS, SCROLL_PAUSE_MS, TYPING_PAUSE_MS, EventAggregator
from capture.model import Chord, Click, Event, Pointer, Region, Scroll, Typed, WindowChange


class Desk:
    """Inputs whose clock and region are in the test's hands."""

    def __init__(self) -> None:
        self.now_ms = 1000
        self.region = Region(100, 50, 640, 480)
        self.events: list[Event] = []
        self.inputs = EventAggregator(lambda: self.region, lambda: self.now_ms, self.events.append)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_typing_is_one_burst_with_its_count_until_a_second_without(desk: Desk) -> None:
    for _ in range(5):
        desk.inputs.typed()
        desk.now_ms += 200
    desk.now_ms += TYPING_PAUSE_MS - 200
    desk.inputs.tick()
    assert desk.events == []
    desk.now_ms += 1
    desk.inputs.tick()
    assert desk.events == [Typed(1000, 5, 1800)]


def test_a_late_tick_does_not_join_two_bursts(desk: Desk) -> None:
    desk.inputs.typed()
    desk.now_ms += TYPING_PAUSE_MS + 500
    desk.inputs.typed()
    desk.inputs.finish()
    assert desk.events == [Typed(1000, 1, 1000), Typed(2500, 1, 2500)]


def test_a_click_or_a_chord_ends_a_burst_and_comes_after_it(desk: Desk) -> None:
    desk.inputs.typed()
    desk.now_ms = 1100
    desk.inputs.chord("Ctrl+S")
    desk.inputs.typed()
    desk.inputs.click(110, 60, 1, ("Orders", "App"))
    assert desk.events == [
        Typed(1000, 1, 1000),
        Chord(1100, "Ctrl+S"),
        Typed(1100, 1, 1100),
        Click(1100, 10, 10, 1, "Orders", "App"),
    ]


def test_taking_a_character_back_is_part_of_typing_but_alone_a_key_like_any_other(desk: Desk) -> None:
    desk.inputs.corrected("BackSpace")
    desk.inputs.typed()
    desk.now_ms = 1500
    desk.inputs.corrected("BackSpace")
    desk.now_ms = 1900
    desk.inputs.typed()
    desk.inputs.finish()
    assert desk.events == [Chord(1000, "BackSpace"), Typed(1000, 2, 1900)]


def test_notches_of_one_direction_join_and_the_other_direction_starts_anew(desk: Desk) -> None:
    for notch in (1, 1, 1, -1, -1):
        desk.inputs.scroll(300, 250, 0, notch)
        desk.now_ms += 100
    desk.now_ms += SCROLL_PAUSE_MS
    desk.inputs.tick()
    assert desk.events == [Scroll(1000, 200, 200, dy=3), Scroll(1300, 200, 200, dy=-2)]


@pytest.mark.parametrize(
    ("place", "inside"), [((100, 50), True), ((739, 529), True), ((740, 300), False), ((99, 60), False)]
)
def test_places_are_those_of_the_picture_and_what_is_outside_is_left_out(
    desk: Desk, place: tuple[int, int], inside: bool
) -> None:
    desk.inputs.click(*place, 1, ("", ""))
    desk.inputs.scroll(*place, 0, 1)
    desk.inputs.moved(*place)
    desk.inputs.finish()
    assert {type(event) for event in desk.events} == ({Click, Scroll, Pointer} if inside else set())


def test_a_region_that_has_moved_counts_where_it_is_now(desk: Desk) -> None:
    desk.region = Region(500, 400, 100, 100)
    desk.inputs.click(550, 410, 3, ("", ""))
    assert desk.events == [Click(1000, 50, 10, 3)]


def test_the_pointer_is_sampled_ten_times_a_second_and_only_while_it_moves(desk: Desk) -> None:
    for step in range(100):
        desk.inputs.moved(200 + step, 100)
        desk.now_ms += 10
    assert [event.at_ms for event in desk.events] == list(range(1000, 2000, POINTER_EVERY_MS))
    for _ in range(100):
        desk.inputs.moved(299, 100)
        desk.now_ms += 10
    assert len(desk.events) == 11


def test_a_window_is_told_when_it_is_another_and_the_first_one_at_zero(desk: Desk) -> None:
    desk.inputs.starts_in("Terminal", "XTerm")
    for title in ("Terminal", "Orders", "Orders", "Terminal"):
        desk.inputs.window(title, "XTerm")
    desk.inputs.window("", "")
    told = [(0, "Terminal"), (1000, "Orders"), (1000, "Terminal")]
    assert desk.events == [WindowChange(at_ms, title, "XTerm") for at_ms, title in told]


def test_windows_of_one_title_are_told_apart_by_their_ids(desk: Desk) -> None:
    desk.inputs.starts_in("Terminal", "XTerm", 7)
    for window_id in (7, 8, 8):
        desk.inputs.window("Terminal", "XTerm", window_id)
    assert desk.events == [WindowChange(0, "Terminal", "XTerm", 7), WindowChange(1000, "Terminal", "XTerm", 8)]


def test_positions_are_of_a_picture_that_is_smaller_than_what_it_shows() -> None:
    events: list[Event] = []
    inputs = EventAggregator(lambda: Region(100, 50, 800, 600), lambda: 0, events.append, lambda: 0.5)
    inputs.click(899, 649, 1, ("", ""))
    assert events == [Click(0, 399, 299)]
    inputs.click(901, 649, 1, ("", ""))
    assert len(events) == 1


def test_inputs_that_are_told_late_have_the_times_at_which_they_happened(desk: Desk) -> None:
    desk.inputs.scroll(150, 150, 0, 1)
    desk.now_ms += 4 * SCROLL_PAUSE_MS
    desk.inputs.behind(3 * SCROLL_PAUSE_MS + 200)
    desk.inputs.tick()
    desk.inputs.scroll(150, 150, 0, 1)
    desk.inputs.behind(0)
    desk.inputs.chord("Return")
    assert desk.events == [Scroll(1000, 50, 100, dy=2), Chord(1000 + 4 * SCROLL_PAUSE_MS, "Return")]
