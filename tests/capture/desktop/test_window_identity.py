"""A window is the one that was chosen: of two with one title, after its title changed, without a title."""

from __future__ import annotations

import re

import pytest

from capture.backends.screen import open_source
from capture.backends.windows import list_windows, pick_window
from capture.errors import CaptureError
from capture.model import Target, Window
from tests.capture.backends.test_windows import asking
from tests.capture.desktop.test_follow import BLUE, RED, all_of
from tests.capture.desktop.test_screen_source import CORNER, looking
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import Paper, paper
from tui.commands.record import _target
from tui.state.record import list_sources

pytestmark = pytest.mark.x11


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    stage.xdo(CORNER)
    return stage


def listed(*papers: Paper) -> list[Window]:
    """The windows as they are listed, in the order of ``papers``."""
    wanted = [one.window.id for one in papers]
    found = wait_for(
        lambda: (by_id := {w.window_id: w for w in list_windows()}) and set(wanted) <= set(by_id) and by_id, "windows"
    )
    return [found[number] for number in wanted]


def named(sheet: Paper, title: str) -> None:
    """Change its title."""
    kind = sheet.display.intern_atom("UTF8_STRING")
    sheet.window.change_property(sheet.display.intern_atom("_NET_WM_NAME"), kind, 8, title.encode())
    sheet.display.sync()


def test_each_of_two_windows_of_one_title_can_be_recorded(quiet: Stage) -> None:
    with (
        paper("Terminal", (100, 100, 300, 200), 0xFF0000) as red,
        paper("Terminal", (600, 100, 300, 200), 0x0000FF) as blue,
    ):
        for window, colour in zip(listed(red, blue), (RED, BLUE), strict=True):
            with looking(window.target) as source:
                assert source.label == "the window “Terminal”"
                assert all_of(source, colour)


def test_a_title_that_changes_before_the_start_does_not_matter(quiet: Stage) -> None:
    with paper("*unsaved", (100, 100, 300, 200), 0xFF0000) as sheet:
        (chosen,) = listed(sheet)
        named(sheet, "saved")
        with looking(chosen.target) as source:
            assert source.label == "the window “saved”"
            assert all_of(source, RED)


def test_a_window_without_a_title_is_listed_picked_and_recorded(quiet: Stage) -> None:
    with paper("", (100, 100, 300, 200), 0xFF0000, window_class="Splash") as sheet:
        assert [window.name for window in listed(sheet)] == ["Splash"]
        with asking(pick_window) as answer:
            quiet.xdo("mousemove 200 180 click 1")
            picked = answer()
        quiet.xdo(CORNER)
        assert picked is not None
        with looking(picked.target) as source:
            assert all_of(source, RED)


def test_a_chosen_window_that_is_closed_is_one_line_and_no_other_window_takes_its_place(quiet: Stage) -> None:
    with paper("Terminal", (600, 100, 300, 200), 0x0000FF):
        with paper("Terminal", (100, 100, 300, 200), 0xFF0000) as red:
            (chosen,) = listed(red)
        with pytest.raises(CaptureError, match="“Terminal” is not there any more"):
            open_source(chosen.target)


def test_a_title_of_several_windows_names_ids_that_the_command_takes(quiet: Stage) -> None:
    with (
        paper("Terminal", (100, 100, 300, 200), 0xFF0000) as red,
        paper("Terminal", (600, 100, 300, 200), 0x0000FF) as blue,
    ):
        listed(red, blue)
        with pytest.raises(CaptureError, match="fits 2 windows") as caught:
            open_source(_target(None, None, "Terminal"))
        ids = set(re.findall("0x[0-9a-f]+", str(caught.value)))
        assert ids == {f"{sheet.window.id:#x}" for sheet in (red, blue)}
        with looking(_target(None, None, f"{red.window.id:#x}")) as source:
            assert all_of(source, RED)


def test_the_window_that_is_clicked_is_recorded_though_another_has_its_title(quiet: Stage) -> None:
    with (
        paper("Terminal", (100, 100, 300, 200), 0xFF0000) as red,
        paper("Terminal", (600, 100, 300, 200), 0x0000FF) as blue,
    ):
        listed(red, blue)
        chosen: list[Target] = []
        with asking(lambda: chosen.append(_target(None, None, "pick"))):
            quiet.xdo("mousemove 200 180 click 1")
        quiet.xdo(CORNER)
        with looking(chosen[0]) as source:
            assert all_of(source, RED)


def test_windows_of_one_name_are_offered_with_their_sizes_and_places(quiet: Stage) -> None:
    with (
        paper("Terminal", (100, 100, 300, 200)) as one,
        paper("Terminal", (600, 100, 310, 200)) as two,
        paper("Orders", (100, 400, 300, 200)) as three,
    ):
        sources = {s.target.window_id: s for s in list_sources([], listed(one, two, three)) if s.target is not None}
        first, second = (sources[sheet.window.id] for sheet in (one, two))
        assert first.label == second.label == "Terminal"
        assert first.detail != second.detail
        assert first.detail == f"window 300×200 at {one.place[0]},{one.place[1]}"
        assert sources[three.window.id].detail == "window"
