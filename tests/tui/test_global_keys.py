"""What holds on every screen: keys are shown and in the palette; every size and every theme works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.actions import parse
from textual.command import DiscoveryHit
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from tests.tui import sample
from tests.tui.conftest import SMALL, Desk, Open
from tests.tui.fakes import Fakes
from tui.palette import _TEXTUALS, ActionsProvider, actions, own_bindings
from tui.screens.dialogs import Help
from tui.screens.review import ReviewScreen


async def library(desk: Desk) -> None:
    await desk.type("purchase")
    await desk.shows("2 demos")


async def setup(desk: Desk) -> None:
    await desk.press("ctrl+r")
    await desk.shows("● Built-in Audio Analog")


async def live(desk: Desk) -> None:
    await setup(desk)
    await desk.press("c", "c", "c", "enter")
    await desk.shows("30 fps")


async def review(desk: Desk) -> None:
    screen = ReviewScreen()
    await desk.app.push_screen(screen)
    screen.fill(sample.draft(desk.library.folder))
    await desk.shows("▸  1  Open")


async def demo(desk: Desk) -> None:
    desk.app.navigator.open_demo(desk.library.demos[0].demo_id, 0)
    await desk.shows("Watch here")


GO = [library, setup, live, review, demo]
MUST = {
    "library": ("Enter Replay", "^r Record", "? Keys"),
    "setup": ("Enter Start", "s Screen", "m Microphone", "Esc Back", "? Keys"),
    "live": ("Enter Stop", "p Pause", "k Mark a step", "z Scrap the last 10 s", "Esc Abandon", "? Keys"),
    "review": ("Enter File it", "Space Play", "c Cut/keep", "Esc Later", "? Keys"),
    "demo": ("Enter Play", "Space Watch here", "n p Step", "T Try it", "v Revise", "Esc Back", "? Keys"),
}
Going = Callable[[Desk], Awaitable[None]]


@pytest.mark.parametrize("go", GO, ids=lambda go: go.__name__)
async def test_the_keys_fit_whole_into_80_columns_and_every_action_is_in_the_palette(open_app: Open, go: Going) -> None:
    async with open_app(size=SMALL) as desk:
        await go(desk)
        last = desk.text().splitlines()[-1]
        for words in MUST[go.__name__]:
            assert words in last
        assert len(desk.key_bar()) <= 78
        screen = desk.app.screen
        provider = ActionsProvider(screen)
        offered = {str(hit.text) async for hit in provider.discover() if isinstance(hit, DiscoveryHit)}
        known = {action.binding.action for action in actions(desk.app, screen)}
        for node in (screen, desk.app):
            for _, binding in own_bindings(node):
                _, name, parameters = parse(binding.action)
                possible = node.check_action(name, parameters)
                if possible and binding not in _TEXTUALS and (binding.show or binding.tooltip):
                    assert binding.action in known
        assert {action.words for action in actions(desk.app, screen)} == offered


async def test_an_action_chosen_in_the_palette_runs(open_app: Open) -> None:
    async with open_app() as desk:
        await library(desk)
        await desk.press("ctrl+p")
        await desk.shows("Search for commands")
        await desk.type("record a demo")
        await desk.hides("Replay from this step")
        await desk.press("enter")
        await desk.until(lambda: desk.screen == "RecordScreen", "the record screen")


@pytest.mark.parametrize("go", [library, live], ids=lambda go: go.__name__)
async def test_question_mark_lists_the_keys_of_the_screen(open_app: Open, go: Going) -> None:
    async with open_app(size=SMALL) as desk:
        await go(desk)
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, Help), "the keys")
        await desk.shows("Open the command palette" if go is live else "Keys ·")
        await desk.press("escape")
        assert not isinstance(desk.app.screen, Help)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 50)], ids=str)
async def test_a_screen_can_be_resized_to_anything(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app() as desk:
        await library(desk)
        await desk.pilot.resize_terminal(*size)
        await desk.shows("purchase")
        await review(desk)
        await desk.pilot.resize_terminal(120, 36)
        await desk.shows("Enter File it")


async def test_every_theme_of_textual_can_be_worn(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        for theme in [*BUILTIN_THEMES, "showhow", "showhow-light"]:
            desk.app.theme = theme
            await desk.pilot.pause()
            assert "Approve a purchase order" in desk.text(), theme


async def test_without_colour_the_selection_is_still_seen(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(size=SMALL) as desk:
        await library(desk)
        await desk.shows("▌  2  Open the approval tab")
        await desk.shows("▸  2  Open the approval tab")
        picture = desk.app.export_screenshot()
        colours = {part[:7] for part in picture.split("fill: ")[1:] if part.startswith("#")}
        grey = {colour for colour in colours if colour[1:3] == colour[3:5] == colour[5:7]}
        assert colours - grey <= {"#c5c8c6", "#4bbf6b", "#868887"}, "the terminal's own colours only"


async def test_the_mouse_presses_keys_of_the_key_bar(open_app: Open) -> None:
    async with open_app() as desk:
        await library(desk)
        at = desk.key_bar().index("^r Record")
        await desk.pilot.click("#key-bar", offset=(at + 3, 0))
        await desk.until(lambda: desk.screen == "RecordScreen", "the record screen")


async def test_starting_at_record_opens_the_setup(open_app: Open) -> None:
    async with open_app(start="record") as desk:
        await desk.shows("Record a demo")


async def test_a_capital_r_is_a_letter_while_nothing_has_failed(open_app: Open) -> None:
    async with open_app() as desk:
        await desk.press("R")
        await desk.until(lambda: desk.app.screen.query_one("#search", Input).value == "R", "the letter")


async def test_a_failure_can_be_dismissed_and_then_escape_is_itself_again(open_app: Open) -> None:
    def prepare(fakes: Fakes) -> None:
        fakes.review.fail_filing.append("The disk is full")

    async with open_app(prepare=prepare) as desk:
        desk.app.navigator.file(sample.draft(desk.library.folder))
        await desk.shows("F5 try again")
        await desk.press("escape")
        await desk.hides("F5 try again")
        assert not desk.app.jobs.failed
