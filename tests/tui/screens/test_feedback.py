"""Feedback on the screen: an attempt is cut, blurred and handed over; somebody else's is looked at and decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from capture.span import Span
from library.practice.feedback.model import FeedbackOutcome, Remark
from library.practice.feedback.people import KeyTrust
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fake_feedback import MARK
from tests.tui.fake_practice import compared
from tests.tui.fakes import Fakes


@asynccontextmanager
async def comparing(open_app: Open, prepare: object = None) -> AsyncIterator[Desk]:
    """The comparison of an attempt of this user."""
    async with open_app(size=SMALL, prepare=prepare or (lambda _: None)) as desk:
        desk.app.navigator.compared(compared(desk.library.demos[0]))
        await desk.shows("not seen")
        yield desk


@asynccontextmanager
async def reviewing(open_app: Open) -> AsyncIterator[Desk]:
    """An attempt that was handed to this user."""
    async with open_app(size=SMALL, prepare=lambda fakes: fakes.feedback.put()) as desk:
        await desk.press("ctrl+f")
        await desk.shows("waits for you")
        await desk.press("enter")
        await desk.shows("Tom says")
        yield desk


def told(desk: Desk) -> list[str]:
    """What is shown over the screens from now on; on a busy machine it may be gone before it is looked for."""
    words: list[str] = []
    notify = desk.app.notify

    def noted(message: str, **more: Any) -> None:
        words.append(message)
        notify(message, **more)

    desk.app.notify = noted  # type: ignore[method-assign]
    return words


async def handing(desk: Desk) -> None:
    """The screen before the hand-over."""
    await desk.press("g")
    await desk.shows("Your own recording stays")


async def test_what_is_left_out_and_blurred_is_left_out_of_what_is_handed_over(open_app: Open) -> None:
    async with comparing(open_app) as desk:
        await handing(desk)
        await desk.press("right", "right", "left_square_bracket", *("right",) * 3, "right_square_bracket", "b")
        await desk.shows("at its beginning")
        await desk.press("enter")
        await desk.shows("1 place blurred")
        await desk.press("enter")
        await desk.shows("what you ask them")
        await desk.type("Sam\n")
        await desk.shows(MARK)
        assert not desk.feedback.drafts
        await desk.press("y")
        await desk.until(lambda: desk.feedback.drafts, "the hand-over")
        [draft] = desk.feedback.drafts
        assert draft.clip.kept == (Span(2_000, 5_001),)
        [blur] = draft.blurs
        assert (blur.start_ms, blur.end_ms) == (0, 60_000)
        await desk.shows("seen by you and Sam")


async def test_undo_takes_the_last_change_back_and_the_end_stays_after_the_beginning(open_app: Open) -> None:
    async with comparing(open_app) as desk:
        words = told(desk)
        await handing(desk)
        await desk.press("right", "left_square_bracket")
        await desk.shows("0:59 of 1:00")
        await desk.press("left", "right_square_bracket")
        await desk.until(lambda: "Nothing would be left" in words, "the words")
        await desk.press("u")
        await desk.hides("0:59 of 1:00")


async def test_a_known_key_is_not_asked_about_and_a_changed_one_is_and_nobody_has_none(open_app: Open) -> None:
    async with comparing(open_app) as desk:
        desk.feedback.trust = KeyTrust.KNOWN
        await handing(desk)
        await desk.press("enter")
        await desk.shows("what you ask them")
        await desk.type("Sam\n")
        await desk.shows("seen by you and Sam")
        desk.feedback.trust = KeyTrust.CHANGED
        await handing(desk)
        await desk.press("enter")
        await desk.shows("what you ask them")
        await desk.type("Sam\n")
        await desk.shows("another one than before")
        await desk.press("escape")
        await desk.hides("another one than before")
        words = told(desk)
        await desk.press("enter")
        await desk.shows("what you ask them")
        await desk.type("Nobody\n")
        await desk.until(lambda: any("no key is known" in one for one in words), "the words")
        assert desk.feedback.new_keys == [False]


async def test_what_came_back_stands_at_its_step_and_it_can_be_taken_back(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        remarks = (Remark(text="Nearly there"), Remark(text="It is called so here", step=3))
        fakes.feedback.put_given(compared(fakes.library.demos[0]), (FeedbackOutcome.ONCE_MORE, remarks))

    async with comparing(open_app, prepare) as desk:
        await desk.shows("Sam: once more · Nearly there")
        await desk.shows("Sam at step 3: It is called so here")
        await desk.press("n")
        await desk.hides("Sam at step 3: It is called so here")
        await desk.press("t")
        await desk.shows("Take it back from Sam?")
        await desk.press("y")
        await desk.until(lambda: not desk.feedback.given, "the end")


async def test_a_reviewer_plays_both_remarks_at_a_step_and_asks_for_once_more(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        assert "they clicked “Create order”" in desk.text()
        await desk.press("x", "g", "d", "a")  # those keys are the learner's
        assert desk.screen == "ReviewAttemptScreen"
        assert "wrong" not in desk.text()
        await desk.press("enter")
        await desk.until(lambda: desk.feedback.played == [3], "the player")
        await desk.press("c")
        await desk.shows("Say something of step 3")
        await desk.type("F2 opens it\n")
        await desk.shows("You say of step 3: F2 opens it")
        await desk.press("o")
        await desk.shows("for Tom")
        await desk.type("Nearly\n")
        await desk.shows("you: once more")
        [one] = desk.feedback.waiting
        assert [(remark.step, remark.text) for remark in one.sent[0].remarks] == [(3, "F2 opens it"), (0, "Nearly")]


async def test_taken_back_while_the_reviewer_looks_is_told_and_nothing_is_sent(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        desk.feedback.fail.append("Tom took this try back")
        await desk.press("s")
        await desk.shows("for Tom")
        words = told(desk)
        await desk.press("enter")
        await desk.until(lambda: any("Tom took this try back" in one for one in words), "the words")
        assert desk.feedback.waiting[0].sent == ()


async def test_the_news_are_told_at_the_start_and_the_list_names_what_is_wrong(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        attempt = compared(fakes.library.demos[0])
        fakes.practice.kept.append(attempt)
        given = fakes.feedback.put_given(attempt)
        fakes.feedback.troubles[given.hand_id] = "Sam looks at no tries any more"
        fakes.feedback.news.append("Sam signed off “Order”")
        fakes.feedback.has_joined = False

    async with open_app(size=SMALL, prepare=prepare) as desk:
        await desk.until(lambda: not desk.feedback.news, "the news to be told")
        await desk.press("ctrl+f")
        await desk.shows("Sam looks at no tries any more")
        await desk.shows("J joins")
        words = told(desk)
        await desk.press("J")
        await desk.until(lambda: any(MARK in one for one in words), "the key")
        assert desk.feedback.has_joined
        await desk.press("enter")
        await desk.shows("seen by you and Sam")
