"""The library screen as people use it: type, see, Enter."""

from __future__ import annotations

import msgspec
from textual.widgets import Input

from library.export.exporter import FORMS
from tests.tui.conftest import SMALL, Open
from tests.tui.fakes import Fakes
from tui.model import Unfiled
from tui.screens.library import LibraryScreen
from tui.widgets.preview import Preview
from tui.widgets.results import Results


async def test_the_newest_demos_are_there_before_anything_is_typed(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.shows("Approve a purchase order")
        assert "Finance how-tos · 5 demos" in desk.text()


async def test_a_demo_past_its_review_date_says_so_among_the_results_and_on_its_own(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.type("order")
        await desk.shows("Click New order")
        assert "due for review" not in desk.text()  # theirs lies ahead
        await desk.press("escape")
        await desk.type("resources")
        await desk.shows("due for review")
        await desk.press("ctrl+o")
        await desk.shows("Its review was due on")


async def test_every_letter_typed_searches_at_once(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("pur")
        await desk.until(lambda: desk.library.queries[-1] == "pur", "the search")
        await desk.shows("11 steps · 2 demos · 3 ms")


async def test_typing_reaches_the_search_from_the_list_of_results_too(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("down", "down")
        assert isinstance(desk.app.focused, Results)
        await desk.type("book")
        await desk.until(lambda: desk.library.queries[-1] == "book", "the search")
        await desk.press("down", "backspace")
        await desk.until(lambda: desk.library.queries[-1] == "boo", "the letter taken back")


async def test_enter_replays_the_best_step_from_its_hits_moment(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        best = desk.library.search("supplier").hits[0]
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the player")
        assert desk.library.played == [(best.demo_id, best.start_ms, 1.0)]
        assert best.start_ms > 0


async def test_enter_right_after_typing_waits_for_the_answer_to_all_of_it(open_app: Open) -> None:
    async with open_app() as desk:
        desk.library.pace_s = 0.1
        await desk.type("supplier\n")
        await desk.until(lambda: desk.library.played, "the player")
        best = desk.library.search("supplier").hits[0]
        assert desk.library.played == [(best.demo_id, best.start_ms, 1.0)]


async def test_words_typed_in_one_go_from_the_list_all_reach_the_search(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("down")
        await desk.type("pen reset yes\n")
        await desk.until(lambda: desk.library.wishes == ["pen reset yes"], "the wish")


async def test_arrows_select_and_enter_replays_the_selected_step(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        await desk.press("down", "down", "enter")
        await desk.until(lambda: desk.library.played, "the player")
        screen = desk.app.screen
        assert isinstance(screen, LibraryScreen)
        assert screen.model.index == 2
        assert desk.library.played[0][1] == screen.model.hits[2].start_ms


async def test_a_double_click_replays_and_a_click_selects(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purchase")
        await desk.shows("2 demos")
        await desk.pilot.click(Results, offset=(6, 3))
        screen = desk.app.screen
        assert isinstance(screen, LibraryScreen)
        await desk.until(lambda: screen.model.index == 1, "the second hit")
        await desk.pilot.click(Results, offset=(6, 3), times=2)
        await desk.until(lambda: desk.library.played, "the player")


async def test_the_preview_shows_the_steps_and_marks_the_selected_one(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("▸  3  Click New order")
        assert "0:43 · 7 steps" in desk.text()
        await desk.until(lambda: desk.app.screen.query_one(Preview).query_one("Still").picture is not None, "a still")  # type: ignore[attr-defined]


async def test_without_hits_it_offers_the_nearest_spelling(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purhcase")
        await desk.shows("Nobody has shown “purhcase” yet.")
        assert "“purchase”" in desk.text()
        await desk.press("enter")
        await desk.until(lambda: desk.library.queries[-1] == "purchase", "the better spelling")


async def test_without_hits_enter_asks_for_it_and_never_records(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("order lunch")
        await desk.shows("Nobody has shown “order lunch” yet.")
        assert "Enter Ask for it" in desk.key_bar()
        await desk.press("enter")
        await desk.shows("You have asked for it")
        await desk.press("enter", "enter")
        assert "Ask for it" not in desk.key_bar()
        assert desk.screen == "LibraryScreen"
        assert desk.library.wishes == ["order lunch"]
        await desk.press("escape")
        await desk.type("Order  lunch")
        await desk.shows("You have asked for it")


async def test_without_hits_one_more_key_records_under_the_words_searched_for(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("order lunch")
        await desk.shows("Ctrl+R   record it, if you know how")
        await desk.press("enter", "ctrl+r")
        await desk.shows("“order lunch”")
        assert desk.screen == "RecordScreen"


async def test_beside_another_spelling_it_can_be_asked_for_too(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("purhcase")
        await desk.shows("Ctrl+A   ask for it")
        await desk.press("ctrl+a")
        await desk.until(lambda: desk.library.wishes == ["purhcase"], "the wish")


async def test_a_wish_that_cannot_be_noted_says_so_and_is_offered_again(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.library.cannot_write = "The library may not be written"

    async with open_app(prepare=prepare) as desk:
        await desk.type("order lunch")
        await desk.shows("Nobody has shown “order lunch” yet.")
        await desk.press("enter")
        await desk.shows("The library may not be written.")
        await desk.until(lambda: "Enter Ask for it" in desk.key_bar(), "the offer")
        assert "You have asked for it" not in desk.text()


async def test_what_has_no_words_is_neither_asked_for_nor_recorded(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("tag:nothing")
        await desk.shows("Nobody has shown “tag:nothing” yet.")
        await desk.press("enter", "ctrl+a")
        assert "ask for it" not in desk.text()
        assert desk.screen == "LibraryScreen"
        assert desk.library.wishes == []


async def test_ctrl_a_goes_to_the_beginning_of_the_line_where_there_are_answers(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("ctrl+a")
        assert desk.app.screen.query_one("#search", Input).cursor_position == 0
        assert desk.library.wishes == []


async def test_an_empty_library_says_what_to_do_first(open_app: Open) -> None:
    async with open_app(prepare=lambda fakes: fakes.library.demos.clear()) as desk:
        await desk.shows("Nothing is filed here yet. Record the first demo:")
        assert "Enter Record" in desk.key_bar()
        await desk.press("enter")
        await desk.shows("Record a demo")


async def test_where_nothing_can_be_played_the_step_is_shown_instead(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.library.cannot_play = "There is no display to play on"

    async with open_app(prepare=prepare) as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("enter")
        await desk.shows("There is no display to play on.")
        assert desk.screen == "DemoScreen"
        await desk.shows("▸  3  Click New order")


async def test_the_labels_of_the_form_are_whole(open_app: Open) -> None:
    async with open_app(size=(80, 24)) as desk:
        await desk.press("down", "e")
        await desk.shows("Edit the demo")
        for label in ("Title  ", "Owner  ", "Review by  ", "Collections  "):
            assert label in desk.text()


async def test_title_and_tags_are_edited_in_place(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("book")
        await desk.shows("Book a meeting room")
        await desk.press("tab", "e")
        await desk.shows("Edit the demo")
        await desk.type(" today")
        await desk.press("tab")
        await desk.press("ctrl+u")
        await desk.type("Office, Rooms")
        await desk.press("enter")
        await desk.until(lambda: any(d.title == "Book a meeting room today" for d in desk.library.demos), "the edit")
        edited = next(d for d in desk.library.demos if d.title == "Book a meeting room today")
        assert edited.tags == ("Office", "Rooms")
        await desk.shows("Book a meeting room today")


async def test_w_adds_words_to_a_demo_that_waits_for_them_and_is_a_letter_elsewhere(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.library.demos[0] = msgspec.structs.replace(fakes.library.demos[0], waiting_for_words=True)

    async with open_app(prepare=prepare) as desk:
        await desk.shows("Approve a purchase order")
        await desk.press("tab")
        await desk.until(lambda: desk.app.screen.check_action("add_words", ()), "the preview")
        await desk.press("w")
        await desk.shows("has its words now")
        await desk.until(lambda: not desk.library.demos[0].waiting_for_words, "the words")
        await desk.press("down", "w")
        await desk.until(lambda: desk.library.queries[-1] == "w", "the letter")


async def test_deleting_asks_and_only_y_does_it(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("down", "delete")
        await desk.shows("Delete “")
        await desk.press("enter", "escape")
        assert len(desk.library.demos) == 5
        await desk.press("delete")
        await desk.shows("Delete “")
        await desk.press("y")
        await desk.until(lambda: len(desk.library.demos) == 4, "the deletion")
        await desk.shows("4 demos")


async def test_export_asks_for_a_format_and_says_where_the_file_is(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("down", "x")
        await desk.shows("Export as")
        await desk.press(*["down"] * list(FORMS).index("srt"), "enter")
        await desk.shows("Written to")
        assert list(desk.library.folder.glob("*.srt"))


async def test_copying_gives_the_link_to_the_step(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.type("supplier")
        await desk.shows("Click New order")
        await desk.press("tab", "y")
        await desk.shows("Copied")
        assert desk.app.clipboard == "showhow://d04f0c2a#3"


async def test_what_was_recorded_and_not_filed_is_offered(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.waiting.append(Unfiled(fakes.review.folder, "Recorded 3 Mar 10:12", 61_000, 1, damaged=True))

    async with open_app(prepare=prepare) as desk:
        await desk.shows("1 not filed yet  ^d")
        await desk.press("ctrl+d")
        await desk.shows("left by a crash, will be mended")
        await desk.press("enter")
        await desk.shows("1:07 kept of 1:31")
        assert desk.screen == "ReviewScreen"


async def test_a_library_that_cannot_be_read_says_so_in_one_line(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.library.cannot_open = "The library /x may not be read"

    async with open_app(prepare=prepare) as desk:
        await desk.shows("The library /x may not be read.")


async def test_titles_of_other_people_are_never_markup(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        demo = fakes.library.demos[0]
        fakes.library.demos[0] = msgspec.structs.replace(demo, title="[red]Press[/] [@click=app.quit]me[/]")

    async with open_app(prepare=prepare) as desk:
        await desk.shows("[red]Press[/] [@click=app.quit]me[/]")


async def test_question_mark_shows_the_keys_even_while_typing(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.type("pur")
        await desk.press("question_mark")
        await desk.shows("Replay from this step")
        await desk.press("escape")
        assert desk.app.screen.query_one("#search", Input).value == "pur"
