"""The demo screen: read, watch, play, look after."""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.tui.conftest import SMALL, Desk, Open
from tui.screens.demo import DemoScreen
from tui.widgets.still import Still


@asynccontextmanager
async def reading(open_app: Open, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[Desk, DemoScreen]]:
    async with open_app(size=size) as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("tab", "space")
        await desk.shows("Watch here")
        screen = desk.app.screen
        assert isinstance(screen, DemoScreen)
        yield desk, screen


async def test_it_opens_at_the_step_that_was_found_with_its_words_as_caption(open_app: Open) -> None:
    async with reading(open_app, SMALL) as (desk, _):
        await desk.shows("▸  3  Click New order")
        assert "“Now click new order and type the supplier.”" in desk.text()
        assert "Priya · finance, orders · 2 weeks ago" in desk.text()


async def test_n_and_p_walk_the_steps_and_stay_inside_them(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        await desk.press("n")
        await desk.shows("“Type the first letters of the supplier and press enter.”")
        await desk.press(*["n"] * 9)
        assert screen.model.clock.index == 6
        await desk.press(*["p"] * 9)
        assert screen.model.clock.index == 0


async def test_enter_plays_from_the_step_at_the_chosen_speed(open_app: Open) -> None:
    async with reading(open_app) as (desk, _):
        await desk.press("n", "right_square_bracket", "enter")
        await desk.until(lambda: desk.library.played, "the player")
        assert desk.library.played == [("d04f0c2a", 18_600, 1.25)]
        assert "1.25×" in desk.text()


async def test_space_watches_one_step_here_and_waits_at_its_end(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        screen.model.clock.speed = 40.0
        await desk.press("space")
        at = screen.model.clock
        await desk.until(lambda: at.at_ms == 18_600 and not at.playing, "the step's end")
        assert screen.model.clock.index == 3


async def test_a_step_is_recorded_anew_and_the_record_screen_says_which(open_app: Open) -> None:
    async with reading(open_app, SMALL) as (desk, _):
        await desk.press("R")
        await desk.shows("step 3 anew; the rest stays")


async def test_editing_shows_the_new_title_here(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        await desk.press("e", "ctrl+u")
        await desk.type("Buy something")
        await desk.press("enter")
        await desk.until(lambda: screen.model.demo.title == "Buy something", "the edit")
        await desk.shows("Buy something")


async def test_deleting_asks_then_goes_back_to_the_library(open_app: Open) -> None:
    async with reading(open_app) as (desk, _):
        await desk.press("d")
        await desk.shows("Delete “Raise a purchase order” from the library?")
        await desk.press("y")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert len(desk.library.demos) == 4


async def test_where_the_terminal_can_the_still_is_sharp_and_motion_is_half_blocks(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from textual_image.widget import TGPImage

    sent = io.StringIO()
    monkeypatch.setattr(Still, "sharp", TGPImage)
    monkeypatch.setattr(sys, "__stdout__", sent)
    async with reading(open_app) as (desk, screen):
        await desk.shows("\U0010eeee")
        assert "\x1b_G" in sent.getvalue()
        assert "▀" not in desk.text()
        screen.model.clock.speed = 0.5
        await desk.press("space")
        await desk.shows("▀")
        await desk.press("space")
        await desk.hides("▀")


async def test_escape_leads_back_to_the_search_as_it_was(open_app: Open) -> None:
    async with reading(open_app) as (desk, _):
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        await desk.shows("/ supplier")


async def test_the_screen_stands_where_the_player_stands(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the player")
        desk.library.player_at = ("d04f0c2a", 40_000)
        await desk.until(lambda: screen.model.clock.at_ms == 40_000, "the player's place")
        await desk.press("p")
        assert screen.model.clock.at_ms < 40_000  # until the player moves again, the reader's own hand counts


async def test_a_step_repeats_here_and_in_the_player_when_asked(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        await desk.press("l")
        await desk.shows("repeating")
        await desk.press("enter")
        await desk.until(lambda: desk.library.looped, "the player")
        assert desk.library.looped == screen.model.step.span
        screen.model.clock.speed = 40.0
        starts: list[int] = []
        screen.model.clock.play = lambda now, play=screen.model.clock.play: (
            starts.append(screen.model.clock.at_ms),
            play(now),
        )[1]  # type: ignore[method-assign,misc]  # watched
        await desk.press("space")
        await desk.until(lambda: len(starts) >= 3, "the third turn")
        await desk.press("space")
        assert len(set(starts)) == 1


async def test_a_web_link_needs_an_address_and_then_is_copied(open_app: Open) -> None:
    async with reading(open_app) as (desk, _):
        await desk.press("Y")
        await desk.shows("Set reader_url")
        desk.app.services = replace(desk.app.services, reader_url="http://howto.example:8620/")
        await desk.press("Y")
        await desk.until(lambda: desk.app.clipboard == "http://howto.example:8620/demo/d04f0c2a#step-3", "the link")
