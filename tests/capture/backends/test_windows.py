"""Which windows there are, what lies under a place, and picking by hand, on real X servers."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from Xlib import X, display

from capture.backends.windows import can_draw, keep_front_above, list_windows, pick_region, pick_window
from capture.backends.x11 import windows as x11_windows
from capture.backends.x11.connection import open_connection
from capture.errors import CaptureError
from capture.model import Region
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper


def window_at(x: int, y: int) -> tuple[str, str]:
    """Title and class of the window under a desktop pixel, as a click notes them."""
    with open_connection() as desk:
        return x11_windows.window_at(desk, x, y)


def test_windows_are_listed_topmost_first_with_title_class_and_content(stage: Stage) -> None:
    with paper("Bestellung öffnen – 订单", (100, 100, 300, 200)) as one, paper("Other", (500, 300, 210, 110)) as other:
        listed = wait_for(lambda: len(found := list_windows()) == 2 and found, "both")
        assert [window.title for window in listed] == ["Other", "Bestellung öffnen – 订单"]
        assert {window.window_class for window in listed} == {"Paper"}
        assert [window.region for window in listed] == [Region(*other.place), Region(*one.place)]


def test_a_title_is_one_line_without_control_characters_and_not_endless(stage: Stage) -> None:
    with paper("Two\nlines\x1b[31m \u202egnirts\t" + "x" * 5000, (100, 100, 300, 200)):
        (window,) = wait_for(list_windows, "the window")
        assert window.title.startswith("Two lines [31m gnirts x")
        assert window.title.isprintable()
        assert len(window.title) <= 200


def test_an_old_latin_title_is_read_too(stage: Stage) -> None:
    with paper("", (100, 100, 300, 200)) as sheet:
        sheet.window.change_property(X.XA_WM_NAME if hasattr(X, "XA_WM_NAME") else 39, 31, 8, "Café".encode("latin-1"))
        sheet.display.sync()
        wait_for(lambda: [window.title for window in list_windows()] == ["Café"], "the title")


def test_the_window_under_a_place_is_told_by_title_and_class(stage: Stage) -> None:
    with paper("Below", (100, 100, 300, 200)), paper("Above", (200, 150, 100, 100), window_class="Top"):
        assert window_at(250, 200) == ("Above", "Top")
        assert window_at(110, 290) == ("Below", "Paper")
        assert window_at(1270, 700) == ("", "")


def test_a_menu_is_named_after_the_window_it_belongs_to(stage: Stage) -> None:
    with paper("Ledger", (100, 100, 300, 200)), paper("", (150, 150, 80, 90), loose=True):
        wait_for(lambda: window_at(160, 160) == ("Ledger", "Paper"), "the focus")


def test_it_works_without_a_window_manager(poor_screen: str) -> None:
    with paper("Alone", (30, 20, 300, 200)) as sheet:
        (window,) = list_windows()
        assert (window.title, window.window_class, window.region) == ("Alone", "Paper", Region(30, 20, 300, 200))
        assert window_at(40, 30) == ("Alone", "Paper")
        assert window_at(700, 500) == ("", "")
        sheet.window.unmap()
        sheet.display.sync()
        assert list_windows() == []


def test_the_shadow_that_gtk_draws_inside_its_windows_is_left_out(stage: Stage) -> None:
    with paper("Shady", (100, 100, 300, 200)) as sheet:
        sheet.window.change_property(sheet.display.intern_atom("_GTK_FRAME_EXTENTS"), 6, 32, [10, 12, 5, 20])
        sheet.display.sync()
        x, y, width, height = sheet.place
        (window,) = list_windows()
        assert window.region == Region(x + 10, y + 5, width - 22, height - 25)


def test_elsewhere_no_window_is_offered_and_one_line_says_what_can_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    assert list_windows() == []
    assert not can_draw()
    with pytest.raises(CaptureError, match="Record a monitor or a region"):
        pick_window()
    with pytest.raises(CaptureError, match="Write it: --region"):
        pick_region()


@contextmanager
def asking(pick: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """The pick in a thread of its own, waiting for the hand; yields what fetches its answer."""
    answer: list[Any] = []
    thread = threading.Thread(target=lambda: answer.append(pick()))
    mine = display.Display()
    thread.start()

    def held() -> bool:
        status = mine.screen().root.grab_pointer(False, 0, X.GrabModeAsync, X.GrabModeAsync, 0, 0, X.CurrentTime)
        if status == X.GrabSuccess:
            mine.ungrab_pointer(X.CurrentTime)
            mine.sync()
        return bool(status == X.AlreadyGrabbed)

    def fetch() -> Any:
        thread.join(10)
        return answer[0]

    try:
        wait_for(held, "the crosshair")
        yield fetch
        thread.join(10)
    finally:
        mine.close()


def test_a_region_is_drawn_with_the_pointer_in_any_direction(stage: Stage) -> None:
    for start, end in (("200 150", "520 390"), ("520 390", "200 150")):
        with asking(pick_region) as answer:
            stage.xdo(f"mousemove {start} mousedown 1 mousemove 300 300 mousemove {end} mouseup 1")
            assert answer() == Region(200, 150, 320, 240)
    stage.xdo("mousemove 640 360 click 1")  # the pointer is free again and the frame is gone
    assert window_at(205, 148) == ("", "")


def test_a_click_means_the_window_under_it(stage: Stage) -> None:
    with paper("Chosen", (100, 100, 300, 200)) as sheet:
        with asking(pick_region) as answer:
            stage.xdo("mousemove 200 200 click 1")
            assert answer() == Region(*sheet.place)
        with asking(pick_window) as answer:
            stage.xdo("mousemove 210 210 click 1")
            assert answer().title == "Chosen"


@pytest.mark.parametrize("how", ["key Escape", "mousemove 10 10 click 3"])
def test_escape_or_another_button_cancels(stage: Stage, how: str) -> None:
    for pick in (pick_region, pick_window):
        with asking(pick) as answer:
            stage.xdo(how)
            assert answer() is None


def test_the_bare_desktop_is_no_window_and_time_puts_an_end_to_waiting(stage: Stage) -> None:
    with asking(pick_window) as answer:
        stage.xdo("mousemove 1200 600 click 1")
        assert answer() is None
    assert pick_region(0.1) is None


def test_a_pointer_that_another_program_holds_is_told_in_one_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capture.backends.x11.picker._GRAB_PATIENCE_S", 0.1)
    with asking(lambda: pick_window(10)):
        with pytest.raises(CaptureError, match="Another program holds the pointer"):
            pick_region(5)
        stage.xdo("key Escape")


def test_a_region_that_nobody_waits_for_any_more_gives_the_pointer_back(stage: Stage) -> None:
    given_up = threading.Event()
    with asking(lambda: pick_region(given_up=given_up.is_set)) as answer:
        given_up.set()
        assert answer() is None
    with asking(pick_region) as answer:  # it can be had again
        stage.xdo("key Escape")
        assert answer() is None


def titles_from_the_top() -> list[str]:
    return [window.title for window in list_windows()]


def test_a_window_in_front_is_kept_above_another_that_opens_until_it_is_let_go(stage: Stage) -> None:
    with paper("Steps", (100, 100, 300, 200)) as steps:
        wait_for(lambda: active_title() == "Steps", "the window in front")
        release = keep_front_above(lambda title, window_class: (title, window_class) == ("Steps", "Paper"))
        assert release is not None
        with paper("Program", (50, 50, 700, 500)) as program:
            wait_for(lambda: titles_from_the_top() == ["Steps", "Program"], "the steps above the program")
            release()
            program.configure(stack_mode=X.Above)
            wait_for(lambda: titles_from_the_top() == ["Program", "Steps"], "the program in front")
        assert steps.place


def test_a_window_that_is_not_wanted_or_covers_the_desktop_is_not_kept_there(stage: Stage) -> None:
    width, height = stage.size
    with paper("Large", (0, 0, width, height * 2 // 3)):
        wait_for(lambda: active_title() == "Large", "the window in front")
        assert keep_front_above(lambda *_: True) is None
    with paper("Small", (100, 100, 300, 200)):
        wait_for(lambda: active_title() == "Small", "the window in front")
        assert keep_front_above(lambda *_: False) is None


def active_title() -> str:
    with open_connection() as desk:
        return x11_windows.active_window(desk)[0]
