"""``LibraryWorkflow``: replay, open, link, edit, export and remove demos."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from capture.errors import ShowhowError
from capture.span import Span
from library.export.exporter import offered
from library.links import web_link_to
from library.model import Demo
from tui.screens.browse import BrowseScreen
from tui.screens.demo import DemoScreen
from tui.screens.dialogs import ChoiceDialog, ConfirmDialog
from tui.screens.library import LibraryScreen
from tui.screens.practice.attempt import AttemptScreen
from tui.state.jobs import Job
from tui.workflows import edit_demo
from tui.workflows.share_link import copy_share_link
from tui.workflows.today import TodayWorkflow
from tui.workflows.watching import ReplayWatch

if TYPE_CHECKING:
    from textual.app import App

    from tui.state.app_context import AppContext


class LibraryWorkflow(TodayWorkflow):
    """Workflows that start at the library."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self._watch = ReplayWatch(app, context)

    def replay(self, demo_id: str, start_ms: int, speed: float = 1.0, loop: Span | None = None) -> None:
        """Play from ``start_ms``; without a player, the demo screen shows the step instead."""
        self.begin(partial(self._replay, demo_id, start_ms, speed, loop))

    async def _replay(self, demo_id: str, start_ms: int, speed: float, loop: Span | None) -> None:
        library = self.context.services.library
        demo = await self.ask(library.demo, demo_id)
        if demo is None:
            return
        try:
            message = await asyncio.to_thread(library.play, demo, start_ms, speed, loop)
        except ShowhowError as error:
            self.say(str(error), "warning")
            if not isinstance(self.app.screen, DemoScreen):
                self.app.push_screen(DemoScreen(demo, start_ms))
            return
        if loop is None:
            self._watch.follow(demo)
        if not isinstance(self.app.screen, AttemptScreen):  # there it is watched for practice
            self.note_look(demo)
        asks = isinstance(self.app.screen, LibraryScreen) and self.context.services.learning is not None
        self.say(f"{message}. Did it help? + yes  - stuck here" if asks else message)

    def open_demo(self, demo_id: str, at_ms: int) -> None:
        """Open the demo screen at ``at_ms``."""

        async def show() -> None:
            if demo := await self.ask(self.context.services.library.demo, demo_id):
                self.context.services.library.note_opened()
                self.note_look(demo)
                self.app.push_screen(DemoScreen(demo, at_ms))

        self.begin(show)

    def read_meanings(self) -> None:
        """Prepare the search by meaning in a background job, for demos that it does not know yet."""
        library = self.context.services.library
        if library.has_meaning:
            title = "Reading what demos are about"
            self.context.jobs.start(Job(title, library.read_meanings, lambda _: None, background=True))

    def copy_link(self, demo_id: str, step: int) -> None:
        """Copy the link to a step that works for whoever gets it (by OSC 52, so it works over SSH)."""
        self.begin(partial(copy_share_link, self, demo_id, step))

    def copy_web_link(self, demo_id: str, step: int) -> None:
        """Copy the link for a browser; needs ``reader_url`` in the settings."""
        if not self.context.services.reader_url:
            file = self.context.services.settings_file
            self.say(f"Set reader_url in {file} to the address of your “showhow serve”", "warning")
            return
        link = web_link_to(self.context.services.reader_url, demo_id, step)
        self.app.copy_to_clipboard(link)
        self.say(f"Copied {link}")

    def edit(self, demo_id: str, done: Callable[[Demo], None] | None = None) -> None:
        """Ask for a demo's details, then file the changes."""

        async def edit() -> None:
            if edited := await edit_demo.edit(self, demo_id):
                self.say(f"Kept “{edited.title}”")
                self.reload(edited.demo_id)
                if done is not None:
                    done(edited)

        self.begin(edit)

    def browse(self) -> None:
        """Open the list of all demos, with sorting and filters."""
        self.app.push_screen(BrowseScreen())

    def remove(self, demo_id: str, title: str, done: Callable[[], None] | None = None) -> None:
        """Ask, then move a demo to the library's trash."""
        self.begin(partial(self._remove, demo_id, title, done))

    async def _remove(self, demo_id: str, title: str, done: Callable[[], None] | None) -> None:
        detail = "Nobody will find it any more. Its files go to the library’s trash folder."
        if not await self.app.push_screen_wait(
            ConfirmDialog(f"Delete “{title}” from the library?", "delete", "keep", detail)
        ):
            return
        library = self.context.services.library
        if (demo := await self.ask(library.demo, demo_id)) is None:
            return
        if await self.ask(_call, library.remove, demo):
            self.say(f"Deleted “{title}”")
            self.reload(None)
            if done is not None:
                done()

    def export(self, demo_id: str, step: int = 1) -> None:
        """Ask for a format, then write the file; ``step`` is for formats of one step."""
        self.begin(partial(self._export, demo_id, max(1, step)))

    async def _export(self, demo_id: str, step: int) -> None:
        library = self.context.services.library
        if (demo := await self.ask(library.demo, demo_id)) is None:
            return
        forms = offered(demo)
        widest = max(len(form.name) for form in forms)
        options = [(form.name.ljust(widest), form.purpose) for form in forms]
        chosen = await self.app.push_screen_wait(ChoiceDialog("Export as", options, "write the file"))
        if chosen is None:
            return
        if written := await self.ask(library.export, demo, forms[chosen].name, step):
            self.say(f"Written to {written.path}")
            for notice in written.notices:
                self.say(notice, "warning")

    def transcribe(self, demo_id: str, title: str) -> None:
        """Add words and steps to a demo that waits for them."""

        def done(demo: Demo) -> None:
            self.say(f"“{demo.title}” has its words now")
            self.reload(demo.demo_id)
            if isinstance(self.app.screen, DemoScreen):
                self.app.screen.fill(demo)

        self.work(f"Adding words to “{title}”", partial(self.context.services.library.transcribe, demo_id), done)


def _call(work: Callable[..., None], *arguments: Any) -> bool:
    """Whether ``work`` returned, as ``ask`` gives None for an error."""
    work(*arguments)
    return True
