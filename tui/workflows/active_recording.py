"""The application's one recording, from Enter until its take is closed. It belongs to no screen.

Owns that a recording outlives every screen, is shown on all of them and can be ended from all of them. Refuses to draw
more than the words for a title line, and to decide what follows: the flows do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer
from textual.worker import Worker, WorkerError

from capture.errors import Cancelled, ShowhowError
from tui.state.recording_session import Phase, Session
from tui.widgets.bars import TitleBar
from tui.widgets.meter import TICKS_A_SECOND
from tui.widgets.text import STRONG, styled
from tui.workers import begin

if TYPE_CHECKING:
    from tui.app import Showhow

_WORDS = {
    Phase.COUNTING: "Recording begins",
    Phase.STARTING: "Recording begins",
    Phase.PAUSED: "Ⅱ Recording paused",
    Phase.STOPPING: "Closing the recording",
}


class ActiveRecording:
    """Drives one session at a time, beside the screens; ``session`` is None while nothing is recorded."""

    def __init__(self, app: Showhow) -> None:
        self.app = app
        self.session: Session | None = None
        self._ticker: Timer | None = None
        self._ends: list[Worker[None]] = []
        self._shown: Phase | None = None

    @property
    def running(self) -> bool:
        """Whether the recorder is at work, paused or not."""
        return self.session is not None and self.session.running

    def words(self) -> Content:
        """For the title line of every screen; empty while nothing is recorded."""
        phase = Phase.OVER if self.session is None else self.session.phase
        if phase is Phase.LIVE:
            return styled("● ", "$error") + styled("REC", "bold $error")
        return styled(_WORDS.get(phase, ""), STRONG)

    def begin(self, session: Session) -> None:
        """Count down and record."""
        self.session = session
        if self._ticker is None:
            self._ticker = self.app.set_interval(1 / TICKS_A_SECOND, self.look)
        self._ticker.resume()
        self.look()

    def look(self) -> None:
        """What the time and the recorder have changed meanwhile."""
        session = self.session
        if session is None:
            return
        if session.counted:
            session.phase = Phase.STARTING  # at once: a slow machine must not start it twice
            self._ends = [begin(self.app, partial(self._start, session, self._ends), "recording", alone=False)]
        session.look()
        if session.ended_by_itself:
            self.stop()
        self._tell()

    async def _start(self, session: Session, before: Sequence[Worker[None]]) -> None:
        for worker in before:  # two recorders at once are refused: the last one must have gone
            with suppress(WorkerError):
                await worker.wait()
        if session.phase is not Phase.STARTING:
            return
        try:
            await session.start()
        except Cancelled:
            return
        except ShowhowError as error:
            self._over(session)
            self.app.flows.could_not_record(error)
            return
        self.look()

    def stop(self) -> None:
        """End it; what follows is up to the flows. Does nothing when it does not run."""
        session = self.session
        if session is None or not session.running:
            return
        session.phase = Phase.STOPPING

        async def stop() -> None:
            try:
                take = await session.stop()
            except ShowhowError as error:
                self._over(session)
                self.app.flows.could_not_record(error)
            else:
                self._over(session)
                self.app.flows.stopped(take, session.title)

        begin(self.app, stop, "recording", alone=False)
        self._tell()

    def abandon(self) -> None:
        """End it at any moment and keep nothing. Ask before, once it runs."""
        session = self.session
        if session is None or session.phase in {Phase.STOPPING, Phase.OVER}:
            return
        session.phase = Phase.STOPPING
        self._ends.append(begin(self.app, partial(self._abandon, session), "recording", alone=False))
        self._tell()

    async def _abandon(self, session: Session) -> None:
        try:
            await session.abandon()
        except ShowhowError as error:
            self.app.flows.say(str(error), "error")
        self._over(session)

    async def close(self) -> None:
        """The application is about to end: one that runs is stopped and kept, one that only starts leaves nothing.

        Raises ShowhowError with what was kept.
        """
        session = self.session
        if session is not None and session.running:
            await session.stop()
        elif session is not None and session.phase is not Phase.STOPPING:
            await session.abandon()

    def _over(self, session: Session) -> None:
        if self.session is session:
            self.session = None
            if self._ticker is not None:
                self._ticker.pause()
            self._tell()

    def _tell(self) -> None:
        """Every title line and the key bar say so at once."""
        phase = None if self.session is None else self.session.phase
        if phase is self._shown:
            return
        self._shown = phase
        for screen in self.app.screen_stack:
            for bar in screen.query("#title-bar").results(TitleBar):
                bar.refresh()
        self.app.screen.refresh_bindings()
