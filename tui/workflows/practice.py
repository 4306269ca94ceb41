"""``PracticeWorkflow``: from a demo to an attempt, its comparison, both clips, and deleting it. Keeps no state."""

from __future__ import annotations

from functools import partial
from typing import Any

from capture.errors import ShowhowError
from capture.progress import Progress
from library.model import Demo
from library.practice.model import Attempt, PracticeLevel
from tui.screens.dialogs import ConfirmDialog
from tui.screens.practice.attempt import AttemptScreen
from tui.screens.practice.comparison import ComparisonScreen
from tui.services.practice.protocols import PracticeService
from tui.state.jobs import Job
from tui.workers import is_closing
from tui.workflows.today import TodayWorkflow


class PracticeWorkflow(TodayWorkflow):
    """Workflows of practice."""

    def try_demo(self, demo_id: str, level: PracticeLevel | None = None) -> None:
        """Open the attempt screen; without a level at the one that the attempts so far lead to."""
        self.begin(partial(self._try_demo, demo_id, level))

    async def _try_demo(self, demo_id: str, level: PracticeLevel | None) -> None:
        practice = self.context.services.practice
        if practice is None or (demo := await self.ask(self.context.services.library.demo, demo_id)) is None:
            return
        if self.context.recording.session is not None:
            self.say("A recording is running; stop it first: Ctrl+S", "warning")
            return
        if not demo.steps:
            self.say("This demo has no steps yet; add its words first", "warning")
            return
        level = level or await self.ask(practice.level_for, demo)
        self._open(demo, level or PracticeLevel.TRY, practice)

    def _open(self, demo: Demo, level: PracticeLevel, practice: PracticeService) -> None:
        self.app.push_screen(AttemptScreen(demo, level, practice))

    def compared(self, attempt: Attempt, *, whole: bool = True) -> None:
        """Show a comparison in the place of the attempt screen; read what is missing in the background."""
        practice = self.context.services.practice
        if practice is None:
            return
        screen = ComparisonScreen(attempt, practice)
        self.begin(partial(self.say_after, attempt))
        if isinstance(self.app.screen, AttemptScreen):
            self.app.switch_screen(screen)
        else:
            self.app.push_screen(screen)
        if not whole:
            work, done = partial(_completed, practice, attempt), partial(_fill, screen)
            self.context.jobs.start(Job("Reading the labels of your try", work, done, background=True))

    def play_both(self, attempt: Attempt, step: int) -> None:
        """Play the demo and the attempt side by side from a step."""

        async def play() -> None:
            practice = self.context.services.practice
            if practice is not None and (message := await self.ask(practice.play_both, attempt, step)):
                self.say(message)

        self.begin(play)

    def forget_attempt(self, attempt: Attempt) -> None:
        """Delete an attempt after asking."""

        async def forget() -> None:
            practice = self.context.services.practice
            question = ConfirmDialog("Delete this try?", "delete", "keep", "Its recording is deleted too.")
            if practice is None or not await self.app.push_screen_wait(question):
                return
            if await self.ask(_call, practice.forget, attempt):
                self.say("Deleted")
                if isinstance(self.app.screen, ComparisonScreen):
                    self.app.pop_screen()

        self.begin(forget)


def _completed(practice: PracticeService, attempt: Attempt, _progress: Progress) -> Attempt:
    """The attempt with all its labels; as it is when it cannot be compared again, or was deleted meanwhile."""
    try:
        return practice.complete(attempt)
    except ShowhowError:
        return attempt


def _fill(screen: ComparisonScreen, attempt: Attempt) -> None:
    if not is_closing(screen):
        screen.fill(attempt)


def _call(work: Any, *arguments: Any) -> bool:
    """Whether ``work`` returned, as ``ask`` gives None for an error."""
    work(*arguments)
    return True
