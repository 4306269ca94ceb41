"""``BackgroundWork``: what is done for filed demos beside everything else: second hearings, then reading the screens.

Nobody waits for it: leaving cancels it without asking, and it is taken up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from library.model import HeardAgain
from tui.screens.demo import DemoScreen
from tui.state.jobs import Job
from tui.workflows.base import Workflow

if TYPE_CHECKING:
    from tui.services.protocols import SecondHearing
    from tui.state.app_context import AppContext

_HEARING, _READING = "Hearing once more", "Reading the screens"


class BackgroundWork(Workflow):
    """Work for filed demos, one job of each kind at a time."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)

    def take_up(self, *, read: bool = True) -> None:
        """Hear takes again that wait for it; then, or without any, ``read`` the text on new stills."""
        self.begin(partial(self._take_up, read=read))

    async def _take_up(self, *, read: bool) -> None:
        hearing = self.context.services.second_hearing
        if hearing is not None and await self.ask(hearing.waits):
            self._hear_again(hearing)
        elif read:
            self._read_screens()

    def _hear_again(self, hearing: SecondHearing) -> None:
        def done(heard: Sequence[HeardAgain]) -> None:
            self.begin(partial(self._tell, heard))
            self._read_screens()

        self._start(Job(_HEARING, hearing.run, done, lambda _: None, background=True))

    def _read_screens(self) -> None:
        work = self.context.services.library.read_screens
        self._start(Job(_READING, work, lambda _: None, background=True))

    def _start(self, job: Job[Any]) -> None:
        if job.title not in {running.title for running in self.context.jobs.running}:
            self.context.jobs.start(job)

    async def _tell(self, heard: Sequence[HeardAgain]) -> None:
        """Say in a line which demos have surer words now, and show them where they are open."""
        for one in heard:
            if not one.version:
                continue
            words = f"“{one.title}” was heard once more: surer words, now version {one.version}"
            self.app.notify(words, markup=False)  # beside other lines: nobody asked for this one
            self.reload(None)
            demo = await asyncio.to_thread(self.context.services.library.demo, one.demo_id)
            if isinstance(screen := self.app.screen, DemoScreen) and screen.model.demo.demo_id == one.demo_id:
                screen.fill(demo)
