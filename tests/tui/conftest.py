"""The application over a pretended house, and waiting without sleeping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui import fakes as fake
from tests.tui.fake_feedback import FakeFeedbackService
from tests.tui.fake_learning_service import FakeLearningService
from tests.tui.fake_library_service import FakeLibraryService
from tests.tui.fake_pathways import FakePathwayService
from tests.tui.fake_practice import FakePracticeService
from tests.tui.fake_prompts import FakePromptService
from tui.app import Showhow

SMALL = (80, 24)
NAMED = {" ": "space", "\n": "enter"}


class Desk:
    """A running application, its pretended house, and hands on its keys."""

    def __init__(self, app: Showhow, pilot: Pilot[int], fakes: fake.Fakes) -> None:
        self.app, self.pilot, self.fakes = app, pilot, fakes

    @property
    def library(self) -> FakeLibraryService:
        """Its library."""
        return self.fakes.library

    @property
    def learning(self) -> FakeLearningService:
        """What was said and asked for."""
        return self.fakes.learning

    @property
    def recorder(self) -> fake.FakeRecordingService:
        """What it records with."""
        return self.fakes.recorder

    @property
    def review(self) -> fake.FakeReviewService:
        """Its drafts."""
        return self.fakes.review

    @property
    def practice(self) -> FakePracticeService:
        """Its attempts."""
        return self.fakes.practice

    @property
    def feedback(self) -> FakeFeedbackService:
        """What was handed over."""
        return self.fakes.feedback

    @property
    def prompts(self) -> FakePromptService:
        """What is due to be practised."""
        return self.fakes.prompts

    @property
    def pathways(self) -> FakePathwayService:
        """Its pathways."""
        return self.fakes.pathways

    async def press(self, *keys: str) -> None:
        """Press keys by Textual's names, each once the one before has been dealt with."""
        for key in keys:
            self._send(key, key if len(key) == 1 else None)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type letters as fast as a driver can send them; Textual's own pilot waits 40 ms after each."""
        for letter in text:
            key = NAMED.get(letter) or (letter if letter.isalnum() else _character_to_key(letter))
            self._send(key, letter)
        await self.pilot.pause()

    def _send(self, key: str, character: str | None) -> None:
        assert self.app._driver is not None
        self.app._driver.send_message(events.Key(key, character))

    async def until(self, condition: Callable[[], object], what: str = "it") -> None:
        """Wait for a condition; fails with the screen after ten seconds."""
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, f"gave up waiting for {what}; the screen shows:\n{self.text()}"
            await asyncio.sleep(0.02)

    async def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        await self.until(lambda: text in self.text(), f"“{text}”")

    async def hides(self, text: str) -> None:
        """Wait until a text has gone."""
        await self.until(lambda: text not in self.text(), f"“{text}” to go")

    def text(self) -> str:
        """What is on the screen, toasts included, as text."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def key_bar(self) -> str:
        """The key bar."""
        bar = self.app.screen.query_one("#key-bar", Static)
        return bar.render().plain  # type: ignore[union-attr]  # a KeyBar renders Content

    @property
    def screen(self) -> str:
        """The name of the screen in front."""
        return type(self.app.screen).__name__


Open = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def open_app(tmp_path: Path) -> Open:
    """Opens the application: ``async with open_app(size=(80, 24), prepare=...) as desk``."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 36),
        prepare: Callable[[fake.Fakes], object] = lambda _: None,
        start: str | None = None,
    ) -> AsyncIterator[Desk]:
        fakes = fake.Fakes(tmp_path)
        prepare(fakes)
        app = Showhow(lambda _: fakes.services(), start)
        async with app.run_test(size=size, notifications=True) as pilot:
            desk = Desk(app, pilot, fakes)
            await desk.until(
                lambda: (desk.screen != "Screen" and fakes.library.queries) or fakes.library.cannot_open, "the library"
            )
            await pilot.pause()
            yield desk
            if app.is_running:
                await pilot.pause()  # a screen that is closed while it is still mounting finds none of its parts

    return opened
