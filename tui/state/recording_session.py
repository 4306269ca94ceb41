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
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import Cancelled, ShowhowError
from capture.recorder.options import SCRAP_MS, RecorderCommand, Status
from capture.span import Span
from tui.model import RecordChoice
from tui.services.live_words import last_words, live_words_status
from tui.state.threads import acquired

if TYPE_CHECKING:
    from capture.model import Take
    from tui.services.protocols import LiveRecording, LiveWords, RecordingService

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
        self._words: LiveWords | None = None
        self.phase = Phase.COUNTING
        self.status = Status()
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
            await self._hear_along(recording)
        except ShowhowError:
            raise
        except BaseException:  # the application ends, or failed
            if not self._left:
                asyncio.get_running_loop().run_in_executor(None, recording.abandon)  # the end of the loop waits for it
            raise

    async def _hear_along(self, recording: LiveRecording) -> None:
        """Start a recogniser beside it if words are wanted; one that nobody wants any more is closed."""
        if not self._wants_words:
            return
        listen = partial(self._recorder.hear_along, Path(recording.status.take_path))
        words = await acquired(listen, _close)
        if self._left:
            _close(words)
        else:
            self._words = words

    @property
    def _wants_words(self) -> bool:
        return self.choice.words and self.choice.microphone is not None

    @property
    def words(self) -> str:
        """What was said last, as it is recognised."""
        return last_words(self._words.text) if self._words is not None else ""

    @property
    def words_note(self) -> str:
        """Why there are no words, or none yet."""
        return live_words_status(self._words, wanted=self._wants_words)

    @property
    def _left(self) -> bool:
        """Whether the user left while the recorder started."""
        return self.phase is not Phase.STARTING

    def refresh(self) -> Status:
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
            await asyncio.to_thread(_close, self._words)
            await asyncio.to_thread(self._recording.abandon)
        finally:
            self.phase = Phase.OVER

    async def send(self, command: RecorderCommand) -> None:
        """Tell the recorder something; ``said`` is what came of it, for people."""
        handle, said = self._handle, ""
        if command is RecorderCommand.TOGGLE_PAUSE:
            pause = self.phase is not Phase.PAUSED
            self._asked_paused, self._asked_until_s = pause, self._clock() + _ANSWER_S
            command = RecorderCommand.PAUSE if pause else RecorderCommand.RESUME
        elif command is RecorderCommand.TOGGLE_MUTE:
            said = "" if self.status.muted else "The microphone is muted: m hears it again"
            command = RecorderCommand.UNMUTE if self.status.muted else RecorderCommand.MUTE
        elif command is RecorderCommand.MARK:
            self.marks += 1
            said = f"Marked step {self.marks}"
        elif command is RecorderCommand.SCRAP:
            said = f"Scrapped the last {SCRAP_MS // 1000} seconds: they will be left out"
            if self._words is not None:
                now_ms = handle.status.elapsed_ms
                self._words.scrap(Span(max(0, now_ms - SCRAP_MS), now_ms))
        await asyncio.to_thread(handle.send, command)
        self.said = said
        self.refresh()

    @property
    def _handle(self) -> LiveRecording:
        if self._recording is None:
            raise ShowhowError("Nothing is being recorded yet")
        return self._recording


def _close(words: LiveWords | None) -> None:
    if words is not None:
        words.close()
