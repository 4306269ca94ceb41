"""Notes and needs in the application: a key says whether it helped, a key records what is asked for."""

from __future__ import annotations

from capture.model import Front
from library.learning.answers import answers_need, answers_of
from library.learning.needs.model import NeedState
from library.learning.notes.model import NoteKind
from library.model import Demo
from tests.tui import sample
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fakes import Fakes


def two_needs(fakes: Fakes) -> None:
    fakes.learning.ask("merge two suppliers", "one supplier, two invoices", "Orders", votes=3)
    fakes.learning.ask("print labels")


def raised(desk: Desk) -> Demo:
    return next(demo for demo in desk.library.demos if demo.title.startswith("Raise"))


async def test_after_a_replay_from_the_library_one_key_says_that_it_helped(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.type("purchase+")  # before a replay it is a letter like any other
        await desk.until(lambda: "purchase+" in desk.library.queries, "the letter")
        await desk.press("backspace")
        await desk.shows("2 demos")
        await desk.press("enter")
        await desk.until(lambda: "+ It helped" in desk.key_bar(), "the question")
        await desk.press("plus")
        await desk.until(lambda: desk.learning.notes, "the note")
        assert [(one.kind, one.demo_id) for one in desk.learning.notes] == [("helped", desk.library.played[0][0])]


async def test_needs_stand_most_wanted_first_with_who_may_know(open_app: Open) -> None:
    async with open_app(size=SMALL, prepare=two_needs) as desk:
        await desk.press("ctrl+n")
        await desk.shows("Tom may know")
        text = desk.text()
        assert text.index("merge two suppliers") < text.index("print labels")
        assert "3 votes" in text
        assert "“one supplier, two invoices”" in text


async def test_a_need_is_taken_let_go_declined_and_merged_by_keys(open_app: Open) -> None:
    async with open_app(size=SMALL, prepare=two_needs) as desk:
        await desk.press("ctrl+n")
        await desk.shows("2 needs")
        await desk.press("t")
        await desk.shows("Priya records it")
        await desk.press("t")
        await desk.until(lambda: desk.learning.needs()[0].state is NeedState.OPEN, "the release")
        await desk.press("down", "m")
        await desk.shows("is the same as")
        await desk.press("enter")
        await desk.shows("4 votes")
        await desk.press("d")
        await desk.shows("who asked reads it")
        await desk.type("The shop does it")
        await desk.press("enter")
        await desk.shows("Nothing is asked for")
        assert desk.learning.needs()[0].declined == "The shop does it"


async def test_a_need_is_removed_after_a_question(open_app: Open) -> None:
    async with open_app(size=SMALL, prepare=two_needs) as desk:
        await desk.press("ctrl+n")
        await desk.shows("2 needs")
        await desk.press("delete")
        await desk.shows("Remove “merge two suppliers”?")
        await desk.press("escape")
        await desk.shows("2 needs")
        await desk.press("delete", "y")
        await desk.shows("1 need")
        assert [need.query for need in desk.learning.needs()] == ["print labels"]


async def test_a_note_is_removed_by_who_may(open_app: Open) -> None:
    def two_notes(fakes: Fakes) -> None:
        demo = next(one for one in fakes.library.demos if one.title.startswith("Raise"))
        fakes.learning.note(demo, NoteKind.COMMENT, 1, "Rubbish")
        fakes.learning.note(demo, NoteKind.COMMENT, 2, "Thanks", who="Somebody else")

    async with open_app(size=SMALL, prepare=two_notes) as desk:
        desk.app.navigator.show_notes(raised(desk), 1)
        await desk.shows("2 notes")
        await desk.press("delete", "y")
        await desk.shows("1 note")
        await desk.press("delete", "y")
        await desk.shows("This note is not yours")
        assert [one.text for one in desk.learning.notes] == ["Thanks"]


async def test_a_recording_for_a_need_answers_it_once_it_is_filed(open_app: Open) -> None:
    async with open_app(prepare=two_needs) as desk:
        wanted = desk.learning.needs()[0].need_id
        await desk.press("ctrl+n")
        await desk.shows("2 needs")
        await desk.press("r")
        await desk.until(lambda: desk.screen == "RecordScreen", "the record screen")
        await desk.shows("merge two suppliers")
        await desk.press("c", "c", "c", "enter")
        await desk.until(lambda: desk.screen == "LiveScreen", "the recording")
        await desk.until(
            lambda: desk.app.recording.session is not None and desk.app.recording.session.running, "it runs"
        )
        await desk.press("enter")
        await desk.until(lambda: desk.screen == "ReviewScreen", "the review")
        assert answers_of(sample.take(desk.fakes.folder).path) == answers_need(wanted)


async def test_notes_of_a_step_are_read_written_and_answered(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        desk.learning.note(demo, NoteKind.STUCK, 2, "Where is it?")
        desk.app.navigator.open_demo(demo.demo_id, demo.steps[1].start_ms)
        await desk.shows("helped 0 of 1 · “Where is it?” · 1 note: c")
        await desk.press("c")
        await desk.shows("step 2 · stuck here")
        await desk.press("a")
        await desk.shows("Answer “Where is it?”")
        await desk.type("At the top")
        await desk.press("enter")
        await desk.shows("↳ At the top")
        assert (desk.learning.notes[-1].kind, desk.learning.notes[-1].step) == (NoteKind.REPLY, 2)


async def test_where_nobody_said_anything_the_key_asks_for_words(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        desk.app.navigator.open_demo(demo.demo_id, 0)
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        await desk.press("c")
        await desk.shows("Say something of step 1")
        await desk.type("Very clear")
        await desk.press("enter")
        await desk.until(lambda: desk.learning.notes, "the note")
        assert (desk.learning.notes[0].text, desk.learning.notes[0].who) == ("Very clear", "")


async def test_what_cannot_be_noted_is_one_line(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        desk.learning.cannot_write = "The disk is full"
        desk.app.navigator.open_demo(raised(desk).demo_id, 0)
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        await desk.press("plus")
        await desk.shows("The disk is full")


async def test_an_asker_is_told_in_a_line_at_the_start(open_app: Open) -> None:
    def answered(fakes: Fakes) -> None:
        fakes.learning.lines = ["Priya showed what you asked for: Split an order"]

    async with open_app(size=SMALL, prepare=answered) as desk:
        await desk.shows("Priya showed what you asked for")
        assert desk.learning.lines == []


async def test_insight_says_nothing_of_few_and_leads_to_the_demo(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        for number in range(4):
            desk.learning.note(demo, NoteKind.STUCK, 1, machine=f"m{number}")
        desk.app.navigator.show_insight()
        await desk.shows("says nothing: fewer than 5 notes or 3 machines")
        assert "does not help" not in desk.text()
        for number in range(4, 9):
            desk.learning.note(demo, NoteKind.STUCK, 1, machine=f"m{number}")
        await desk.press("escape")
        desk.app.navigator.show_insight()
        await desk.shows("does not help")
        await desk.press("enter")
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")


async def test_a_demo_says_in_one_line_that_it_may_be_out_of_date_and_so_does_its_owners_list(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        for machine in ("a", "b"):
            desk.learning.note(demo, NoteKind.OUTDATED, 3, machine=machine, seen="Create order")
        desk.app.navigator.open_demo(demo.demo_id, 0)
        await desk.shows("! Step 3 “Click New order” is probably called “Create order” now (2 people)")
        await desk.press("escape")
        desk.app.navigator.show_insight()
        await desk.shows("Mine")
        await desk.press("m")
        await desk.shows("Step 3 “Click New order” is probably called “Create order”")
        await desk.press("R")
        await desk.shows("step 3 anew; the rest stays")
        await desk.press("escape")
        await desk.press("enter")
        await desk.shows("▸  3  Click New order")


async def test_nothing_to_look_at_is_said_and_no_key_acts_on_nothing(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        desk.learning.demos = []
        desk.app.navigator.show_stale()
        await desk.shows("Nothing says that one of your demos")
        await desk.press("enter", "R", "v", "e", "down")
        assert desk.screen == "StaleScreen"


async def test_a_note_is_written_of_the_step_in_front_though_others_have_notes(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        desk.learning.note(demo, NoteKind.COMMENT, 2, "Where is it?")
        desk.app.navigator.open_demo(demo.demo_id, demo.steps[0].start_ms)
        await desk.shows("1 note: c")
        await desk.press("c")
        await desk.shows("c writes of step 1")
        await desk.press("c")
        await desk.shows("Say something of step 1")
        await desk.type("Very clear")
        await desk.press("enter")
        await desk.until(lambda: len(desk.learning.notes) > 1, "the note")
        assert (desk.learning.notes[-1].step, desk.learning.notes[-1].text) == (1, "Very clear")


async def test_after_a_replay_the_whole_question_can_be_read_and_the_answer_is_of_the_step_in_front(
    open_app: Open,
) -> None:
    async with open_app(size=SMALL) as desk:
        demo = raised(desk)
        desk.app.navigator.open_demo(demo.demo_id, 0)
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        await desk.press("enter")
        await desk.shows("Did it help? + yes  - stuck here  o looks different now")
        await desk.press("o")
        await desk.shows("looks different now (1)")  # below the picture, once it is stored
        assert [(one.kind, one.step) for one in desk.learning.notes] == [(NoteKind.OUTDATED, 1)]


async def test_help_for_the_program_in_front_shows_its_steps_first_and_escape_leaves_it(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        desk.app.navigator.show_help_for(Front("Firefox", "Orders 4711 Schulze"))
        await desk.shows("in Firefox")
        wanted = desk.learning.help_for(Front("Firefox")).hits[0]
        assert desk.learning.fronts[0].title == "Orders 4711 Schulze"
        assert wanted.step_title in desk.text()
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the replay")
        assert desk.library.played[0][:2] == (wanted.demo_id, wanted.start_ms)
        await desk.type("p")
        await desk.shows("Firefox first")
        await desk.press("escape", "escape")
        await desk.until(lambda: "Firefox" not in desk.text(), "the search as ever")


async def test_help_says_so_where_nothing_is_in_front_and_never_leaves_a_recording(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        desk.app.navigator.show_help_for(Front())
        await desk.shows("No program is in front")
        await desk.press("ctrl+r")
        await desk.until(lambda: desk.screen == "RecordScreen", "the record screen")
        desk.app.navigator.show_help_for(Front("Firefox"))
        await desk.shows("Finish this first")
        assert desk.screen == "RecordScreen"
