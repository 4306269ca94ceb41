"""``RecordingSession``: one recording from the countdown to the take, as the live screen shows and controls it.

Owns the order of countdown, start, control and stop. Does not draw; uses the recorder only through its handle.
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
    from tui.services.protocols import LiveLabels, LiveRecording, LiveWords, RecordingService

_ANSWER_S = 2.0
"""Status is up to 0.2 s old: a pause just requested is shown until the status agrees, or for this long."""
_LEFT = "The recording was left before it began"


class Phase(StrEnum):
    """Phase of a recording."""

    COUNTING = "counting"
    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    STOPPING = "stopping"
    OVER = "over"


class RecordingSession:
    """A recording being made. Call ``refresh`` a few times a second; the other methods serve the keys.

    ``begun`` gets the folder of the take once it records, in a thread; when it raises, nothing is recorded.
    """

    def __init__(
        self,
        recorder: RecordingService,
        choice: RecordChoice,
        *,
        title: str = "",
        countdown_s: int = 3,
        clock: Callable[[], float] = time.monotonic,
        begun: Callable[[Path], None] = lambda _: None,
    ) -> None:
        self._recorder, self.choice, self.title, self._begun = recorder, choice, title, begun
        self._clock, self._begins_s = clock, clock() + countdown_s
        self._recording: LiveRecording | None = None
        self._words: LiveWords | None = None
        self._labels: LiveLabels | None = None
        self.phase = Phase.COUNTING
        self.status = Status()
        self._requested_pause: bool | None = None
        self._requested_until_s = 0.0
        self.marks = 0
        self.said = ""

    @property
    def left_s(self) -> int:
        """Seconds left of the countdown, rounded up."""
        return max(0, math.ceil(self._begins_s - self._clock()))

    @property
    def asking(self) -> bool:
        """Whether the desktop asks its user what may be recorded."""
        return self.phase is Phase.STARTING and self.status.state == "asking"

    @property
    def running(self) -> bool:
        """Whether the recorder runs, paused or not."""
        return self.phase in {Phase.LIVE, Phase.PAUSED}

    @property
    def counted(self) -> bool:
        """Whether the countdown is over and the recorder should start."""
        return self.phase is Phase.COUNTING and self._clock() >= self._begins_s

    async def start(self) -> None:
        """Start the recorder. Raises ShowhowError when it could not start, Cancelled when the user left.

        No recorder keeps running after ``abandon`` or the end of the application, at whatever moment it comes.
        """
        self.phase = Phase.STARTING
        try:
            await self._launch()
        except ShowhowError as error:
            if self._abandoned:
                raise Cancelled(_LEFT) from error
            self.phase = Phase.OVER
            raise
        if self._abandoned:
            raise Cancelled(_LEFT)
        self.phase = Phase.LIVE
        self.refresh()

    async def _launch(self) -> None:
        recording = await acquired(partial(self._recorder.record, self.choice), lambda launched: launched.abandon())
        if self._abandoned:
            await asyncio.to_thread(recording.abandon)
            return
        self._recording = recording
        try:
            await asyncio.to_thread(recording.wait_started)
            await self._check(recording)
            await self._start_live_labels(recording)
            await self._start_live_transcription(recording)
        except ShowhowError:
            raise
        except BaseException:  # the application ends, or failed
            if not self._abandoned:
                asyncio.get_running_loop().run_in_executor(None, recording.abandon)  # the end of the loop waits for it
            raise

    async def _check(self, recording: LiveRecording) -> None:
        """Show the new take's folder to ``begun``; when that raises, the recording is given up."""
        try:
            await asyncio.to_thread(self._begun, Path(recording.status.take_path))
        except ShowhowError:
            await asyncio.to_thread(recording.abandon)
            raise

    async def _start_live_labels(self, recording: LiveRecording) -> None:
        """Start reading labels if clicks are noted; it is closed again if the user has left."""
        if self.choice.events:
            start = partial(self._recorder.start_live_labels, Path(recording.status.take_path))
            self._labels = await acquired(start, _close)
            if self._abandoned:
                _close(self._labels)

    async def _start_live_transcription(self, recording: LiveRecording) -> None:
        """Start a live transcriber if words are wanted; it is closed again if the user has left."""
        if not self._wants_words:
            return
        start = partial(self._recorder.start_live_transcription, Path(recording.status.take_path))
        words = await acquired(start, _close)
        if self._abandoned:
            _close(words)
        else:
            self._words = words

    @property
    def _wants_words(self) -> bool:
        return self.choice.words and self.choice.microphone is not None

    @property
    def words(self) -> str:
        """End of the live transcript."""
        return last_words(self._words.text) if self._words is not None else ""

    @property
    def words_note(self) -> str:
        """Status line while there are no words."""
        return live_words_status(self._words, wanted=self._wants_words)

    @property
    def _abandoned(self) -> bool:
        """Whether the user left while the recorder was starting."""
        return self.phase is not Phase.STARTING

    def refresh(self) -> Status:
        """Update and return the status; ``phase`` follows a pause by hotkey."""
        if self._recording is not None and self.phase is Phase.STARTING:
            self.status = self._recording.status
        if self._recording is not None and self.running:
            self.status = self._recording.status
            if self.status.paused == self._requested_pause or self._clock() > self._requested_until_s:
                self._requested_pause = None
            paused = self.status.paused if self._requested_pause is None else self._requested_pause
            self.phase = Phase.PAUSED if paused else Phase.LIVE
        return self.status

    @property
    def ended_by_itself(self) -> bool:
        """Whether the recorder ended without ``stop``: by hotkey, on a full disk, or when the screen vanished."""
        return self.running and self.status.ended

    async def stop(self) -> Take:
        """Stop; returns the take. Raises ShowhowError that says what was kept."""
        self.phase = Phase.STOPPING
        try:
            return await asyncio.to_thread(self._handle.stop)
        finally:
            self.phase = Phase.OVER

    async def abandon(self) -> None:
        """Leave. After the countdown this deletes the take."""
        if self._recording is None:
            self.phase = Phase.OVER
            return
        self.phase = Phase.STOPPING
        try:
            await asyncio.to_thread(_close, self._words)
            await asyncio.to_thread(_close, self._labels)
            await asyncio.to_thread(self._recording.abandon)
        finally:
            self.phase = Phase.OVER

    async def send(self, command: RecorderCommand) -> None:
        """Send a command; ``said`` becomes the message for the user."""
        handle, said = self._handle, ""
        if command is RecorderCommand.TOGGLE_PAUSE:
            pause = self.phase is not Phase.PAUSED
            self._requested_pause, self._requested_until_s = pause, self._clock() + _ANSWER_S
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


def _close(process: LiveWords | LiveLabels | None) -> None:
    if process is not None:
        process.close()
