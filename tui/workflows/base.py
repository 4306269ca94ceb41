"""``Workflow``: base class of the workflows. Shows messages, runs short and long work and reports its errors."""

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
    """Base of the workflows: ``app`` has the screens, ``context`` the services and the jobs."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        self.app, self.context = app, context

    def back_to_library(self) -> None:
        """Close all screens above the library screen."""
        while len(self.app.screen_stack) > 1 and not isinstance(self.app.screen, LibraryScreen):
            self.app.pop_screen()

    def say(self, words: str, severity: Severity = "information") -> None:
        """Show a toast, without markup because it contains titles."""
        self.app.clear_notifications()  # only the last one counts; several would cover a small screen
        self.app.notify(words, severity=severity, markup=False, timeout=5 if severity == "information" else 8)

    def reload(self, keep: str | None) -> None:
        """Reload the library screen, with the demo ``keep`` selected."""
        for screen in self.app.screen_stack:
            if isinstance(screen, LibraryScreen):
                screen.reload(keep)

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run short work in the background."""
        begin(self.app, work, "flows", exclusive=False)

    def work(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[ShowhowError], None] | None = None,
    ) -> None:
        """Run long work as a job, shown on the bottom line; ends with ``done`` or ``failed``."""

        def on_failure(error: ShowhowError) -> None:
            if isinstance(error, Cancelled):
                self.say(str(error))
                self.reload(None)
            if failed is not None:
                failed(error)

        self.context.jobs.start(Job(title, work, done, on_failure))

    async def ask_async(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Await a coroutine; a ShowhowError is shown as one line and gives None."""
        try:
            return await work
        except ShowhowError as error:
            self.say(str(error), "error")
            return None

    async def ask(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """Run short work in a thread; a ShowhowError is shown as one line and gives None."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except ShowhowError as error:
            self.say(str(error), "error")
            return None
