"""Replaying without a screen of its own: a clock that walks the steps, and the door to the machine's video player.

Owns when a replay stands where, and how a clip is opened at a moment. Refuses to draw, and to know any library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from capture.errors import ShowhowError
from transcribe.model import Step
from tui.mpv import Replay, command_line

MPV, SYSTEM_PLAYER = "mpv", "the system’s player"
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
# Long enough for mpv to notice a display it cannot reach (it gives up after 30 to 120 ms), short enough to go unfelt.
_EARLY_DEATH_S = 0.4


class ReplayClock:
    """Where a replay stands, in clip milliseconds. It plays one step and waits at its end, so that hands can follow."""

    def __init__(self, steps: Sequence[Step], duration_ms: int, at_ms: int = 0) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.start_ms))
        self.duration_ms = max(0, duration_ms)
        self.speed, self.playing = 1.0, False
        self._at_ms, self._until_ms, self._since_s = 0.0, float(self.duration_ms), 0.0
        self.seek(at_ms)

    @property
    def at_ms(self) -> int:
        """The present moment."""
        return int(self._at_ms)

    @property
    def index(self) -> int:
        """Which of the steps is shown, from 0; -1 when there is none."""
        begun = [i for i, step in enumerate(self.steps) if step.start_ms <= self.at_ms]
        return begun[-1] if begun else min(0, len(self.steps) - 1)

    @property
    def step(self) -> Step | None:
        """The step shown now."""
        return self.steps[self.index] if self.steps else None

    @property
    def until_ms(self) -> int:
        """Where playing will stop: the end of the step."""
        return int(self._until_ms)

    def seek(self, at_ms: int) -> None:
        """Stand at a moment, held inside the clip; stops playing."""
        self._at_ms, self.playing = float(max(0, min(at_ms, self.duration_ms))), False

    def select(self, index: int) -> None:
        """Stand at the start of a step, held inside the list."""
        if self.steps:
            self.seek(self.steps[max(0, min(index, len(self.steps) - 1))].start_ms)

    def next(self) -> None:
        """The next step's start; stays on the last."""
        self.select(self.index + 1)

    def previous(self) -> None:
        """The step before; stays on the first."""
        self.select(self.index - 1)

    def change_speed(self, by: int) -> float:
        """One notch faster (1) or slower (-1). Returns the new speed."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.speed = SPEEDS[max(0, min(nearest + by, len(SPEEDS) - 1))]
        return self.speed

    def play(self, now_s: float) -> None:
        """Run to the end of the step shown; from a step's very end, through the next one."""
        if self._at_ms >= self.duration_ms:
            return
        self._until_ms = self._end_of_step()
        self._since_s, self.playing = now_s, True

    def pause(self) -> None:
        """Stand still here."""
        self.playing = False

    def tick(self, now_s: float) -> bool:
        """Move on to ``now_s`` (any clock that only goes forward, in seconds). Returns whether it still plays."""
        if self.playing:
            self._at_ms += max(0.0, now_s - self._since_s) * 1000 * self.speed
            self._since_s = now_s
            if self._at_ms >= self._until_ms:
                self._at_ms, self.playing = self._until_ms, False
        return self.playing

    def _end_of_step(self) -> float:
        later = [step.start_ms for step in self.steps if step.start_ms > self.at_ms]
        return float(min([*later, self.duration_ms]))


Start = Callable[[Sequence[str]], "subprocess.Popen[bytes]"]
_running: list[subprocess.Popen[bytes]] = []


def play_clip(
    path: Path,
    start_ms: int,
    speed: float = 1.0,
    *,
    title: str = "",
    captions: Path | None = None,
    environment: Mapping[str, str] | None = None,
    opener: Start | None = None,
) -> str:
    """Open a clip at a moment in mpv, else in the system's player; returns its name for people.

    ``opener`` starts a program given its argument list. Raises ShowhowError when the file is gone, when there is no
    display, or when no player is installed.
    """
    environment = os.environ if environment is None else environment
    path = path.absolute()
    if not path.is_file():
        raise ShowhowError(f"The clip {path} is not there", "If the library moved, point showhow at its new place.")
    if not has_display(environment):
        raise ShowhowError("There is no display to play on", "Step through its pictures and words here instead.")
    start = opener or _start_detached
    if mpv := shutil.which("mpv", path=environment.get("PATH")):
        start(command_line(mpv, Replay(path, start_ms, speed, title, captions), None))
        return MPV
    return _open_with_system(path, start, environment)


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether windows can open here; macOS and Windows always have a desktop."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _open_with_system(path: Path, start: Start, environment: Mapping[str, str]) -> str:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606  the user's own choice of player, for a file showhow wrote
        return SYSTEM_PLAYER
    name = "open" if sys.platform == "darwin" else "xdg-open"
    if program := shutil.which(name, path=environment.get("PATH")):
        start([program, str(path)])
        return SYSTEM_PLAYER
    raise ShowhowError("There is no video player on this machine", "Install mpv, for example: sudo apt install mpv")


def _start_detached(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a player that outlives showhow and keeps out of its terminal. Raises ShowhowError if it dies at once."""
    _running[:] = [process for process in _running if process.poll() is None]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    _running.append(process)
    try:
        code = process.wait(_EARLY_DEATH_S)
    except subprocess.TimeoutExpired:
        return process
    if code:
        name = Path(command[0]).name
        raise ShowhowError(f"{name} could not play the clip (it ended with {code})", f"Try: {name} {command[-1]}")
    return process
