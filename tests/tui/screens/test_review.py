"""The review screen: every edit shows, is saved, and can be undone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec.structs import replace

from capture.model import Region, SpeedUp
from capture.span import Span
from library.model import Draft
from tests.tui import sample
from tests.tui.conftest import Desk, Open
from tests.tui.fakes import Fakes
from tui.model import Unfiled
from tui.screens.review import ReviewScreen
from tui.widgets.still import Still, fitted
from tui.widgets.timeline import Timeline


@asynccontextmanager
async def reviewing(open_app: Open, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Desk]:
    async with open_app(size=size) as desk:
        screen = ReviewScreen()
        await desk.app.push_screen(screen)
        screen.fill(sample.draft(desk.library.folder))
        await desk.shows("▓ kept  ░ cut")
        await desk.shows("Open the finance menu")
        yield desk


def draft_of(desk: Desk) -> Draft:
    screen = desk.app.screen
    assert isinstance(screen, ReviewScreen)
    assert screen.model is not None
    return screen.model.draft


async def test_it_shows_the_timeline_the_steps_and_what_was_said(open_app: Open) -> None:
    async with reviewing(open_app, (200, 50)) as desk:
        assert "░░▓▓" in desk.text()
        assert "Open the finance menu" in desk.text()
        assert "“Then choose orders from the list.”" in desk.text()


async def test_a_new_title_and_tags_are_written_at_the_bottom_and_saved(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("t", "ctrl+u")
        await desk.type("Order pens")
        await desk.press("enter", "g", "ctrl+u")
        await desk.type("office, pens")
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31 · office, pens")
        await desk.until(lambda: [d for d in desk.review.kept if d.tags == ("office", "pens")], "the saved draft")
        assert desk.review.kept[-1].title == "Order pens"


async def test_letters_typed_into_a_title_are_not_keys(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("t", "ctrl+u")
        await desk.type("? Rescue djs")
        await desk.press("enter")
        await desk.until(lambda: draft_of(desk).title == "? Rescue djs", "the title")
        assert len(draft_of(desk).steps) == 7


async def test_every_edit_of_a_step_can_be_undone(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        for key in ("s", "j", "d", "right", "comma", "right_parenthesis"):
            await desk.press("down", key)
            after = draft_of(desk)
            assert after != before, key
            await desk.press("u")
            assert draft_of(desk) == before, key
            await desk.press("r")
            assert draft_of(desk) == after, key
            await desk.press("ctrl+z")
        assert draft_of(desk) == before
        assert "u Undo" not in desk.key_bar()


async def test_c_keeps_the_cut_at_the_cursor_and_undo_cuts_it_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("right_square_bracket")
        await desk.shows("cut (silent), c keeps it")
        await desk.press("c")
        await desk.shows("1:15 kept of 1:31")
        await desk.press("u")
        await desk.shows("1:07 kept of 1:31")


async def test_a_click_on_the_timeline_puts_the_cursor_there(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.pilot.click(Timeline, offset=(70, 0))
        await desk.shows("cut (still), c keeps it")


async def test_the_title_and_the_words_of_a_step_are_edited(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("down", "e", "ctrl+u")
        await desk.type("Pick Orders")
        await desk.press("tab", "ctrl+u")
        await desk.type("From the list, pick orders.")
        await desk.press("enter")
        await desk.shows("Pick Orders")
        step = draft_of(desk).steps[1]
        assert (step.title, step.text) == ("Pick Orders", "From the list, pick orders.")
        await desk.until(lambda: desk.review.kept[-1].steps[1] == step, "the saved draft")


async def test_from_the_mark_to_the_cursor_is_cut(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("m")
        await desk.shows("marked, now go to the other end")
        await desk.press("shift+right", "shift+right")
        await desk.shows("from 0:04.0 to 0:06.0: c cuts it")
        await desk.press("c")
        await desk.shows("1:05 kept of 1:31")
        await desk.press("u")
        await desk.shows("1:07 kept of 1:31")


async def test_a_step_is_taken_up_and_put_down_at_the_cursor(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("down", "v")
        await desk.shows("v puts step 2 down here")
        await desk.press("down", "shift+right", "shift+right", "v")
        assert [step.title for step in draft_of(desk).steps[:3]] == [
            "Open the finance menu",
            "Click New order",
            "Choose Orders",
        ]
        await desk.press("v", "escape")
        await desk.hides("puts step")
        assert desk.screen == "ReviewScreen"


async def test_a_wait_is_shown_fast_then_cut_then_as_it_was(open_app: Open) -> None:
    async with open_app() as desk:
        screen, whole = ReviewScreen(), sample.draft(desk.library.folder)
        await desk.app.push_screen(screen)
        screen.fill(replace(whole, waits=(SpeedUp(4_000, 12_000),)))
        await desk.shows("f shows it 8 times as fast")
        await desk.press("f")
        await desk.shows("1:00 kept of 1:31")
        await desk.shows("»»»")
        await desk.press("f")
        await desk.shows("0:59 kept of 1:31")
        await desk.press("f")
        await desk.shows("1:07 kept of 1:31")
        await desk.press("u")
        await desk.shows("0:59 kept of 1:31")


async def test_a_blur_is_drawn_by_keys_and_follows_to_its_end(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("b")
        await desk.shows("at its beginning")
        await desk.press("left", "f", "up", "shift+right", "tab")
        await desk.shows("at its end")
        await desk.press("f", "down", "enter")
        await desk.shows("1 blurred")
        await desk.shows("≈≈≈")
        [blur] = draft_of(desk).blurs
        start = Region(640 - 128 - 16, 360 - 30 - 2, 256 + 2, 60)
        assert (blur.span, blur.region) == (draft_of(desk).steps[0].span, start)
        assert blur.until == Region(start.x, start.y + 16, start.width, start.height)
        await desk.shows("b changes it")
        await desk.press("b")
        await desk.shows("d Remove")
        await desk.press("d")
        await desk.hides("≈≈≈")
        await desk.press("u")
        assert draft_of(desk).blurs == (blur,)


async def test_a_blur_is_drawn_by_the_mouse_over_what_is_marked(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("m", "shift+right", "shift+right", "b")
        await desk.shows("0:04 to 0:06")
        still = desk.app.screen.query_one(Still)
        await desk.until(lambda: still.picture is not None, "the picture")
        columns, rows = fitted((1280, 720), *still.size)
        await desk.pilot.mouse_down(still, offset=(10, 4))
        await desk.pilot.hover(still, offset=(20, 8))
        await desk.pilot.mouse_up(still, offset=(29, 11))
        await desk.press("enter")
        await desk.shows("1 blurred")
        [blur] = draft_of(desk).blurs
        assert blur.span == Span(4_000, 6_000)
        assert abs(blur.region.x - 10 * 1280 / columns) <= 1
        assert abs(blur.region.y - 4 * 720 / rows) <= 1
        assert abs(blur.region.right - 30 * 1280 / columns) <= 1
        assert abs(blur.region.bottom - 12 * 720 / rows) <= 1


async def test_leaving_the_blur_screen_changes_nothing(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        await desk.press("b", "left", "escape")
        await desk.until(lambda: desk.screen == "ReviewScreen", "the review")
        assert draft_of(desk) == before


async def test_the_sound_is_drawn_over_the_timeline(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.until(lambda: "▅▅▅" in desk.text(), "the envelope")


async def test_words_that_come_in_later_fill_the_steps_and_leave_edits_alone(open_app: Open) -> None:
    async with open_app() as desk:
        screen, whole = ReviewScreen(), sample.draft(desk.library.folder)
        await desk.app.push_screen(screen)
        screen.fill(replace(whole, steps=whole.steps[:1], title="Demo of today"), filling=True)
        await desk.shows("still being")
        await desk.press("g", "ctrl+u")
        await desk.type("office")
        await desk.press("enter")
        screen.fill(whole)
        await desk.shows("Save the order")
        await desk.hides("still being")
        assert draft_of(desk).tags == ("office",)
        assert draft_of(desk).title == whole.title
        await desk.until(lambda: desk.review.kept[-1] == draft_of(desk), "the saved draft")


async def test_a_word_in_doubt_is_gone_to(open_app: Open) -> None:
    async with open_app() as desk:
        screen, whole = ReviewScreen(), sample.draft(desk.library.folder)
        await desk.app.push_screen(screen)
        first, *rest = whole.transcript.segments
        doubtful = replace(rest[1], words=(replace(rest[1].words[0], confidence=0.1), *rest[1].words[1:]))
        said = replace(whole.transcript, segments=(first, rest[0], doubtful, *rest[2:]))
        screen.fill(replace(whole, transcript=said))
        await desk.shows("Save the order")
        await desk.press("w")
        assert screen.model is not None
        assert (screen.model.at_ms, screen.model.index) == (doubtful.words[0].start_ms, 2)


async def test_an_impossible_edit_is_one_line_and_changes_nothing(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        await desk.press(*["down"] * 6, "j")
        await desk.shows("there is none to join it with")
        assert draft_of(desk) == before


async def test_space_plays_here_without_the_cuts_and_stops_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        screen = desk.app.screen
        assert isinstance(screen, ReviewScreen)
        assert screen.model is not None
        at = screen.model.at_ms
        await desk.press("space")
        await desk.until(lambda: screen.model is not None and screen.model.at_ms > at + 150, "motion")
        await desk.press("space")
        await desk.until(lambda: not [w for w in screen.workers if w.group == "motion" and w.is_running], "standstill")


async def test_later_leaves_the_draft_and_says_where_it_is(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("escape")
        await desk.shows("waits for you: Ctrl+D")
        assert desk.screen == "LibraryScreen"
        assert not desk.review.filed


async def test_words_that_come_while_it_closes_are_saved_and_nothing_is_drawn(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        review = desk.app.screen
        assert isinstance(review, ReviewScreen)
        closed = desk.app.pop_screen()
        turns = 0
        while review.is_running or not turns:
            await asyncio.sleep(0)
            turns += 1
            filled = review.fill(replace(sample.draft(desk.library.folder), title=f"Order pens {turns}"))
            assert filled.title == f"Order pens {turns}"
        await closed
        await desk.until(lambda: desk.review.kept[-1].title == f"Order pens {turns}", "the saved draft")


async def test_letting_go_asks_first(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("X")
        await desk.shows("Let “Raise a purchase order” go?")
        await desk.press("escape")
        assert desk.screen == "ReviewScreen"
        await desk.press("X", "y")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert desk.review.gone == ["draft-1"]


def begins(fakes: Fakes) -> None:
    fakes.review.begins = True
    fakes.review.going_on.clear()
    fakes.review.waiting.append(Unfiled(fakes.library.folder, "Raise a purchase order", 91_000, 0))


async def test_the_review_opens_at_once_and_its_words_come_in_while_somebody_edits(open_app: Open) -> None:
    async with open_app(prepare=begins) as desk:
        await desk.press("ctrl+d")
        await desk.shows("Not filed yet")
        await desk.press("enter")
        await desk.shows("Demo of today")
        await desk.shows("still being")
        await desk.press("g", "ctrl+u")
        await desk.type("office")
        await desk.press("enter")
        desk.review.going_on.set()
        await desk.shows("Save the order")
        await desk.hides("still being")
        assert draft_of(desk).tags == ("office",)


async def test_enter_before_the_last_word_was_heard_files_when_it_was(open_app: Open) -> None:
    async with open_app(prepare=begins) as desk:
        await desk.press("ctrl+d")
        await desk.shows("Not filed yet")
        await desk.press("enter")
        await desk.shows("still being")
        await desk.press("enter")
        await desk.shows("as soon as its words and labels are there")
        assert desk.screen == "LibraryScreen"
        assert not desk.review.filed
        desk.review.going_on.set()
        await desk.until(lambda: desk.review.filed, "the filed demo")
        assert len(desk.review.filed[0].steps) == 7


async def test_new_stills_are_read_beside_other_work_and_nobody_is_asked_to_wait_for_it(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        desk.library.slow_screens = threading.Event()
        await desk.press("enter")
        await desk.until(lambda: desk.review.filed, "the filed demo")
        await desk.until(lambda: any(job.background for job in desk.app.jobs.running), "the reading")
        desk.library.slow_screens.set()
        await desk.until(lambda: desk.library.screens_read == 1, "the stills to be read")
        await desk.until(lambda: not desk.app.jobs.running, "the end of it")


def in_doubt(desk: Desk) -> ReviewScreen:
    """The review with words of which the language is not sure."""
    screen = desk.app.screen
    assert isinstance(screen, ReviewScreen)
    draft = draft_of(desk)
    screen.fill(replace(draft, transcript=replace(draft.transcript, languages={"en": 0.4, "de": 0.35})))
    return screen


async def test_a_doubtful_language_is_told_and_another_chosen_in_which_it_is_heard_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        assert "l to choose" not in desk.text()
        in_doubt(desk)
        await desk.shows("English? l to choose")
        await desk.press("l")
        await desk.shows("Which language is spoken?")
        await desk.shows("German")
        await desk.press("down", "enter")
        await desk.until(lambda: draft_of(desk).transcript.language == "de", "the words in German")
        await desk.shows("Öffnet das Menü")
        assert draft_of(desk).title == "Ein Menü öffnen"
        assert "l to choose" not in desk.text()


async def test_what_was_written_by_hand_stays_when_it_is_heard_again(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("t", "ctrl+u")
        await desk.type("Order pens")
        await desk.press("enter", "l", "down", "enter")
        await desk.until(lambda: draft_of(desk).transcript.language == "de", "the words in German")
        assert draft_of(desk).title == "Order pens"


async def test_a_language_in_which_it_cannot_be_heard_leaves_the_words(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        await desk.press("l", "down", "down", "enter")
        await desk.shows("base could not transcribe it")
        assert draft_of(desk).transcript == before.transcript
        await desk.press("l")
        await desk.shows("Which language is spoken?")


async def test_the_keys_that_mend_a_step_are_on_the_bar_at_every_width(open_app: Open) -> None:
    for size in ((80, 24), (120, 36)):
        async with reviewing(open_app, size) as desk:
            await desk.press("t")
            await desk.type("!")
            await desk.press("enter")
            await desk.shows("u Undo")
            assert "e Step  b Blur  u Undo" in desk.key_bar()
