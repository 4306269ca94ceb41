"""Browsing: every demo in the order and of the kind somebody wants; edits that meet a newer version ask."""

from __future__ import annotations

import msgspec

from library.maintenance.edit import EditClash
from library.maintenance.stats import Insight, Work
from tests.tui import sample
from tests.tui.conftest import SMALL, Open
from tests.tui.fakes import Fakes
from tui.screens.browse import BrowseScreen, DemoList, figure_lines
from tui.screens.dialogs import NamesSuggester
from tui.workflows.edit_demo import changes_of


def shown(screen: object) -> list[str]:
    assert isinstance(screen, BrowseScreen)
    return [demo.title for demo in screen.query_one(DemoList).demos]


def prepare(fakes: Fakes) -> None:
    demos = fakes.library.demos
    demos[0] = msgspec.structs.replace(fakes.library.demos[0], review_unix_ms=1_000, collections=("First week",))


async def test_browsing_sorts_narrows_and_finds_what_is_due(open_app: Open) -> None:
    async with open_app(size=SMALL, prepare=prepare) as desk:
        await desk.press("ctrl+b")
        await desk.shows("5 demos")
        newest = shown(desk.app.screen)
        await desk.press("down", "s", "s")
        await desk.shows("by title")
        assert shown(desk.app.screen) == sorted(newest, key=str.casefold)
        assert desk.app.screen.query_one(DemoList).index == 0
        await desk.press("o")
        due = sorted([desk.library.demos[0].title, "Book a meeting room"], key=str.casefold)
        await desk.until(lambda: shown(desk.app.screen) == due, "those that are due")
        await desk.shows("due for review")
        await desk.press("o", "t")
        await desk.shows("Which tag?")
        await desk.press("enter")
        await desk.until(lambda: len(shown(desk.app.screen)) < 5, "fewer")
        await desk.press("t")
        await desk.until(lambda: len(shown(desk.app.screen)) == 5, "all again")


async def test_figures_and_the_way_to_a_demo_and_back(open_app: Open) -> None:
    async with open_app(size=SMALL, prepare=prepare) as desk:
        desk.library.for_workers = Work(waiting=3, working=1)
        await desk.press("ctrl+b")
        await desk.shows("5 demos")
        await desk.press("i")
        await desk.shows("The library in figures")
        await desk.shows("3           waiting for a worker")
        await desk.shows("1           being done by a worker")
        assert "no worker could do" not in desk.text()
        await desk.shows("collection First week")
        await desk.press("escape", "down", "enter")
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        assert desk.fakes.library.opened == 1  # the searches before it were not in vain
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "BrowseScreen", "the list")
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "home")


async def test_an_edit_that_meets_a_newer_version_shows_it_and_asks_whose_shall_stand(open_app: Open) -> None:
    async with open_app() as desk:
        for key, title in (("enter", ""), ("down", "Buy")):
            demo = desk.library.demos[0]
            theirs = msgspec.structs.replace(demo, title="Order paper", edited_by="Tom", version=7)
            desk.library.clash = EditClash(theirs, ["title"])
            await desk.press("ctrl+b")
            await desk.shows(demo.title)
            await desk.press("home", "e")
            await desk.shows("Edit the demo")
            await desk.press("ctrl+u")
            await desk.type("Buy\n")
            await desk.shows("Tom changed “Order paper”")
            if key == "down":
                await desk.press("down")
            await desk.press("enter")
            if not title:
                await desk.shows("Theirs was kept")
                assert desk.library.demos[0] == demo
            else:
                await desk.until(lambda: desk.library.demos[0].title == "Buy", "mine on top")
                assert desk.library.demos[0].version == 8
            await desk.press("escape")


async def test_the_last_of_several_names_is_completed_and_none_twice() -> None:
    names = NamesSuggester(("finance", "Office", "often"))
    assert await names.get_suggestion("Fi") == "Finance"
    assert await names.get_suggestion("finance, of") == "finance, office"
    assert await names.get_suggestion("office, of") == "office, often"
    for nothing in ("", "finance,", "zebra"):
        assert await names.get_suggestion(nothing) is None


def test_only_what_was_changed_is_part_of_an_edit() -> None:
    demo = msgspec.structs.replace(sample.demos()[0], owner="Ann", review_unix_ms=None)
    same = (demo.title, ", ".join(demo.tags), "Ann", "", "")
    assert changes_of(demo, same).__dict__ == dict.fromkeys(changes_of(demo, same).__dict__)
    assert changes_of(demo, (*same[:2], "Tom", *same[3:])).owner == "Tom"
    day = changes_of(demo, (*same[:3], "2031-04-17", "First week"))
    assert day.review_unix_ms
    assert day.collections == ("First week",)
    due = msgspec.structs.replace(demo, review_unix_ms=day.review_unix_ms)
    assert changes_of(due, (*same[:3], "2031-04-17", "")).review_unix_ms is None
    assert changes_of(due, same).review_unix_ms == 0


def test_one_demo_of_one_step_is_said_in_the_singular() -> None:
    assert figure_lines(Insight(demos=1, steps=1))[0] == ("1", "demo, 1 step")
    assert figure_lines(Insight(demos=2, steps=7))[0] == ("2", "demos, 7 steps")
