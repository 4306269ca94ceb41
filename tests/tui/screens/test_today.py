"""Today: what to practise, one question, and nothing that presses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from library.model import PracticeMode
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fakes import Fakes
from tui.screens.practice.attempt import AttemptScreen
from tui.services.practice.prompt_protocol import TodayPlan


@asynccontextmanager
async def today(
    open_app: Open,
    size: tuple[int, int] = SMALL,
    prepare: Callable[[Fakes], object] = lambda one: one.prompts.fill(),
) -> AsyncIterator[Desk]:
    """The Today screen, from the library."""
    async with open_app(size=size, prepare=prepare) as desk:
        await desk.press("ctrl+t")
        await desk.until(lambda: desk.screen == "TodayScreen", "Today")
        await desk.shows("What you leave is no debt")
        yield desk


@pytest.mark.parametrize("size", [SMALL, (120, 36)], ids=str)
async def test_today_shows_all_that_there_is_and_its_sum(open_app: Open, size: tuple[int, int]) -> None:
    async with today(open_app, size) as desk:
        await desk.shows("Raise a purchase order")
        shown = desk.text()
        assert "practice 2 (6 min) · 1 of your demos may be out of date" in shown
        for words in (
            "4 min",
            "errors are costly",
            "Practise it once?",
            "You looked it up 4 times",
            "by you only",
        ):
            assert words in shown
        assert "Enter Practise" in desk.key_bar()
        assert len(desk.key_bar()) <= size[0] - 2


async def test_a_free_day_says_when_the_next_practice_is(open_app: Open) -> None:
    day = date.today() + timedelta(days=40)  # noqa: DTZ011  the user's own calendar
    plan = TodayPlan(next_day=day)
    async with today(open_app, prepare=lambda fakes: setattr(fakes.prompts, "plan", plan)) as desk:
        await desk.shows(f"No practice today. The next is on {day:%A}, {day.isoformat()}")
    async with today(open_app, prepare=lambda _: None) as desk:
        await desk.shows("You practise nothing yet")


async def test_enter_begins_a_try_and_afterwards_it_says_when_it_comes_again(open_app: Open) -> None:
    async with today(open_app) as desk:
        await desk.shows("Raise a purchase order")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, AttemptScreen), "the try")
        await desk.shows("s Begin at once")
        await desk.press("s")
        await desk.shows("Enter stops")
        await desk.press("enter")
        await desk.shows("With help: again in 2 days")


async def test_the_question_is_answered_by_one_key(open_app: Open) -> None:
    async with today(open_app) as desk:
        await desk.shows("Book a meeting room")
        await desk.press("down", "down", "x")
        await desk.hides("Book a meeting room")
        assert desk.prompts.done == [("end", desk.library.demos[2].demo_id)]
    async with today(open_app) as desk:
        await desk.shows("Book a meeting room")
        await desk.press("down", "down", "enter")
        await desk.until(lambda: ("practise", desk.library.demos[2].demo_id) in desk.prompts.done, "the yes")


async def test_it_can_be_put_off_and_the_learner_says_how_it_went(open_app: Open) -> None:
    async with today(open_app) as desk:
        await desk.shows("Raise a purchase order")
        await desk.press("s")
        await desk.shows("In three days")
        await desk.press("down", "enter")
        await desk.shows("Put off")
        await desk.press("r")
        await desk.shows("Alone, and fast")
        await desk.press("down", "down", "enter")
        await desk.shows("Alone: again in 11 days")
        key = desk.library.demos[0].demo_id
        assert desk.prompts.done == [("snooze", key, "3"), ("rate", key, "good")]


async def test_days_off_are_set_and_nonsense_changes_nothing(open_app: Open) -> None:
    async with today(open_app) as desk:
        await desk.press("o")
        await desk.shows("Days without practice")
        await desk.type("sat, sunday")
        await desk.press("tab")
        await desk.type("2031-04-17")
        await desk.press("enter")
        await desk.shows("No practice on sat, sun · 2031-04-17")
        await desk.press("o")
        await desk.shows("Days without practice")
        await desk.type(", noday")
        await desk.press("enter")
        await desk.shows("is no day of the week")
        assert desk.prompts.off.weekdays == (5, 6)


async def test_keys_are_those_of_the_selected_line(open_app: Open) -> None:
    async with today(open_app) as desk:
        await desk.shows("Raise a purchase order")
        assert "s Not today" in desk.key_bar()
        await desk.press("down", "down", "down")
        await desk.until(lambda: "Enter Open" in desk.key_bar(), "the demo to look after")
        assert "s Not today" not in desk.key_bar()
        await desk.press("enter")
        await desk.shows("Watch here")


async def test_at_the_start_one_quiet_line_tells_what_is_due_and_nothing_when_nothing_is(open_app: Open) -> None:
    line = "practise Split an order (4 min)"
    async with open_app(prepare=lambda fakes: setattr(fakes.prompts, "line", line)) as desk:
        await desk.shows(f"Today: {line}")
    async with open_app(prepare=lambda fakes: fakes.prompts.fail.append("It is damaged")) as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        assert "damaged" not in desk.text()
        assert "Today:" not in desk.text()


async def test_what_cannot_be_read_is_told_on_today(open_app: Open) -> None:
    plan = TodayPlan(troubles=("1 record of your practice cannot be read and is left out.",))
    async with today(open_app, prepare=lambda fakes: setattr(fakes.prompts, "plan", plan)) as desk:
        await desk.shows("cannot be read")


async def test_replaying_and_opening_are_looks_but_watching_before_a_try_is_none(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("enter")
        await desk.until(lambda: desk.prompts.looks, "a look")
        await desk.press("tab", "space")
        await desk.shows("Watch here")
        await desk.until(lambda: len(desk.prompts.looks) == 2, "another")
        await desk.press("T")
        await desk.shows("Watch it once")
        played = len(desk.library.played)
        await desk.press("enter")
        await desk.until(lambda: len(desk.library.played) > played, "the player")
        assert len(desk.prompts.looks) == 2


async def test_an_expert_marks_a_demo_from_its_page(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("tab", "space")
        await desk.shows("Watch here")
        await desk.press("m")
        await desk.shows("Practise it, or look it up?")
        await desk.type("practise")
        await desk.press("tab")
        await desk.type("Errors are costly")
        await desk.press("tab")
        await desk.type("45")
        await desk.press("tab")
        await desk.type("2, 3")
        await desk.press("enter")
        await desk.shows("one to practise")
        (marks,) = desk.prompts.marked
        assert (marks.mode, marks.why, marks.target_ms) == (PracticeMode.PRACTISE, "Errors are costly", 45_000)
        assert (marks.free, marks.optional) == ((2, 3), ())
        await desk.press("m")
        await desk.shows("Practise it, or look it up?")
        await desk.type("x")
        await desk.press("enter")
        await desk.shows("is neither practise nor look up")
        assert len(desk.prompts.marked) == 1
