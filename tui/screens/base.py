"""What every screen has: a title line, its body, the line for long work, the keys; and the way to the application.

Owns the frame. Refuses any content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from capture.errors import Cancelled, ShowhowError
from tui.widgets.bars import JobLine, TitleBar, recording_words
from tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from tui.state.app_context import AppContext

T = TypeVar("T")
NARROW = 100
"""Below this many columns a screen uses its small layout."""


class BaseScreen(Screen[None]):
    """A screen of the house. Subclasses give ``body()`` and keep their state in one model."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012  Textual reads it from the class
    TITLE_LINE = ""
    SHOWS_RECORDING = False
    """Whether the recording that goes on is what this screen is about."""

    @property
    def app_context(self) -> AppContext:
        """The application that runs this screen."""
        return cast("AppContext", self.app)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        recording = self.app_context.recording
        yield TitleBar(self.TITLE_LINE, id="title-bar", before=lambda: recording_words(recording.phase))
        yield from self.body()
        with Vertical(id="foot"):
            yield JobLine(self.app_context.jobs)
            yield KeyBar()

    def body(self) -> ComposeResult:
        """What this screen is about."""
        raise NotImplementedError

    @property
    def title_bar(self) -> TitleBar:
        """The line at the top."""
        return self.query_one("#title-bar", TitleBar)

    def say_error(self, error: ShowhowError) -> None:
        """One line for people."""
        self.notify(str(error), severity="error", markup=False, timeout=8)

    async def ask(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Run something short in a thread; a ShowhowError becomes one line on the screen and None is returned.

        So it is when somebody went on to something else and the work gave up: then without a word.
        """
        try:
            return await asyncio.to_thread(work, *arguments)
        except Cancelled:
            return None
        except ShowhowError as error:
            if self.is_mounted:
                self.say_error(error)
            return None
