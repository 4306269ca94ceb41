"""Practice: watch, try, hints that rise, and the difference, without a word of blame."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from library.practice.model import Doubt, HintLevel, PracticeLevel
from tests.tui.conftest import SMALL, Desk, Open
from tui.screens.practice.attempt import AttemptScreen
from tui.screens.practice.comparison import ComparisonScreen


@asynccontextmanager
async def trying(
    open_app: Open, size: tuple[int, int] = SMALL, level: PracticeLevel = PracticeLevel.TRY
) -> AsyncIterator[Desk]:
    """The attempt screen, from the demo screen."""
    async with open_app(size=size) as desk:
        desk.practice.level = level
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("tab", "space")
        await desk.shows("Watch here")
        await desk.press("T")
        await desk.shows("Try it · Raise a purchase order")
        yield desk


async def running(desk: Desk) -> None:
    """An attempt that is being recorded."""
    await desk.press("s")
    await desk.shows("Enter stops")


async def test_the_video_comes_first_then_the_attempt_then_the_difference(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await desk.shows("Watch it once")
        assert "seen by you only" in desk.text()
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the player")
        assert not desk.practice.begun
        await desk.shows("Your screen is recorded, without sound")
        await desk.press("enter")
        await desk.shows("Enter stops")
        await desk.press("enter")
        await desk.shows("not seen")
        assert isinstance(desk.app.screen, ComparisonScreen)
        assert "4 of 6 steps" in desk.text()


async def test_hints_rise_in_four_levels_and_each_is_noted_for_its_step(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        await desk.press("n", "n", "h")
        await desk.shows("Try it once more: step 3")
        screen = desk.app.screen
        assert isinstance(screen, AttemptScreen)
        await desk.until(lambda: screen.model.elapsed_ms, "the recorder's first time")
        await desk.press("h")
        await desk.shows("“Now click new order and type")
        await desk.press("h")
        await desk.shows("The ring marks the place.")
        assert not desk.library.played
        await desk.press("h")
        await desk.until(lambda: desk.library.played, "the clip")
        await desk.press("n", "h", "enter")
        await desk.until(lambda: desk.practice.hints, "the end")
        assert [(hint.step, hint.level) for hint in desk.practice.hints] == [
            (3, HintLevel.AGAIN), (3, HintLevel.INSTRUCTION), (3, HintLevel.STILL), (3, HintLevel.CLIP),
            (4, HintLevel.AGAIN),
        ]  # fmt: skip
        assert all(hint.at_ms > 0 for hint in desk.practice.hints[1:])


async def test_alone_there_are_neither_steps_nor_hints(open_app: Open) -> None:
    async with trying(open_app, level=PracticeLevel.ALONE) as desk:
        await desk.shows("Enter begins")
        assert "Click New order" not in desk.text()
        await desk.press("enter")
        await desk.shows("Enter stops")
        await desk.press("h", "n", "enter")
        await desk.shows("not seen")
        assert desk.practice.hints == []
        assert desk.practice.begun[0].level is PracticeLevel.ALONE


async def test_the_level_is_chosen_before_it_begins_not_while_it_runs(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await desk.press("l")
        await desk.shows("alone: without steps and hints")
        await desk.press("l")
        await desk.shows("see: watch it only")
        await desk.press("l")
        await desk.shows("try: with steps and hints")
        await running(desk)
        await desk.press("l")
        assert "try: with steps and hints" in desk.text()


async def test_a_recorder_that_cannot_start_says_why_and_it_can_be_tried_again(open_app: Open) -> None:
    async with trying(open_app) as desk:
        desk.practice.fail.append("There is no display")
        await desk.press("s")
        await desk.shows("There is no display")
        await desk.shows("Enter begins")
        await desk.press("enter")
        await desk.shows("Enter stops")


async def test_a_stop_by_the_hotkey_compares_too(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        desk.practice.begun[0].ended = True
        await desk.shows("not seen")


async def test_giving_up_asks_first_and_deletes_what_was_recorded(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        await desk.press("escape")
        await desk.shows("Give up this try?")
        await desk.press("escape")
        await desk.hides("Give up this try?")
        assert desk.practice.given_up == []
        await desk.press("escape")
        await desk.shows("Give up this try?")
        await desk.press("y")
        await desk.until(lambda: desk.practice.given_up, "the end")
        await desk.shows("Watch here")


async def test_leaving_showhow_while_it_runs_asks_and_keeps_the_attempt(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        await desk.press("ctrl+q")
        await desk.shows("Your try is running")
        await desk.press("y")
        await desk.until(lambda: desk.practice.kept, "the attempt")


@asynccontextmanager
async def compared(
    open_app: Open, size: tuple[int, int] = SMALL, doubts: tuple[Doubt, ...] = ()
) -> AsyncIterator[Desk]:
    """The comparison of an attempt."""
    async with trying(open_app, size) as desk:
        desk.practice.doubts = doubts
        await running(desk)
        await desk.press("enter")
        await desk.shows("not seen")
        yield desk


@pytest.mark.parametrize("size", [SMALL, (120, 36)], ids=["80x24", "120x36"])
async def test_it_begins_at_the_first_step_worth_a_look_and_says_what_was_clicked(
    open_app: Open, size: tuple[int, int]
) -> None:
    async with compared(open_app, size) as desk:
        await desk.shows("▸  3  Click New order")
        await desk.shows("you clicked “Create order”")
        await desk.press("n")
        await desk.shows("step 4 was not seen")
        await desk.press("n")
        await desk.shows("“Net amount” was not seen")


async def test_no_word_of_it_blames(open_app: Open) -> None:
    async with compared(open_app, (120, 36)) as desk:
        said = desk.text().lower()
        assert not [word for word in ("error", "fail", "mistake", "incorrect", "forgot", "should") if word in said]


async def test_a_verdict_is_marked_wrong_and_the_mark_is_taken_away(open_app: Open) -> None:
    async with compared(open_app) as desk:
        await desk.press("x")
        await desk.shows("renamed · wrong")
        await desk.press("x")
        await desk.hides("· wrong")


async def test_the_owner_is_told_what_a_button_is_called_now_and_nothing_else(open_app: Open) -> None:
    async with compared(open_app, (120, 36)) as desk:
        await desk.shows("Tell its owner")
        assert desk.learning.notes == []
        await desk.press("o")
        await desk.until(lambda: bool(desk.learning.notes), "the note")
        (note,) = desk.learning.notes
        assert (note.kind, note.step, note.seen, note.text, note.who) == ("outdated", 3, "Create order", "", "")
        await desk.press("p")
        await desk.hides("Tell its owner")


async def test_enter_plays_both_from_the_step(open_app: Open) -> None:
    async with compared(open_app) as desk:
        await desk.press("n", "enter")
        await desk.until(lambda: desk.practice.played, "both players")
        assert desk.practice.played == [4]


@pytest.mark.parametrize(
    ("doubt", "said"),
    [
        (Doubt.OTHER_TASK, "looks like another task"),
        (Doubt.OTHER_LABELS, "another language or version"),
        (Doubt.STOPPED, "Nothing more was seen after step 6"),
        (Doubt.CUT_OFF, "The recording broke off"),
        (Doubt.NO_EVENTS, "may have been done"),
    ],
)
async def test_what_cannot_be_told_is_said_above_the_verdicts(open_app: Open, doubt: Doubt, said: str) -> None:
    async with compared(open_app, doubts=(doubt,)) as desk:
        await desk.shows(said)


async def test_labels_read_later_change_the_verdicts_that_are_shown(open_app: Open) -> None:
    async with trying(open_app) as desk:
        desk.practice.whole = False
        await running(desk)
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ComparisonScreen), "the comparison")
        await desk.hides("not seen")
        await desk.hides("renamed")


async def test_an_attempt_is_deleted_after_asking_and_tried_again_with_a(open_app: Open) -> None:
    async with compared(open_app) as desk:
        await desk.press("a")
        await desk.until(lambda: isinstance(desk.app.screen, AttemptScreen), "another try")
        await running(desk)
        await desk.press("enter")
        await desk.shows("not seen")
        await desk.press("d")
        await desk.shows("Delete this try?")
        await desk.press("y")
        await desk.until(lambda: not desk.practice.kept, "the end of it")
        await desk.shows("Watch here")


async def test_a_demo_without_steps_cannot_be_tried_and_says_so(open_app: Open) -> None:
    from msgspec.structs import replace

    async with open_app(size=SMALL) as desk:
        demo = desk.library.demos[0]
        desk.library.demos[0] = replace(demo, steps=())
        desk.app.navigator.try_demo(demo.demo_id)
        await desk.shows("no steps yet")


async def test_a_stop_by_the_hotkey_waits_for_the_answer_to_an_open_question(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        await desk.press("escape")
        await desk.shows("Give up this try?")
        polls = desk.practice.begun[0].polls
        desk.practice.begun[0].ended = True
        await desk.until(lambda: desk.practice.begun[0].polls > polls + 1, "the recorder to be asked")
        assert desk.practice.kept == []
        await desk.press("escape")
        await desk.shows("not seen")
        await desk.press("escape")
        await desk.shows("Watch here")


async def test_a_still_that_cannot_be_had_is_told_and_the_try_goes_on(open_app: Open) -> None:
    async with trying(open_app) as desk:
        await running(desk)
        desk.library.no_stills = "The bucket does not answer"
        await desk.press("h", "h", "h")
        await desk.shows("The bucket does not answer")
        await desk.shows("Enter stops")
