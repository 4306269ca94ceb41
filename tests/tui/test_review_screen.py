"""The review screen: every edit shows, is saved, and can be undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from library.model import Draft
from tests.tui import sample
from tests.tui.conftest import Desk, Open
from tui.screens.review import ReviewScreen
from tui.widgets.timeline import Timeline


@asynccontextmanager
async def reviewing(open_app: Open, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Desk]:
    async with open_app(size=size) as desk:
        screen = ReviewScreen()
        await desk.app.push_screen(screen)
        screen.fill(sample.draft(desk.shelf.folder))
        await desk.shows("▓ kept  ░ cut")
        await desk.shows("Open the finance menu")
        yield desk


def draft_of(desk: Desk) -> Draft:
    screen = desk.app.screen
    assert isinstance(screen, ReviewScreen)
    assert screen.model is not None
    return screen.model.draft


async def test_it_shows_the_timeline_the_steps_and_what_was_said(open_app: Open) -> None:
    async with reviewing(open_app, (200, 50)) as desk:
        assert "░░▓▓" in desk.text()
        assert "Open the finance menu" in desk.text()
        assert "“Then choose orders from the list.”" in desk.text()


async def test_a_new_title_and_tags_are_written_at_the_bottom_and_saved(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("t", "ctrl+u")
        await desk.type("Order pens")
        await desk.press("enter", "g", "ctrl+u")
        await desk.type("office, pens")
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31 · office, pens")
        await desk.until(lambda: [d for d in desk.studio.kept if d.tags == ("office", "pens")], "the saved draft")
        assert desk.studio.kept[-1].title == "Order pens"


async def test_letters_typed_into_a_title_are_not_keys(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("t", "ctrl+u")
        await desk.type("? Rescue djs")
        await desk.press("enter")
        await desk.until(lambda: draft_of(desk).title == "? Rescue djs", "the title")
        assert len(draft_of(desk).steps) == 7


async def test_every_edit_of_a_step_can_be_undone(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        for key in ("right", "s", "j", "d"):
            await desk.press("down", key)
            assert draft_of(desk) != before, key
            await desk.press("u")
            assert draft_of(desk) == before, key
        assert "u Undo" not in desk.key_bar()


async def test_c_keeps_the_cut_at_the_cursor_and_undo_cuts_it_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("right_square_bracket")
        await desk.shows("cut (silent), c keeps it")
        await desk.press("c")
        await desk.shows("1:15 kept of 1:31")
        await desk.press("u")
        await desk.shows("1:07 kept of 1:31")


async def test_a_click_on_the_timeline_puts_the_cursor_there(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.pilot.click(Timeline, offset=(70, 0))
        await desk.shows("cut (still), c keeps it")


async def test_the_words_of_a_step_are_edited(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("down", "e", "ctrl+u")
        await desk.type("Pick Orders")
        await desk.press("enter")
        await desk.shows("Pick Orders")
        assert draft_of(desk).steps[1].title == "Pick Orders"


async def test_an_impossible_edit_is_one_line_and_changes_nothing(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        await desk.press(*["down"] * 6, "j")
        await desk.shows("there is none to join it with")
        assert draft_of(desk) == before


async def test_space_plays_here_without_the_cuts_and_stops_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        screen = desk.app.screen
        assert isinstance(screen, ReviewScreen)
        assert screen.model is not None
        at = screen.model.at_ms
        await desk.press("space")
        await desk.until(lambda: screen.model is not None and screen.model.at_ms > at + 150, "motion")
        await desk.press("space")
        await desk.until(lambda: not [w for w in screen.workers if w.group == "motion" and w.is_running], "standstill")


async def test_later_leaves_the_draft_and_says_where_it_is(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("escape")
        await desk.shows("waits for you: Ctrl+D")
        assert desk.screen == "LibraryScreen"
        assert not desk.studio.filed


async def test_letting_go_asks_first(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("X")
        await desk.shows("Let “Raise a purchase order” go?")
        await desk.press("escape")
        assert desk.screen == "ReviewScreen"
        await desk.press("X", "y")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert desk.studio.gone == ["draft-1"]
