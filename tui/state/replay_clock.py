"""``ReplayClock``: the position of a replay in clip time, at a speed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from transcribe.model import Step

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


class ReplayClock:
    """Replay position in clip milliseconds. Plays one step and pauses at its end, so that the viewer can do it too."""

    def __init__(self, steps: Sequence[Step], duration_ms: int, at_ms: int = 0) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.start_ms))
        self.duration_ms = max(0, duration_ms)
        self.speed, self.playing = 1.0, False
        self._at_ms, self._until_ms, self._since_s = 0.0, float(self.duration_ms), 0.0
        self.seek(at_ms)

    @property
    def at_ms(self) -> int:
        """Current position in ms."""
        return int(self._at_ms)

    @property
    def index(self) -> int:
        """Index of the current step, from 0; -1 without steps."""
        begun = [i for i, step in enumerate(self.steps) if step.start_ms <= self.at_ms]
        return begun[-1] if begun else min(0, len(self.steps) - 1)

    @property
    def step(self) -> Step | None:
        """The current step; None without steps."""
        return self.steps[self.index] if self.steps else None

    @property
    def until_ms(self) -> int:
        """Where playing stops, in ms: the end of the step."""
        return int(self._until_ms)

    def seek(self, at_ms: int) -> None:
        """Go to ``at_ms``, clamped to the clip; pauses."""
        self._at_ms, self.playing = float(max(0, min(at_ms, self.duration_ms))), False

    def select(self, index: int) -> None:
        """Go to the start of a step; ``index`` is clamped."""
        if self.steps:
            self.seek(self.steps[max(0, min(index, len(self.steps) - 1))].start_ms)

    def next(self) -> None:
        """Go to the next step; stays on the last."""
        self.select(self.index + 1)

    def previous(self) -> None:
        """Go to the previous step; stays on the first."""
        self.select(self.index - 1)

    def change_speed(self, by: int) -> float:
        """Next higher (1) or lower (-1) of SPEEDS. Returns the new speed."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.speed = SPEEDS[max(0, min(nearest + by, len(SPEEDS) - 1))]
        return self.speed

    def play(self, now_s: float) -> None:
        """Play to the end of the current step; from its very end, to the end of the next one."""
        if self._at_ms >= self.duration_ms:
            return
        self._until_ms = self._end_of_step()
        self._since_s, self.playing = now_s, True

    def pause(self) -> None:
        """Pause."""
        self.playing = False

    def tick(self, now_s: float) -> bool:
        """Advance to ``now_s`` (seconds of any monotonic clock). Returns whether it still plays."""
        if self.playing:
            self._at_ms += max(0.0, now_s - self._since_s) * 1000 * self.speed
            self._since_s = now_s
            if self._at_ms >= self._until_ms:
                self._at_ms, self.playing = self._until_ms, False
        return self.playing

    def _end_of_step(self) -> float:
        later = [step.start_ms for step in self.steps if step.start_ms > self.at_ms]
        return float(min([*later, self.duration_ms]))


_END_MS, _STRIDE_MS = 2_000, 3_000
"""How near its end a replay has come to it; and between two looks a longer step is a jump."""


class ReplayEnd:
    """Whether a demo was played to its end, and half of it at least: a jump to the end is no watching."""

    def __init__(self, duration_ms: int) -> None:
        self._duration_ms, self._played_ms = duration_ms, 0
        self._last_ms: int | None = None
        self._told = False

    def follow(self, at_ms: int | None) -> bool:
        """Take the player's position in clip time, None when none plays; True once, when the end is reached."""
        if at_ms is not None and self._last_ms is not None and 0 < at_ms - self._last_ms <= _STRIDE_MS:
            self._played_ms += at_ms - self._last_ms
        self._last_ms = at_ms
        ended = at_ms is not None and at_ms >= self._duration_ms - _END_MS and self._duration_ms > 0
        if self._told or not ended or self._played_ms < self._duration_ms / 2 - _END_MS:
            return False
        self._told = True
        return True
