"""``AppNavigator``: all workflows of the application, and leaving it. See also ``library.py`` and ``recording.py``."""

from __future__ import annotations

from tui.screens.dialogs import ConfirmDialog
from tui.screens.practice.attempt import AttemptScreen
from tui.workflows.feedback import FeedbackWorkflow
from tui.workflows.learning import LearningWorkflow
from tui.workflows.library import LibraryWorkflow
from tui.workflows.model import ModelWorkflow
from tui.workflows.pathway import PathwayWorkflow
from tui.workflows.practice import PracticeWorkflow
from tui.workflows.recording import RecordingWorkflow


class AppNavigator(
    LibraryWorkflow,
    RecordingWorkflow,
    ModelWorkflow,
    LearningWorkflow,
    PracticeWorkflow,
    FeedbackWorkflow,
    PathwayWorkflow,
):
    """All workflows of the application."""

    def leave(self) -> None:
        """Leave showhow. A recording is stopped and kept, work is cancelled; both only after asking.

        A recording that is still starting is abandoned without asking.
        """
        self.begin(self._leave)

    async def _leave(self) -> None:
        recording = self.context.recording.running
        trying = next(
            (one for one in self.app.screen_stack if isinstance(one, AttemptScreen) and one.model.running), None
        )
        what = "A recording is running" if recording else "Your try is running" if trying else ""
        awaited = [job.title for job in self.context.jobs.running if not job.background]
        what = what or (f"{awaited[0]} is not done yet" if awaited else "")
        detail = "Nothing is lost: it waits under “Not filed yet” the next time."
        if trying and not recording:
            detail = "It is kept, seen by you only: showhow mine list"
        yes = "stop it and leave" if recording or trying else "leave now"
        if what and not await self.app.push_screen_wait(ConfirmDialog(what, yes, "stay", detail)):
            return
        await self.ask_async(self.context.recording.close())
        if trying is not None:
            await trying.leave()
        self.context.jobs.cancel_all()
        self.app.exit(0)
