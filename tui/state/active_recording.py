"""``ActiveRecording``: the application's one recording, from the countdown until its take is closed.

It outlives every screen and can be ended from all of them. Does not draw, and does not decide what follows: the
navigator does.
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
    """Drives one session at a time, in the background; ``session`` is None while nothing is recorded.

    Call ``refresh`` a few times a second while there is a session. ``spawn`` runs a coroutine in the background,
    ``changed`` is called on every new phase, ``navigator()`` is notified of the end of the recording.
    """

    def __init__(self, spawn: Spawn, changed: Callable[[], None], navigator: Callable[[], Navigator]) -> None:
        self._spawn, self._changed, self._navigator = spawn, changed, navigator
        self.session: RecordingSession | None = None
        self._ends: list[asyncio.Event] = []
        self._shown: Phase | None = None

    @property
    def phase(self) -> Phase | None:
        """Phase of the recording; None while nothing is recorded."""
        return None if self.session is None else self.session.phase

    @property
    def running(self) -> bool:
        """Whether the recorder runs, paused or not."""
        return self.session is not None and self.session.running

    def begin(self, session: RecordingSession) -> None:
        """Count down, then record."""
        self.session = session
        self.refresh()

    def refresh(self) -> None:
        """Apply what changed since the last call: the end of the countdown, the recorder's status."""
        session = self.session
        if session is None:
            return
        if session.counted:
            session.phase = Phase.STARTING  # at once: a slow machine must not start it twice
            self._ends = [self._run(partial(self._start, session, self._ends))]
        session.refresh()
        if session.ended_by_itself:
            self.stop()
        self._notify()

    async def _start(self, session: RecordingSession, before: Sequence[asyncio.Event]) -> None:
        for ended in before:  # only one recorder may run: wait for the last one to end
            await ended.wait()
        if session.phase is not Phase.STARTING:
            return
        try:
            await session.start()
        except Cancelled:
            return
        except ShowhowError as error:
            self._finish(session)
            self._navigator().could_not_record(error)
            return
        self.refresh()

    def stop(self) -> None:
        """Stop the recording and pass its take to the navigator. Does nothing unless it runs."""
        session = self.session
        if session is None or not session.running:
            return
        session.phase = Phase.STOPPING
        self._run(partial(self._stop, session))
        self._notify()

    async def _stop(self, session: RecordingSession) -> None:
        try:
            take = await session.stop()
        except ShowhowError as error:
            self._finish(session)
            self._navigator().could_not_record(error)
        else:
            self._finish(session)
            self._navigator().stopped(take, session.title)

    def abandon(self) -> None:
        """Stop at any time and delete the recording. Ask the user first, once it runs."""
        session = self.session
        if session is None or session.phase in {Phase.STOPPING, Phase.OVER}:
            return
        session.phase = Phase.STOPPING
        self._ends.append(self._run(partial(self._abandon, session)))
        self._notify()

    async def _abandon(self, session: RecordingSession) -> None:
        try:
            await session.abandon()
        except ShowhowError as error:
            self._navigator().say(str(error), "error")
        self._finish(session)

    async def close(self) -> None:
        """Before the application ends: stop and keep a running recording; abandon one that is only starting.

        Raises ShowhowError that says what was kept.
        """
        session = self.session
        if session is not None and session.running:
            await session.stop()
        elif session is not None and session.phase is not Phase.STOPPING:
            await session.abandon()

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Event:
        """Run it in the background; the event is set when it has ended."""
        ended = asyncio.Event()

        async def run() -> None:
            try:
                await work()
            finally:
                ended.set()

        self._spawn(run)
        return ended

    def _finish(self, session: RecordingSession) -> None:
        if self.session is session:
            self.session = None
            self._notify()

    def _notify(self) -> None:
        if self.phase is not self._shown:
            self._shown = self.phase
            self._changed()
