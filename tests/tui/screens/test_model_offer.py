"""Without a model the record and review screens name the key that fetches one; nothing is fetched unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.tui import sample
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fakes import Fakes
from tui.model import ModelOffer
from tui.screens.review import ReviewScreen


def no_model(fakes: Fakes) -> None:
    fakes.models.offered = ModelOffer("base", 148)


@asynccontextmanager
async def on_record_screen(
    open_app: Open, size: tuple[int, int] = SMALL, prepare: Callable[[Fakes], object] = no_model
) -> AsyncIterator[Desk]:
    async with open_app(size=size, prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("Built-in Audio Analog")
        await desk.shows("Words")
        yield desk


@asynccontextmanager
async def on_review_screen(open_app: Open, size: tuple[int, int] = SMALL) -> AsyncIterator[Desk]:
    async with open_app(size=size, prepare=no_model) as desk:
        screen = ReviewScreen()
        await desk.app.push_screen(screen)
        draft = sample.draft(desk.library.folder)
        screen.fill(replace(draft, steps=draft.steps[:1], waiting_for_words=True))
        await desk.shows("no words: M fetches base, 148 MB")
        yield desk


@pytest.mark.parametrize("size", [SMALL, (120, 36)])
async def test_the_record_screen_offers_it_and_fetches_nothing_by_itself(open_app: Open, size: tuple[int, int]) -> None:
    async with on_record_screen(open_app, size) as desk:
        await desk.shows("none yet: M fetches base, 148 MB")
        assert desk.fakes.models.fetched == []
        await desk.press("M")
        await desk.shows("Fetching the speech model")
        await desk.shows("40%")
        desk.fakes.models.go_on.set()
        await desk.shows("base is here, from the hub")
        await desk.shows("on while recording (base, ready)")
        assert desk.fakes.models.fetched == ["base"]


async def test_with_a_model_there_is_no_such_key(open_app: Open) -> None:
    async with on_record_screen(open_app, prepare=lambda _: None) as desk:
        await desk.shows("on while recording (base, ready)")
        await desk.press("M")
        assert "fetches" not in desk.text()
        assert desk.fakes.models.fetched == []


async def test_pressed_twice_it_is_fetched_once(open_app: Open) -> None:
    async with on_record_screen(open_app) as desk:
        await desk.shows("M fetches base")
        await desk.press("M", "M")
        await desk.shows("40%")
        desk.fakes.models.go_on.set()
        await desk.shows("base is here")
        assert desk.fakes.models.fetched == ["base"]


async def test_it_can_be_cancelled_and_is_offered_again(open_app: Open) -> None:
    async with on_record_screen(open_app) as desk:
        await desk.shows("M fetches base")
        await desk.press("M")
        await desk.shows("40%")
        await desk.press("ctrl+k")
        await desk.shows("cancelled")
        await desk.hides("40%")
        await desk.shows("none yet: M fetches base, 148 MB")


async def test_when_it_fails_one_line_says_so_and_f5_tries_again(open_app: Open) -> None:
    async with on_record_screen(open_app) as desk:
        await desk.shows("M fetches base")
        desk.fakes.models.fail.append("The hub does not answer")
        desk.fakes.models.go_on.set()
        await desk.press("M")
        await desk.shows("The hub does not answer")
        await desk.press("f5")
        await desk.shows("on while recording (base, ready)")


async def test_in_review_the_draft_gets_its_words_once_the_model_is_here(open_app: Open) -> None:
    async with on_review_screen(open_app) as desk:
        assert desk.fakes.models.fetched == []
        await desk.press("M")
        await desk.shows("40%")
        desk.fakes.models.go_on.set()
        await desk.shows("Choose the approver")
        assert isinstance(desk.app.screen, ReviewScreen)
        assert desk.app.screen.model is not None
        assert not desk.app.screen.model.draft.waiting_for_words
        assert "fetches" not in desk.text()


async def test_a_review_that_was_left_meanwhile_is_not_opened_again(open_app: Open) -> None:
    async with on_review_screen(open_app) as desk:
        await desk.press("M")
        await desk.shows("40%")
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        desk.fakes.models.go_on.set()
        await desk.shows("base is here")
        assert desk.screen == "LibraryScreen"
