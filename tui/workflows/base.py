"""What every way through the application needs: a word to the user, work beside the screen, the way home.

Owns how short and long work is begun and how its errors are told. Refuses to know where the ways lead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from capture.errors import Cancelled, ShowhowError
from capture.progress import Progress
from tui.screens.library import LibraryScreen
from tui.state.jobs import Job
from tui.workers import begin

if TYPE_CHECKING:
    from textual.app import App

    from tui.state.app_context import AppContext
    from tui.state.navigator import Severity

T = TypeVar("T")


class Workflow:
    """A way through the application: ``app`` is its screens, ``context`` all else of it."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        self.app, self.context = app, context

    def back_to_library(self) -> None:
        """Whatever lies above the library is left."""
        while len(self.app.screen_stack) > 1 and not isinstance(self.app.screen, LibraryScreen):
            self.app.pop_screen()

    def say(self, words: str, severity: Severity = "information") -> None:
        """A toast. Never markup: it carries titles."""
        self.app.clear_notifications()  # the last word counts; a pile of them would cover a small screen
        self.app.notify(words, severity=severity, markup=False, timeout=5 if severity == "information" else 8)

    def reload(self, keep: str | None) -> None:
        """The library screen asks again for what it shows."""
        for screen in self.app.screen_stack:
            if isinstance(screen, LibraryScreen):
                screen.reload(keep)

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Something short beside the screen."""
        begin(self.app, work, "flows", alone=False)

    def work(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[ShowhowError], None] | None = None,
    ) -> None:
        """Long work, shown at the bottom; ``done`` and ``failed`` are told how it went."""

        def ended_badly(error: ShowhowError) -> None:
            if isinstance(error, Cancelled):
                self.say(str(error))
                self.reload(None)
            if failed is not None:
                failed(error)

        self.context.jobs.start(Job(title, work, done, ended_badly))

    async def ask_async(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The same for a coroutine."""
        try:
            return await work
        except ShowhowError as error:
            self.say(str(error), "error")
            return None

    async def ask(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Something short in a thread; a ShowhowError becomes one line and None."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except ShowhowError as error:
            self.say(str(error), "error")
            return None
