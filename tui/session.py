"""One recording from the countdown to the take, without a screen: what the live screen shows and its keys do.

Owns the order of countdown, start, control and stop. Refuses to draw, and to touch the recorder but through its handle.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from enum import StrEnum

from capture.errors import Cancelled, ShowhowError
from capture.model import Take
from capture.options import SCRAP_MS
from tui.model import LiveStatus, RecordChoice
from tui.services import LiveRecording, Studio

_ANSWER_S = 2.0
"""The figures are up to a fifth of a second old; what was just asked for counts until they agree, or this long."""


class Phase(StrEnum):
    """Where a recording stands."""

    COUNTING = "counting"
    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    STOPPING = "stopping"
    OVER = "over"


class Session:
    """A recording that is being made. ``tick`` is called a few times a second; the rest are the keys."""

    def __init__(
        self,
        studio: Studio,
        choice: RecordChoice,
        *,
        title: str = "",
        countdown_s: int = 3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.studio, self.choice, self.title = studio, choice, title
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
        """Start the recorder. Raises ShowhowError: nothing was recorded; Cancelled: the user left meanwhile."""
        self.phase = Phase.STARTING
        try:
            self._recording = await asyncio.to_thread(self.studio.record, self.choice)
        except ShowhowError:
            self.phase = Phase.OVER
            raise
        if self.phase is not Phase.STARTING:
            await asyncio.to_thread(self._recording.abandon)
            raise Cancelled("The recording was left before it began")
        self.phase = Phase.LIVE
        self.look()

    def look(self) -> LiveStatus:
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
        recording, self.phase = self._recording, Phase.OVER
        if recording is not None:
            await asyncio.to_thread(recording.abandon)

    async def toggle_pause(self) -> None:
        """Pause, or go on."""
        pause = self.phase is not Phase.PAUSED
        self._asked_paused, self._asked_until_s, self.said = pause, self._clock() + _ANSWER_S, ""
        await asyncio.to_thread(self._handle.pause if pause else self._handle.resume)
        self.look()

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
        await asyncio.to_thread(self._handle.scrap, SCRAP_MS)
        self.said = f"Scrapped the last {SCRAP_MS // 1000} seconds: they will be left out"

    @property
    def _handle(self) -> LiveRecording:
        if self._recording is None:
            raise ShowhowError("Nothing is being recorded yet")
        return self._recording
