"""``BaseScreen``: the frame of every screen (title bar, body, job line, key bar) and access to the application."""

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
"""Below this many columns a screen uses its narrow layout."""


class BaseScreen(Screen[None]):
    """Base of showhow's screens. Subclasses implement ``body()`` and keep their state in one model."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012  Textual reads it from the class
    TITLE_LINE = ""
    SHOWS_RECORDING = False
    """Whether this screen shows the active recording itself."""

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
        """The widgets between title bar and job line."""
        raise NotImplementedError

    @property
    def title_bar(self) -> TitleBar:
        """The title bar at the top."""
        return self.query_one("#title-bar", TitleBar)

    def say_error(self, error: ShowhowError) -> None:
        """Show an error as a notification."""
        self.notify(str(error), severity="error", markup=False, timeout=8)

    async def ask(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Run short work in a thread and return its result; on a ShowhowError, show it and return None.

        Returns None without a message if the work raises Cancelled, because the user moved on.
        """
        try:
            return await asyncio.to_thread(work, *arguments)
        except Cancelled:
            return None
        except ShowhowError as error:
            if self.is_mounted:
                self.say_error(error)
            return None
