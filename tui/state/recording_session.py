"""One recording from the countdown to the take, without a screen: what the live screen shows and its keys do.

Owns the order of countdown, start, control and stop. Refuses to draw, and to touch the recorder but through its handle.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from capture.errors import Cancelled, ShowhowError
from tui.model import LiveStatus, RecordChoice
from tui.state.threads import acquired

if TYPE_CHECKING:
    from capture.model import Take
    from tui.services.protocols import LiveRecording, RecordingService

_ANSWER_S = 2.0
"""The figures are up to a fifth of a second old; what was just asked for counts until they agree, or this long."""
_LEFT = "The recording was left before it began"


class Phase(StrEnum):
    """Where a recording stands."""

    COUNTING = "counting"
    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    STOPPING = "stopping"
    OVER = "over"


class RecordingSession:
    """A recording that is being made. ``tick`` is called a few times a second; the rest are the keys."""

    def __init__(
        self,
        recorder: RecordingService,
        choice: RecordChoice,
        *,
        title: str = "",
        countdown_s: int = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recorder, self.choice, self.title = recorder, choice, title
        self._clock, self._begins_s = clock, clock() + countdown_s
        self._recording: LiveRecording | None = None
        self.phase = Phase.COUNTING
        self.status = LiveStatus()
        self._asked_paused: bool | None = None
        self._asked_until_s = 0.0
        self.marks = 0
        self.said = ""

    @property
    def left_s(self) -> int:
        """Seconds left of the countdown, as they are counted aloud: 3, 2, 1."""
        return max(0, math.ceil(self._begins_s - self._clock()))

    @property
    def running(self) -> bool:
        """Whether the recorder is at work, paused or not."""
        return self.phase in {Phase.LIVE, Phase.PAUSED}

    @property
    def counted(self) -> bool:
        """Whether the countdown is over and the recorder should start."""
        return self.phase is Phase.COUNTING and self._clock() >= self._begins_s

    async def start(self) -> None:
        """Start the recorder. Raises ShowhowError: nothing was recorded; Cancelled: the user left meanwhile.

        Left at any moment, by ``abandon`` or because the application ends, it leaves no recorder behind.
        """
        self.phase = Phase.STARTING
        try:
            await self._launch()
        except ShowhowError as error:
            if self._left:
                raise Cancelled(_LEFT) from error
            self.phase = Phase.OVER
            raise
        if self._left:
            raise Cancelled(_LEFT)
        self.phase = Phase.LIVE
        self.refresh()

    async def _launch(self) -> None:
        recording = await acquired(partial(self._recorder.record, self.choice), lambda launched: launched.abandon())
        if self._left:
            await asyncio.to_thread(recording.abandon)
            return
        self._recording = recording
        try:
            await asyncio.to_thread(recording.wait_started)
        except ShowhowError:
            raise
        except BaseException:  # the application ends, or failed
            if not self._left:
                asyncio.get_running_loop().run_in_executor(None, recording.abandon)  # the end of the loop waits for it
            raise

    @property
    def _left(self) -> bool:
        """Whether the user left while the recorder started."""
        return self.phase is not Phase.STARTING

    def refresh(self) -> LiveStatus:
        """The latest figures; whether the recorder paused by a hotkey is seen here too."""
        if self._recording is not None and self.running:
            self.status = self._recording.status
            if self.status.paused == self._asked_paused or self._clock() > self._asked_until_s:
                self._asked_paused = None
            paused = self.status.paused if self._asked_paused is None else self._asked_paused
            self.phase = Phase.PAUSED if paused else Phase.LIVE
        return self.status

    @property
    def ended_by_itself(self) -> bool:
        """Whether the recorder has finished without being told here: a hotkey, a full disk, a vanished screen."""
        return self.running and self.status.ended

    async def stop(self) -> Take:
        """End it; the take. Raises ShowhowError with what was kept."""
        self.phase = Phase.STOPPING
        try:
            return await asyncio.to_thread(self._handle.stop)
        finally:
            self.phase = Phase.OVER

    async def abandon(self) -> None:
        """Leave: in the countdown nothing has happened yet, later the take is deleted."""
        if self._recording is None:
            self.phase = Phase.OVER
            return
        self.phase = Phase.STOPPING
        try:
            await asyncio.to_thread(self._recording.abandon)
        finally:
            self.phase = Phase.OVER

    async def toggle_pause(self) -> None:
        """Pause, or go on."""
        pause = self.phase is not Phase.PAUSED
        self._asked_paused, self._asked_until_s, self.said = pause, self._clock() + _ANSWER_S, ""
        await asyncio.to_thread(self._handle.pause if pause else self._handle.resume)
        self.refresh()

    async def toggle_mute(self) -> None:
        """Silence the narration, or hear it again."""
        muted = not self.status.muted
        await asyncio.to_thread(self._handle.mute, muted)
        self.said = "The microphone is muted: m hears it again" if muted else ""

    async def mark(self) -> None:
        """A step begins here."""
        await asyncio.to_thread(self._handle.mark)
        self.marks += 1
        self.said = f"Marked step {self.marks}"

    async def scrap(self) -> None:
        """Take back the last ten seconds."""
        from capture.recorder.options import SCRAP_MS

        await asyncio.to_thread(self._handle.scrap, SCRAP_MS)
        self.said = f"Scrapped the last {SCRAP_MS // 1000} seconds: they will be left out"

    @property
    def _handle(self) -> LiveRecording:
        if self._recording is None:
            raise ShowhowError("Nothing is being recorded yet")
        return self._recording
