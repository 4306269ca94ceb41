"""``LocalPracticeService``: records, compares and keeps the attempts of this user.

The recorder is the ordinary one, without sound, into the learner's own folder. Nothing is noted in the library. Heavy
libraries are imported on first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.model import Target, WindowChange
from capture.recorder.options import RecordOptions
from library.connection.library import Library
from library.model import Demo, DemoNotFound, LibraryError, Practice
from library.practice.attempts import AttemptLog
from library.practice.model import Attempt, AttemptState, HintUsed, PracticeLevel
from library.practice.prompts.log import PromptLog
from library.practice.store import PracticeStore
from transcribe.model import ScreenReader
from tui.model import Picture
from tui.services.practice.protocols import RunningAttempt

if TYPE_CHECKING:
    from capture.recorder.handle import Recording

StartLabels = Callable[[Path], object]


@dataclass(frozen=True)
class RecordedAttempt:
    """An attempt and the recorder that records it."""

    attempt: Attempt
    recording: Recording
    release: Callable[[], None] | None = None
    """Ends keeping the terminal on top; None when it is not kept there."""

    @property
    def on_top(self) -> bool:
        """Whether the terminal is kept above all other windows."""
        return self.release is not None

    @property
    def elapsed_ms(self) -> int:
        """Take time."""
        return self.recording.status.elapsed_ms

    @property
    def ended(self) -> bool:
        """Whether the recorder has stopped."""
        return self.recording.status.ended


class LocalPracticeService:
    """Attempts at the demos of one library. ``start_labels`` reads labels while a take is recorded in a folder."""

    def __init__(
        self, library: Library, store: PracticeStore, reader: ScreenReader | None, start_labels: StartLabels, *,
        fps: int = 30, hotkeys: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._library, self.log, self._reader, self._start_labels = library, AttemptLog(store), reader, start_labels
        self._prompts = PromptLog(store)
        self._fps, self._hotkeys = fps, dict(hotkeys or {})
        self._environment = os.environ if environment is None else environment

    def level_for(self, demo: Demo) -> PracticeLevel:
        """Alone once an attempt with steps was seen whole without hints."""
        whole = (one for one in self.attempts(demo.demo_id) if one.comparison is not None and not one.hints)
        done = any(one.comparison is not None and one.comparison.counted and one.comparison.score >= 1 for one in whole)
        return PracticeLevel.ALONE if done else PracticeLevel.TRY

    def begin(self, demo: Demo, level: PracticeLevel) -> RecordedAttempt:
        """Start to record; returns once there is a picture."""
        from capture.recorder.handle import Recording

        if not demo.steps:
            raise LibraryError("This demo has no steps yet", f"Add its words first: showhow transcribe {demo.demo_id}")
        options = RecordOptions(
            target=Target(monitor=1), takes_folder=self.log.store.takes_folder, microphone="none", fps=self._fps,
            hotkeys=self._hotkeys,
        )  # fmt: skip
        recording = Recording.start(options)
        try:
            take = Path(recording.status.take_path)
            self._start_labels(take)
            return RecordedAttempt(self.log.begin(self._whole(demo), level, take), recording, _steps_on_top(level))
        except BaseException:
            recording.abandon()
            raise

    def _whole(self, demo: Demo) -> Demo:
        """The demo with the events of its steps, which lists leave out."""
        return self._library.catalog.get(demo.demo_id)

    def finish(self, running: RunningAttempt, hints: Sequence[HintUsed]) -> tuple[Attempt, bool]:
        """Stop, compare and keep."""
        from library.practice.evaluate import AT_ONCE_S

        assert isinstance(running, RecordedAttempt)  # noqa: S101  of this service
        attempt = replace(running.attempt, hints=tuple(hints))
        self.log.keep(attempt)  # before anything can fail
        _let_go(running)
        running.recording.stop()
        return self._evaluated(attempt, AT_ONCE_S)

    def give_up(self, running: RunningAttempt) -> None:
        """Stop and delete."""
        assert isinstance(running, RecordedAttempt)  # noqa: S101  of this service
        _let_go(running)
        with suppress(ShowhowError):  # it may have ended by itself
            running.recording.abandon()
        self.log.forget(running.attempt)

    def complete(self, attempt: Attempt) -> Attempt:
        """Compare once more, with all labels."""
        from library.practice.evaluate import THOROUGH_S

        return self._evaluated(attempt, THOROUGH_S)[0]

    def _evaluated(self, attempt: Attempt, patience_s: float) -> tuple[Attempt, bool]:
        from library.practice.evaluate import evaluate

        practice, size = self._marks_and_size(attempt)
        made, whole = evaluate(attempt, practice, size, self._reader, patience_s=patience_s)
        seen = {"take": made.take, "events": made.events, "comparison": made.comparison}
        changed = self.log.change(attempt, lambda now: replace(now, state=_later(now.state, made.state), **seen))
        self._rate(changed)
        return changed, whole

    def _rate(self, attempt: Attempt) -> None:
        """When the demo is to be practised again. Whatever fails there takes nothing from the attempt."""
        with suppress(LibraryError):
            self._prompts.note_attempt(attempt, self._newest(attempt.demo_id))

    def _newest(self, demo_id: str) -> Demo | None:
        with suppress(DemoNotFound):
            return self._library.catalog.get(demo_id)
        return None

    def _marks_and_size(self, attempt: Attempt) -> tuple[Practice, tuple[int, int]]:
        try:
            demo = self._demo(attempt)
        except LibraryError:  # removed, or not to be reached now
            return Practice(), (0, 0)
        return demo.practice, (demo.clip.width, demo.clip.height)

    def _demo(self, attempt: Attempt) -> Demo:
        """The version of the demo that was tried, else the newest. Raises LibraryError."""
        newest = self._library.catalog.get(attempt.demo_id)
        if newest.version == attempt.version:
            return newest
        try:
            return self._library.store.read(attempt.demo_id, attempt.version)
        except DemoNotFound:
            return newest

    def attempts(self, demo_id: str = "") -> Sequence[Attempt]:
        """Attempts, oldest first."""
        return self.log.list(demo_id)

    def dispute(self, attempt: Attempt, step: int) -> Attempt:
        """Mark a verdict as wrong, or take the mark away."""
        changed = self.log.dispute(attempt, step)
        with suppress(LibraryError):
            prompt = self._prompts.get(attempt.demo_id)
            if prompt is not None and prompt.attempt_id == attempt.attempt_id:
                self._rate(changed)
        return changed

    def forget(self, attempt: Attempt) -> None:
        """Delete an attempt; what was handed over of it is taken back first."""
        from library.practice.feedback.opening import forget_attempt

        forget_attempt(self._library, self.log.store, attempt)

    def still(self, attempt: Attempt, step: int) -> Path | None:
        """The expert's still of a step."""
        with suppress(LibraryError, OSError):
            demo = self._demo(attempt)
            for one in demo.steps:
                if one.number == step and one.still:
                    path = self._library.store.fetch_local(demo, one.still).path / one.still
                    return path if path.is_file() else None
        return None

    def frame(self, attempt: Attempt, at_ms: int) -> Picture | None:
        """A picture of the attempt."""
        from capture.video.reader import grab_frame

        video = Path(attempt.take.path) / "take.mp4"
        with suppress(ShowhowError, OSError):
            return grab_frame(video, min(at_ms, max(0, attempt.take.duration_ms - 1)))[..., ::-1]
        return None

    def play_both(self, attempt: Attempt, step: int) -> str:
        """Play both from a step, silently in the background."""
        from tui.playback.mpv import Replay
        from tui.playback.side_by_side import play_side_by_side

        demo = self._library.store.fetch_local(self._demo(attempt))
        wanted = next((one for one in demo.steps if one.number == step), None)
        verdicts = attempt.comparison.verdicts if attempt.comparison is not None else ()
        at_ms = next((verdict.at_ms for verdict in verdicts if verdict.step == step), 0)
        both = (
            Replay(demo.path / demo.clip.path, wanted.start_ms if wanted else 0, title=f"The demo · {attempt.title}"),
            Replay(Path(attempt.take.path) / "take.mp4", at_ms, title=f"Your try · {attempt.title}"),
        )
        for replay in both:
            if not replay.path.is_file():
                raise LibraryError(f"{replay.path} is not there", "It may have been deleted.")
        return f"Playing both from step {step} in {play_side_by_side(both, self._environment)}"


def _later(now: AttemptState, made: AttemptState) -> AttemptState:
    """The state of an attempt that was compared once more: it may have been handed over or taken back meanwhile."""
    return made if now is AttemptState.RUNNING else now


def _steps_on_top(level: PracticeLevel) -> Callable[[], None] | None:
    """Keep the terminal above the program while it shows steps; returns what ends it."""
    from capture.analysis.own_terminal import is_terminal
    from capture.backends.windows import keep_front_above

    if level is PracticeLevel.ALONE:
        return None
    return keep_front_above(lambda title, window_class: is_terminal(WindowChange(0, title, window_class)))


def _let_go(running: RecordedAttempt) -> None:
    if running.release is not None:
        running.release()
