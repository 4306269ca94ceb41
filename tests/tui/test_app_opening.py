"""The application begins before its library is open: what is typed meanwhile counts, and nobody is held."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input
from textual.worker import WorkerState

from capture.progress import Progress
from library.model import LibraryError
from tests.tui import fakes as fake
from tests.tui.conftest import Desk
from tui.app import Showhow
from tui.services.protocols import Services
from tui.widgets.preview import Preview
from tui.widgets.still import Still
from tui.workers import begin


class Slow:
    """Services that come when they are let."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self.services, self.asked, self.let = services, threading.Event(), threading.Event()
        self.thread: threading.Thread | None = None

    def __call__(self, progress: Progress) -> Services:
        self.progress = progress
        self.thread = threading.current_thread()
        self.asked.set()
        assert self.let.wait(30)
        return self.services()


@asynccontextmanager
async def opening(fakes: fake.Fakes, opener: Callable[[Progress], Services]) -> AsyncIterator[Desk]:
    app = Showhow(opener)
    async with app.run_test(size=(120, 36)) as pilot:
        desk = Desk(app, pilot, fakes)
        await desk.until(lambda: "Opening the library" in desk.text() or app.is_open, "the first screen")
        yield desk


async def test_what_is_typed_while_the_library_opens_is_found_and_replayed_by_enter(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    slow = Slow(fakes.services)
    async with opening(fakes, slow) as desk:
        await desk.type("supplier\n")
        assert desk.app.screen.query_one("#search", Input).value == "supplier"
        assert not desk.app.is_open
        slow.let.set()
        await desk.until(lambda: desk.library.played, "the replay")
        assert desk.app.screen.query_one("#search", Input).value == "supplier"


async def test_keys_that_need_the_library_wait_and_do_no_harm(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    slow = Slow(fakes.services)
    async with opening(fakes, slow) as desk:
        await desk.press("ctrl+r", "ctrl+b", "ctrl+d", "ctrl+o", "down", "enter", "ctrl+g", "escape")
        assert desk.screen == "LibraryScreen"
        await desk.press("question_mark")
        await desk.shows("Keys · Library")
        await desk.press("escape")
        await desk.hides("Keys · Library")
        slow.let.set()
        await desk.shows("5 demos")
        await desk.press("ctrl+r")
        await desk.shows("Record a demo")


async def test_what_the_library_has_to_say_when_it_opens_is_shown(tmp_path: Path) -> None:
    said = "The index is busy: [another] program has been writing to it. The newest demos may not be found yet."
    fakes = fake.Fakes(tmp_path)
    slow = Slow(lambda: dataclasses.replace(fakes.services(), notices=(said,)))
    async with opening(fakes, slow) as desk:
        slow.let.set()
        await desk.shows("5 demos")
        await desk.until(lambda: [one.message for one in desk.app._notifications] == [said], "the notice")


async def test_a_library_that_is_slow_to_open_says_how_far_it_is(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    slow = Slow(fakes.services)
    async with opening(fakes, slow) as desk:
        await desk.until(slow.asked.is_set, "the opening to begin")
        await asyncio.to_thread(slow.progress, 1_250, 5_000, "Reading demos")
        await desk.shows("Opening the library … Reading demos · 1,250 of 5,000")
        slow.let.set()
        await desk.shows("5 demos")
        await desk.hides("Reading demos")


async def test_leaving_does_not_wait_for_a_library_that_is_slow_to_open(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    slow = Slow(fakes.services)
    async with opening(fakes, slow) as desk:
        await desk.until(slow.asked.is_set, "the opening to begin")
        await desk.press("ctrl+q")
        await desk.until(lambda: not desk.app.is_running, "the end")
    assert desk.app.return_value == 0
    slow.let.set()  # its thread comes to an end too, without a word
    assert slow.thread is not None
    await asyncio.to_thread(slow.thread.join, 10)
    assert not slow.thread.is_alive()


async def test_a_library_that_cannot_be_opened_ends_the_application_with_its_reason(tmp_path: Path) -> None:
    def refused(_: Progress) -> Services:
        raise LibraryError("The library /x is a file, not a folder", "Choose another path.")

    app = Showhow(refused)
    async with app.run_test():
        await Desk(app, None, None).until(lambda: not app.is_running, "the end")  # type: ignore[arg-type]  # only waits
    assert app.return_value == 1
    with pytest.raises(LibraryError, match="not a folder"):
        raise app.failure or AssertionError


async def test_work_beside_a_widget_that_is_half_taken_down_ends_without_a_word(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    async with opening(fakes, lambda _: fakes.services()) as desk:
        await desk.shows("5 demos")
        preview, go = desk.app.screen.query_one(Preview), asyncio.Event()
        await desk.until(lambda: preview.query_one(Still).picture is not None, "the preview's own work to end")

        async def late() -> None:
            await go.wait()
            preview.query_one(Still)

        worker = begin(preview, late, "late")
        await preview.remove_children()  # as the end of the application does it: what is inside goes first
        go.set()
        await desk.until(lambda: worker.is_finished, "the work to end")
        assert worker.state is WorkerState.SUCCESS
