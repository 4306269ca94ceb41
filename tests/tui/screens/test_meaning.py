"""Search by meaning on the library screen: it joins when typing rests, and moves nothing that is selected."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from library.model import Found
from tests.tui.conftest import Desk, Open
from tests.tui.fake_library_service import FakeLibraryService
from tui.screens.library import LibraryScreen
from tui.state.library import LibraryModel

ORDER = "Raise a purchase order"


def titles(desk: Desk) -> list[str]:
    assert isinstance(desk.app.screen, LibraryScreen)
    return [group.best.title for group in desk.app.screen.model.groups]


async def test_a_question_in_other_words_is_answered_once_typing_rests(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.has_meaning = True
        desk.library.meant = {"procure": [ORDER]}
        await desk.type("procure")
        await desk.shows("means the same")
        assert desk.library.asked == ["procure"]
        assert titles(desk) == [ORDER]


async def test_without_a_model_only_words_are_searched(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("procure")
        await desk.shows("Nobody has shown “procure” yet")
        assert desk.library.asked == []


async def test_enter_on_no_hits_waits_for_those_by_meaning_and_replays_the_first(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.has_meaning, desk.library.slow_meaning = True, threading.Event()
        desk.library.meant = {"procure": [ORDER]}
        await desk.type("procure")
        await desk.until(lambda: "procure" in desk.library.asked, "the question")
        await desk.press("enter")
        assert isinstance(desk.app.screen, LibraryScreen)
        desk.library.slow_meaning.set()
        await desk.until(lambda: desk.library.played, "the player")
        assert [one.title for one in desk.library.demos if one.demo_id == desk.library.played[0][0]] == [ORDER]


async def test_the_hit_selected_meanwhile_stays_where_it_is(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.has_meaning, desk.library.slow_meaning = True, threading.Event()
        desk.library.meant = {"order": ["Book a meeting room"]}
        await desk.type("order")
        await desk.until(lambda: "order" in desk.library.asked, "the question")
        await desk.press("down", "down")
        before = (desk.app.screen.model.index, desk.app.screen.model.selected)  # type: ignore[attr-defined]  # its model
        desk.library.slow_meaning.set()
        await desk.until(lambda: len(titles(desk)) > 2, "the hit by meaning")
        assert (desk.app.screen.model.index, desk.app.screen.model.selected) == before  # type: ignore[attr-defined]  # its model


async def test_trouble_with_the_model_is_told_once(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.has_meaning, desk.library.trouble = True, "The sentence model cannot be used."
        await desk.type("order")
        await desk.shows("The sentence model cannot be used.")


def model_of(hits: Found) -> LibraryModel:
    model = LibraryModel(count=3)
    model.show(hits)
    return model


def found(*ids: str, partial: bool = False) -> Found:
    sample = FakeLibraryService(Path()).search("order").hits[0]
    return Found(
        query="order", hits=tuple(msgspec.structs.replace(sample, demo_id=one, partial=partial) for one in ids)
    )


def order(model: LibraryModel) -> list[str]:
    return [group.demo_id for group in model.groups]


def test_the_best_hit_stays_first_if_it_has_all_words_and_gives_way_if_it_lacks_some() -> None:
    whole = model_of(found("a", "b"))
    whole.join(found("c", "b", "a"))
    assert order(whole) == ["a", "c", "b"]
    some = model_of(found("a", "b", partial=True))
    some.join(found("c", "b", "a"))
    assert order(some) == ["c", "b", "a"]
    assert some.index == 0


def test_what_is_selected_stays_with_all_above_it() -> None:
    model = model_of(found("a", "b", "c", partial=True))
    model.move(1)
    model.join(found("d", "c", "a", "b"))
    assert order(model) == ["a", "b", "d", "c"]
    assert model.selected is not None
    assert model.selected.demo_id == "b"


async def test_what_is_only_nearest_can_be_asked_for(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.has_meaning, desk.library.near = True, {"order lunch": ["Book a meeting room"]}
        await desk.type("order lunch")
        await desk.shows("Nobody has shown this; nearest:")
        await desk.shows("Ctrl+A  ask for it")
        await desk.press("ctrl+a")
        await desk.shows("You have asked for it.")
        assert desk.library.wishes == ["order lunch"]
        assert titles(desk) == ["Book a meeting room"]
        await desk.press("ctrl+r")
        await desk.shows("“order lunch”")
        assert desk.screen == "RecordScreen"
