"""Remarks by voice on the screen: spoken, let go, replaced, taken away, and heard by the learner."""

from __future__ import annotations

from library.practice.feedback.model import FeedbackOutcome, Remark, SpokenRemark
from tests.support.scripted_source import ScriptedSource
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fake_practice import compared
from tests.tui.fakes import Fakes
from tests.tui.screens.test_feedback import reviewing, told

SPOKEN = SpokenRemark(sound=b"OggS", duration_ms=12_000, words="Press F2")


def closed(desk: Desk) -> list[bool]:
    """Whether each microphone that was opened is closed."""
    sources = [note._source for note in desk.feedback.listening]
    return [isinstance(source, ScriptedSource) and source.closed for source in sources]


async def spoken(desk: Desk) -> None:
    """Press the key, and speak until everything was said."""
    await desk.press("k")
    await desk.shows("Say something of step 3")
    await desk.shows("0:01 of 1:00")


async def test_what_is_said_is_kept_written_down_heard_again_and_sent(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        assert all(word in desk.key_bar() for word in ("Speak", "Remark", "Sign off", "Once more"))
        await spoken(desk)
        await desk.press("enter")
        await desk.shows("You say of step 3: by voice, 0:01: “Press F2”")
        assert closed(desk) == [True]
        await desk.press("h")
        await desk.until(lambda: desk.feedback.heard, "the player")
        assert (desk.feedback.heard[0].step, desk.feedback.heard[0].by) == (3, "You")
        await desk.press("c")
        await desk.shows("what to do otherwise")
        await desk.type("And look\n")
        await desk.shows("You say of step 3: And look · by voice")
        await desk.press("o")
        await desk.shows("for Tom")
        await desk.press("enter")
        await desk.shows("you: once more")
        [remark] = desk.feedback.waiting[0].sent[0].remarks
        assert (remark.step, remark.text, remark.spoken and remark.spoken.words) == (3, "And look", "Press F2")


async def test_escape_lets_it_go_and_a_minute_ends_by_itself(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await spoken(desk)
        await desk.press("escape")
        await desk.hides("0:01 of 1:00")
        await desk.until(lambda: closed(desk) == [True], "the microphone to be closed")
        assert desk.feedback.waiting[0].remarks == ()
        desk.feedback.longest_s, desk.feedback.says_s = 2.0, 5.0
        await desk.press("K")
        await desk.shows("You say of all of it: by voice, 0:02")
        assert closed(desk) == [True, True]


async def test_one_that_is_there_is_replaced_or_taken_away(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await spoken(desk)
        assert "take away" not in desk.text()
        await desk.press("enter")
        await desk.shows("by voice, 0:01: “Press F2”")
        desk.feedback.says_s = 2.0
        await desk.press("k")
        await desk.shows("take away yours of 0:01")
        await desk.shows("0:02 of 1:00")
        await desk.press("enter")
        await desk.shows("by voice, 0:02: “Press F2”")
        await desk.press("k")
        await desk.shows("take away yours of 0:02")
        await desk.press("d")
        await desk.hides("by voice")
        assert desk.feedback.waiting[0].remarks == ()


async def test_a_microphone_that_is_not_there_or_hears_nothing_is_told(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        desk.feedback.fail.append("There is no microphone to listen to")
        await desk.press("k")
        await desk.shows("There is no microphone to listen to")
        await desk.press("enter", "escape")
        await desk.hides("There is no microphone to listen to")
        desk.feedback.says_s = 0.0
        words = told(desk)
        await desk.press("k")
        await desk.shows("0:00 of 1:00")
        await desk.press("enter")
        await desk.until(lambda: any("Nothing was heard from Scripted" in one for one in words), "the words")
        assert desk.feedback.waiting[0].remarks == ()


async def test_a_decision_waits_for_words_that_are_still_written_down(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        desk.feedback.may_write.clear()
        await spoken(desk)
        await desk.press("enter")
        await desk.shows("You say of step 3: by voice, 0:01")
        words = told(desk)
        await desk.press("s")
        await desk.shows("for Tom")
        await desk.press("enter")
        await desk.until(lambda: any("once what you said is written down" in one for one in words), "the words")
        assert desk.feedback.waiting[0].sent == ()
        desk.feedback.may_write.set()
        await desk.shows("you: signed off")
        [remark] = desk.feedback.waiting[0].sent[0].remarks
        assert remark.spoken is not None
        assert remark.spoken.words == "Press F2"


async def test_a_learner_reads_and_hears_what_was_said_of_a_step_or_of_all_of_it(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        remarks = Remark(spoken=SPOKEN), Remark(step=3, spoken=SPOKEN)
        fakes.feedback.put_given(compared(fakes.library.demos[0]), (FeedbackOutcome.ONCE_MORE, remarks))

    async with open_app(size=SMALL, prepare=prepare) as desk:
        desk.app.navigator.compared(compared(desk.library.demos[0]))
        await desk.shows("Sam at step 3: by voice, 0:12: “Press F2”")
        await desk.press("h")
        await desk.until(lambda: len(desk.feedback.heard) == 1, "the player")
        await desk.press("n")
        await desk.hides("Sam at step 3")
        await desk.press("h")
        await desk.until(lambda: len(desk.feedback.heard) == 2, "the player")
        assert [heard.step for heard in desk.feedback.heard] == [3, 0]


async def test_nothing_is_offered_to_hear_where_nothing_was_said(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        desk.app.navigator.compared(compared(desk.library.demos[0]))
        await desk.shows("not seen")
        await desk.press("h", "k")
        assert desk.screen == "ComparisonScreen"
        assert desk.feedback.heard == []
        assert "Hear" not in desk.key_bar()
