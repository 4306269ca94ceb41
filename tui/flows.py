"""What happens from screen to screen: replay, record, review, file, look after. Screens call these, never each other.

Owns leaving. The ways themselves are in ``library_flow.py`` and ``recording_flow.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.background import begin
from tui.library_flow import LibraryFlow
from tui.offers import TermsOffer
from tui.recording_flow import RecordingFlow
from tui.screens.dialogs import Sure

if TYPE_CHECKING:
    from tui.app import Showhow


class Flows(LibraryFlow, RecordingFlow):
    """All ways through the application."""

    def __init__(self, app: Showhow) -> None:
        super().__init__(app)
        self.offer = TermsOffer(app)

    def leave(self) -> None:
        """Leave showhow. A recording is stopped and kept, work is cancelled; both only after asking."""
        begin(self.app, self._leave, "flows", alone=False)

    async def _leave(self) -> None:
        from tui.screens.live import LiveScreen

        live = next((screen.session for screen in self.app.screen_stack if isinstance(screen, LiveScreen)), None)
        recording = live is not None and live.running
        what = "A recording is running" if recording else ""
        awaited = [job.title for job in self.app.jobs.running if not job.beside]
        what = what or (f"{awaited[0]} is not done yet" if awaited else "")
        detail = "Nothing is lost: it waits under “Not filed yet” the next time."
        yes = "stop it and leave" if recording else "leave now"
        if what and not await self.app.push_screen_wait(Sure(what, yes, "stay", detail)):
            return
        if live is not None and live.running:
            await self.ask_async(live.stop())
        self.app.jobs.cancel_all()
        self.app.exit(0)
