"""What happens from screen to screen: replay, record, review, file, look after. Screens call these, never each other.

Owns leaving. The ways themselves are in ``library_flow.py`` and ``recording_flow.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.dialogs import Sure
from tui.workers import begin
from tui.workflows.glossary_offer import TermsOffer
from tui.workflows.library import LibraryFlow
from tui.workflows.recording import RecordingFlow

if TYPE_CHECKING:
    from tui.app import Showhow


class Flows(LibraryFlow, RecordingFlow):
    """All ways through the application."""

    def __init__(self, app: Showhow) -> None:
        super().__init__(app)
        self.offer = TermsOffer(app)

    def leave(self) -> None:
        """Leave showhow. A recording is stopped and kept, work is cancelled; both only after asking.

        A recording that only begins is let go: nothing was shown yet.
        """
        begin(self.app, self._leave, "flows", alone=False)

    async def _leave(self) -> None:
        recording = self.app.recording.running
        what = "A recording is running" if recording else ""
        awaited = [job.title for job in self.app.jobs.running if not job.beside]
        what = what or (f"{awaited[0]} is not done yet" if awaited else "")
        detail = "Nothing is lost: it waits under “Not filed yet” the next time."
        yes = "stop it and leave" if recording else "leave now"
        if what and not await self.app.push_screen_wait(Sure(what, yes, "stay", detail)):
            return
        await self.ask_async(self.app.recording.close())
        self.app.jobs.cancel_all()
        self.app.exit(0)
