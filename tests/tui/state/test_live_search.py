"""Searching in the application: given up at the next key, noted when meant, more like this, and whether it helped."""

from __future__ import annotations

import pytest

from capture.errors import Cancelled
from library.model import Found, Hit
from tests.tui.conftest import Open
from tui.screens.demo import DemoScreen
from tui.screens.library import LibraryScreen
from tui.state.library import FILTERS_HINT, LibraryModel
from tui.state.live_search import LiveSearch

HIT = Hit(demo_id="d-1", title="Thing", step=1, step_title="One", start_ms=0, snippet="x")


def test_a_question_is_over_when_the_next_one_is_asked() -> None:
    searching = LiveSearch()
    first = searching.start("a")
    first()
    second = searching.start("ab")
    with pytest.raises(Cancelled):
        first()
    second()


def test_only_a_search_somebody_stayed_with_is_noted_and_only_once() -> None:
    searching = LiveSearch()
    for query in ("p", "pu", "purchase"):
        searching.start(query)
    assert searching.settled(Found(query="pu")) is None
    assert searching.settled(Found(query="purchase", hits=(HIT,))) == ("purchase", 1)
    assert searching.settled(Found(query="purchase", hits=(HIT,))) is None
    searching.start("purchse")
    assert searching.settled(Found(query="purchse", hits=(HIT,), suggestion="purchase", mended=True)) == ("purchse", 0)
    searching.start("zz")
    assert searching.settled(Found(query="zz")) is None


def test_the_summary_says_which_spelling_was_searched_and_which_filters_there_are() -> None:
    model = LibraryModel(count=3)
    model.show(Found(query="purchse", hits=(HIT,), suggestion="purchase", mended=True, took_ms=2))
    assert model.summary() == "for “purchase” · 1 step · 1 demo · 2 ms"
    model.show(Found(query="x tag:", hits=(HIT,)))
    assert model.summary() == FILTERS_HINT
    model.show_like(Found(query="Thing", hits=(HIT,)), "Thing")
    assert (model.summary(), model.query) == ("like “Thing”", "x tag:")


async def test_acting_on_a_search_notes_it(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purchase\n")
        await desk.until(lambda: desk.library.played, "the clip plays")
        await desk.until(lambda: desk.library.noted, "the search is noted")
        assert [query for query, _ in desk.library.noted] == ["purchase"]
        assert desk.library.noted[0][1] > 0


async def test_m_shows_demos_like_the_selected_one_and_escape_leads_back(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        await desk.press("down", "m")
        screen = desk.app.screen
        assert isinstance(screen, LibraryScreen)
        await desk.until(lambda: screen.model.like, "demos like it")
        assert screen.model.summary().startswith("like “")
        await desk.press("escape")
        await desk.until(lambda: not screen.model.like, "the newest demos again")


@pytest.mark.parametrize(("name", "kind"), [("plus", "helped"), ("minus", "stuck"), ("o", "outdated")])
async def test_after_watching_one_key_says_whether_it_helped_at_that_step(open_app: Open, name: str, kind: str) -> None:
    async with open_app() as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        await desk.press("down", "space")
        await desk.until(lambda: isinstance(desk.app.screen, DemoScreen), "the demo")
        await desk.press("n", "enter")
        await desk.until(lambda: desk.library.played, "the clip plays")
        await desk.shows("Did it help?")
        screen = desk.app.screen
        assert isinstance(screen, DemoScreen)
        assert screen.model.step is not None
        await desk.press(name)
        await desk.until(lambda: desk.learning.notes, "the answer")
        assert [(one.kind, one.step) for one in desk.learning.notes] == [(kind, screen.model.step.number)]
        await desk.hides("Did it help?")
