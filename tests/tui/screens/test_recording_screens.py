"""From one key to a filed demo: setup, live, review, filing; and what happens when something fails on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest
from msgspec.structs import replace

from capture.model import Level, Region, TakeState
from capture.span import Span
from library.maintenance.glossary import FolderGlossary
from tests.tui import sample
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fake_recording import FakeMeter
from tests.tui.fakes import Fakes
from tui.screens.record import RecordScreen


async def begin(desk: Desk) -> None:
    """From the library to the start of a recording, without a countdown."""
    await desk.press("ctrl+r")
    await desk.shows("Built-in Audio Analog")
    await desk.press("c", "c", "c")
    await desk.shows("none: it starts at once")
    await desk.press("enter")


async def record(desk: Desk) -> None:
    """From the library to a live recording, without a countdown."""
    await begin(desk)
    await desk.shows("REC")


async def test_record_stop_enter_files_the_demo_and_selects_it_in_the_library(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await record(desk)
        await desk.shows("30 fps, 0 late")
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31")
        assert desk.screen == "ReviewScreen"
        await desk.press("enter")
        await desk.shows("Filed “Raise a purchase order”")
        assert desk.screen == "LibraryScreen"
        assert [draft.draft_id for draft in desk.review.filed] == ["draft-1"]
        await desk.until(lambda: desk.app.screen.model.selected.demo_id == "new0001", "the new demo")  # type: ignore[attr-defined]
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the player")
        assert desk.library.played[0][0] == "new0001"


async def test_the_first_screen_and_the_preferred_microphone_stand_ready(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("● Monitor 1")
        await desk.shows("● Built-in Audio Analog")
        await desk.shows("▃▅")
        await desk.press("s", "m", "enter")
        await desk.shows("Get ready")
        assert "Monitor 2" in desk.text()


async def test_what_was_chosen_is_what_is_recorded(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("Purchase orders")
        await desk.press("c", "c", "c", "down", "down", "down", "m", "m", "enter")
        await desk.shows("REC")
        [choice] = desk.recorder.choices
        assert (choice.target.window, choice.microphone) == ("Purchase orders", None)
        await desk.shows("no microphone: a silent demo")


async def test_keys_are_noted_shown_or_left_alone_as_asked(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.press("ctrl+r")
        await desk.shows("noted, clicks ringed")
        for said, events, show_keys in (
            ("shown, clicks ringed", True, True),
            ("not noted", False, False),
            ("noted, clicks ringed", True, False),
        ):
            await desk.press("k")
            await desk.shows(said)
            screen = desk.app.screen
            assert isinstance(screen, RecordScreen)
            choice = screen.model.choice()
            assert choice is not None
            assert (choice.events, choice.show_keys) == (events, show_keys)


async def test_labels_are_read_beside_a_recording_that_notes_clicks_and_no_longer_once_it_is_abandoned(
    open_app: Open,
) -> None:
    async with open_app() as desk:
        await record(desk)
        [labels] = desk.recorder.labels
        assert not labels.closed
        await desk.press("escape")
        await desk.shows("Abandon this recording?")
        await desk.press("y")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert labels.closed
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("noted, clicks ringed")
        await desk.press("k", "k")
        await desk.shows("not noted")
        await desk.press("c", "c", "c", "enter")
        await desk.shows("● REC")
        assert not desk.recorder.labels


async def test_a_mute_by_hotkey_is_shown(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        live = desk.recorder.recording
        live.now = replace(live.now, muted=True)
        await desk.shows("The microphone is muted")


async def test_a_recording_abandoned_by_hotkey_is_not_reviewed(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        live = desk.recorder.recording
        live.ending = TakeState.ABANDONED
        live.now = replace(live.now, state="finished")
        await desk.shows("Abandoned. It is kept for a while")
        assert desk.screen == "LibraryScreen"


async def test_the_countdown_can_be_left_and_nothing_is_recorded(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("Monitor 1")
        await desk.press("enter")
        await desk.shows("Get ready")
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert not desk.recorder.choices


async def test_a_region_is_drawn_or_written(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("A region…")
        await desk.press("g")
        await desk.shows("1280×720 at 100,80")
        await desk.press("G")
        await desk.shows("Which part of the screen?")
        await desk.type("1,2,x")
        await desk.press("enter")
        await desk.shows("is not a region")
        await desk.press("G")
        await desk.type("10,20,640,480")
        await desk.press("enter")
        await desk.shows("640×480 at 10,20")
        screen = desk.app.screen
        assert isinstance(screen, RecordScreen)
        choice = screen.model.choice()
        assert choice is not None
        assert choice.target.region is not None
        assert choice.target.region.x == 10


async def test_pause_mark_scrap_and_mute_reach_the_recorder_and_are_shown(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        await desk.press("k")
        await desk.shows("Marked step 1")
        await desk.press("z")
        await desk.shows("Scrapped the last 10 seconds")
        await desk.press("p")
        await desk.shows("Paused: nothing is recorded")
        await desk.press("p")
        await desk.shows("REC")
        await desk.press("m")
        await desk.shows("The microphone is muted")
        await desk.press("m")
        await desk.hides("The microphone is muted")
        asked = desk.recorder.recording.asked
        assert asked == ["mark", "scrap", "pause", "resume", "mute", "unmute"]
        assert desk.recorder.words is not None
        assert desk.recorder.words.scrapped == [Span(32_300, 42_300)]


async def test_abandoning_asks_and_a_stray_key_does_not_do_it(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        await desk.press("escape")
        await desk.shows("Abandon this recording?")
        await desk.press("enter", "escape")
        await desk.hides("Abandon this recording?")
        assert desk.recorder.recording.asked == []
        await desk.press("escape")
        await desk.shows("Abandon this recording?")
        await desk.press("y")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert desk.recorder.recording.asked == ["abandon"]


async def test_dead_silence_and_clipping_are_said_out_loud(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        live = desk.recorder.recording
        live.now = replace(live.now, level=Level(silent=True))
        live.steady = True
        await desk.shows("is your microphone on?")
        live.now = replace(live.now, level=Level(rms_db=-0.6, clipping=True))
        await desk.shows("too loud: it clips")


async def test_a_recording_that_ends_by_itself_is_reviewed_with_its_reason_shown(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        live = desk.recorder.recording
        live.now = replace(live.now, notices=("The disk is nearly full; the recording was stopped.",))
        await desk.shows("The disk is nearly full")
        live.now = replace(live.now, state="finished")
        await desk.shows("1:07 kept of 1:31")
        assert live.asked == ["stop"]


async def test_without_a_screen_one_line_says_so_and_nothing_can_start(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.no_screen = "There is no display"

    async with open_app(prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("There is no display.")
        assert "Start" not in desk.key_bar()


async def test_a_name_put_right_in_review_is_offered_to_the_glossary_once(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await record(desk)
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31")
        await desk.press("e", "ctrl+u")
        await desk.type("Open the FinanceOne menu")
        await desk.press("enter")
        await desk.shows("Open the FinanceOne menu")
        await desk.press("enter")
        await desk.shows("Ctrl+G tells the speech model")
        await desk.press("ctrl+g")
        await desk.shows("Tell the speech model these names from now on?")
        await desk.press("y")
        await desk.shows("In the glossary now: FinanceOne")
        assert FolderGlossary(desk.library.folder).terms() == ("FinanceOne",)
        await desk.press("ctrl+g")
        assert desk.screen == "LibraryScreen"


async def test_failed_filing_loses_nothing_and_r_tries_again(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.fail_filing.append("The disk is full")

    async with open_app(size=SMALL, prepare=prepare) as desk:
        await record(desk)
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31")
        await desk.press("enter")
        await desk.shows("F5 try again")
        assert "The disk is full." in desk.text()
        assert not desk.review.filed
        await desk.press("f5")
        await desk.shows("Filed “Raise a purchase order”")
        await desk.hides("F5 try again")
        assert len(desk.review.filed) == 1


async def test_long_work_shows_its_progress_and_can_be_cancelled(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.going_on.clear()

    async with open_app(prepare=prepare) as desk:
        await record(desk)
        await desk.press("enter")
        await desk.shows("transcribing")
        await desk.shows("^k cancel")
        await desk.press("ctrl+k")
        await desk.until(lambda: not desk.app.jobs.running, "the work to stop")
        await desk.hides("^k cancel")
        await desk.shows("was cancelled")
        assert desk.recorder.recording.asked == ["stop"]


async def test_one_can_leave_the_review_and_is_told_when_it_is_ready(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.going_on.clear()

    async with open_app(prepare=prepare) as desk:
        await record(desk)
        await desk.press("enter")
        await desk.shows("Its steps are being written")
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        desk.review.going_on.set()
        await desk.shows("is ready for review: Ctrl+D")


async def test_the_desktops_question_is_told_while_it_is_open(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.recording.may_start.clear()
        fakes.recorder.recording.now = replace(fakes.recorder.recording.now, state="asking")

    async with open_app(prepare=prepare) as desk:
        await begin(desk)
        await desk.shows("The desktop asks what may be recorded")
        desk.recorder.recording.now = replace(desk.recorder.recording.now, state="recording")
        desk.recorder.recording.may_start.set()
        await desk.shows("Kept safe as it goes")
        assert "The desktop asks" not in desk.text()


async def test_leaving_showhow_while_it_records_asks_and_stops_the_take_cleanly(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        await desk.press("ctrl+q")
        await desk.shows("A recording is running")
        await desk.press("escape")
        assert desk.recorder.recording.asked == []
        await desk.press("ctrl+q")
        await desk.shows("A recording is running")
        await desk.press("y")
        await desk.until(lambda: desk.app.return_value == 0, "the end")
        assert desk.recorder.recording.asked == ["stop"]


async def test_a_search_begun_meanwhile_is_left_alone_when_filing_ends(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.pace_s = 0.05

    async with open_app(prepare=prepare) as desk:
        desk.app.navigator.file(sample.draft(desk.library.folder))
        await desk.type("book")
        await desk.shows("Filed “Raise a purchase order”")
        await desk.shows("/ book")
        await desk.shows("▌ Book a meeting room")


async def test_leaving_showhow_while_work_goes_on_asks_first(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.going_on.clear()

    async with open_app(prepare=prepare) as desk:
        await record(desk)
        await desk.press("enter")
        await desk.shows("transcribing")
        await desk.press("ctrl+q")
        await desk.shows("is not done yet")
        await desk.press("y")
        await desk.until(lambda: desk.app.return_value == 0, "the end")


async def test_words_are_shown_as_they_are_recognised_the_last_ones_last(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await record(desk)
        words = desk.recorder.words
        assert words is not None
        await desk.shows("Your words appear here")
        words.text = "open the menu " * 20 + "and click new order"
        await desk.shows("and click new order”")
        assert "Your words appear here" not in desk.text()
        assert "“…" in desk.text()


async def test_without_a_model_one_line_says_so_and_the_take_goes_on(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.words = None

    async with open_app(size=SMALL, prepare=prepare) as desk:
        await record(desk)
        await desk.shows("there is no speech model")
        await desk.shows("REC")


async def test_words_while_recording_can_be_left_for_afterwards(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("ctrl+r")
        await desk.shows("on while recording (base, ready)")
        await desk.press("w")
        await desk.shows("off while recording")
        await desk.press("c", "c", "c", "enter")
        await desk.shows("REC")
        assert [choice.words for choice in desk.recorder.choices] == [False]


async def test_left_while_the_recorder_starts_it_is_ended_at_once(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.recording.may_start.clear()

    for key in ("escape", "ctrl+c"):
        async with open_app(prepare=prepare) as desk:
            await begin(desk)
            await desk.shows("Recording begins")
            await desk.until(lambda: desk.recorder.choices, "the recorder")
            await desk.press(key)
            await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
            await desk.until(lambda: desk.recorder.recording.asked == ["abandon"], "the recorder to be told")
            await desk.until(lambda: desk.app.recording.session is None, "the end of it")
            assert "REC" not in desk.text()


async def test_leaving_showhow_while_the_recorder_starts_asks_nothing_and_keeps_nothing(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.recording.may_start.clear()

    async with open_app(prepare=prepare) as desk:
        await begin(desk)
        await desk.until(lambda: desk.recorder.choices, "the recorder")
        await desk.press("ctrl+q")
        await desk.until(lambda: desk.app.return_value == 0, "the end")
        assert desk.recorder.recording.asked == ["abandon"]


async def test_an_application_that_ends_while_the_recorder_starts_ends_it(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.recording.may_start.clear()

    async with open_app(prepare=prepare) as desk:
        await begin(desk)
        await desk.until(lambda: desk.recorder.choices, "the recorder")
        desk.app.exit(1)  # as a fault does
    await desk.until(lambda: desk.recorder.recording.asked == ["abandon"], "the recorder to be told")


@pytest.mark.parametrize("size", [SMALL, (120, 36)], ids=["80x24", "120x36"])
async def test_a_recording_shows_on_every_screen_and_a_key_stops_it(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size=size) as desk:
        await record(desk)
        await desk.press("l")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        for opens, screen in ((None, "LibraryScreen"), ("ctrl+o", "DemoScreen"), ("ctrl+b", "BrowseScreen")):
            if opens is not None:
                await desk.press(opens)
                await desk.until(lambda screen=screen: desk.screen == screen, screen)  # type: ignore[misc]  # mypy knows no type for it
            await desk.until(lambda: "● REC" in desk.text().split("\n", 2)[0 if size == SMALL else 1], "the title line")
            assert "^s Stop recording" in desk.key_bar()
            if opens is not None:
                await desk.press("escape")
                await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        assert desk.recorder.recording.asked == []
        await desk.press("ctrl+s")
        await desk.shows("1:07 kept of 1:31")
        assert desk.recorder.recording.asked == ["stop"]
        assert "REC" not in desk.text()


async def test_record_leads_back_to_a_recording_that_goes_on(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        await desk.press("l")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        await desk.press("ctrl+r")
        await desk.until(lambda: desk.screen == "LiveScreen", "the recording")
        await desk.press("p")
        await desk.shows("Ⅱ Recording paused")
        await desk.press("l", "ctrl+q")
        await desk.shows("A recording is running")
        await desk.press("y")
        await desk.until(lambda: desk.app.return_value == 0, "the end")
        assert desk.recorder.recording.asked == ["pause", "stop"]


async def test_a_recording_that_ends_beneath_a_question_interrupts_nobody(open_app: Open) -> None:
    async with open_app() as desk:
        await record(desk)
        await desk.press("l")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        await desk.press("ctrl+o")
        await desk.until(lambda: desk.screen == "DemoScreen", "the demo")
        await desk.press("e")
        await desk.shows("Edit the demo")
        desk.recorder.recording.now = replace(desk.recorder.recording.now, state="finished")
        await desk.shows("Ctrl+D in the library reviews it")
        assert desk.screen == "FormDialog"


async def test_a_microphone_that_opens_after_the_setup_was_left_is_closed(open_app: Open) -> None:
    may_open = Event()

    def prepare(fakes: Fakes) -> None:
        def listen(_: str) -> FakeMeter:
            may_open.wait()
            return fakes.recorder.meter

        fakes.recorder.listen = listen  # type: ignore[method-assign]  # it takes its time

    async with open_app(prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("● Built-in Audio Analog")
        await desk.press("escape")
        await desk.until(lambda: desk.screen == "LibraryScreen", "the library")
        may_open.set()
        await desk.until(lambda: desk.recorder.meter.closed, "the microphone to be let go")


async def test_whoever_leaves_the_setup_gives_the_pointer_back(open_app: Open) -> None:
    back = Event()

    def prepare(fakes: Fakes) -> None:
        def pick(given_up: Callable[[], bool]) -> Region | None:
            deadline = time.monotonic() + 20
            while not given_up() and time.monotonic() < deadline:
                time.sleep(0.01)
            if given_up():
                back.set()
            return None

        fakes.recorder.pick_region = pick  # type: ignore[method-assign]  # nobody draws

    async with open_app(prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("A region…")
        await desk.press("g")
        await desk.shows("Draw the region")
        await desk.press("escape")
        await desk.until(back.is_set, "the pointer to be given back")


async def test_where_no_region_can_be_drawn_its_numbers_are_asked_for_at_once(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.draws = False

    async with open_app(prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("A region…")
        await desk.press("g")
        await desk.shows("Which part of the screen?")
        assert "Draw the region" not in desk.text()


async def test_a_hotkey_that_will_not_work_is_told_before_the_start(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.recorder.bad_hotkeys = ["The hotkey ctrl+alt+s is held by another program and will not work."]

    async with open_app(prepare=prepare) as desk:
        await desk.press("ctrl+r")
        await desk.shows("ctrl+alt+s is held")
        assert desk.screen == "RecordScreen"
