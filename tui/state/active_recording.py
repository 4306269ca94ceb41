"""The application's one recording, from Enter until its take is closed. It belongs to no screen.

Owns that a recording outlives every screen and can be ended from all of them. Refuses to draw, and to decide what
follows: the navigator does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from capture.errors import Cancelled, ShowhowError
from tui.state.recording_session import Phase, RecordingSession

if TYPE_CHECKING:
    from tui.state.jobs import Spawn
    from tui.state.navigator import Navigator


class ActiveRecording:
    """Drives one session at a time, beside the screens; ``session`` is None while nothing is recorded.

    ``look`` is called a few times a second while there is a session. ``spawn`` runs a coroutine beside the screens,
    ``changed`` hears of every new phase, ``navigator`` gives who is told how the recording ended.
    """

    def __init__(self, spawn: Spawn, changed: Callable[[], None], navigator: Callable[[], Navigator]) -> None:
        self._spawn, self._changed, self._navigator = spawn, changed, navigator
        self.session: RecordingSession | None = None
        self._ends: list[asyncio.Event] = []
        self._shown: Phase | None = None

    @property
    def phase(self) -> Phase | None:
        """Where the recording stands; None while nothing is recorded."""
        return None if self.session is None else self.session.phase

    @property
    def running(self) -> bool:
        """Whether the recorder is at work, paused or not."""
        return self.session is not None and self.session.running

    def begin(self, session: RecordingSession) -> None:
        """Count down and record."""
        self.session = session
        self.look()

    def look(self) -> None:
        """What the time and the recorder have changed meanwhile."""
        session = self.session
        if session is None:
            return
        if session.counted:
            session.phase = Phase.STARTING  # at once: a slow machine must not start it twice
            self._ends = [self._run(partial(self._start, session, self._ends))]
        session.refresh()
        if session.ended_by_itself:
            self.stop()
        self._tell()

    async def _start(self, session: RecordingSession, before: Sequence[asyncio.Event]) -> None:
        for ended in before:  # two recorders at once are refused: the last one must have gone
            await ended.wait()
        if session.phase is not Phase.STARTING:
            return
        try:
            await session.start()
        except Cancelled:
            return
        except ShowhowError as error:
            self._over(session)
            self._navigator().could_not_record(error)
            return
        self.look()

    def stop(self) -> None:
        """End it; what follows is up to the navigator. Does nothing when it does not run."""
        session = self.session
        if session is None or not session.running:
            return
        session.phase = Phase.STOPPING
        self._run(partial(self._stop, session))
        self._tell()

    async def _stop(self, session: RecordingSession) -> None:
        try:
            take = await session.stop()
        except ShowhowError as error:
            self._over(session)
            self._navigator().could_not_record(error)
        else:
            self._over(session)
            self._navigator().stopped(take, session.title)

    def abandon(self) -> None:
        """End it at any moment and keep nothing. Ask before, once it runs."""
        session = self.session
        if session is None or session.phase in {Phase.STOPPING, Phase.OVER}:
            return
        session.phase = Phase.STOPPING
        self._ends.append(self._run(partial(self._abandon, session)))
        self._tell()

    async def _abandon(self, session: RecordingSession) -> None:
        try:
            await session.abandon()
        except ShowhowError as error:
            self._navigator().say(str(error), "error")
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

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Event:
        """Run it beside the screens; the event is set when it has ended."""
        ended = asyncio.Event()

        async def run() -> None:
            try:
                await work()
            finally:
                ended.set()

        self._spawn(run)
        return ended

    def _over(self, session: RecordingSession) -> None:
        if self.session is session:
            self.session = None
            self._tell()

    def _tell(self) -> None:
        if self.phase is not self._shown:
            self._shown = self.phase
            self._changed()
