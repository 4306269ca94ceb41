"""``PracticeService``: what the screens of practice may ask for. Depends on no other service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from library.model import Demo
from library.practice.model import Attempt, HintUsed, PracticeLevel
from tui.model import Picture


class RunningAttempt(Protocol):
    """An attempt that is being recorded."""

    @property
    def elapsed_ms(self) -> int:
        """Take time; never blocks."""

    @property
    def on_top(self) -> bool:
        """Whether the terminal with the steps is kept above all other windows."""

    @property
    def ended(self) -> bool:
        """Whether the recorder has stopped, for any reason; never blocks."""


class PracticeService(Protocol):
    """Attempts of this user. All methods may block: use a thread. Raises ShowhowError."""

    def level_for(self, demo: Demo) -> PracticeLevel:
        """The level to offer: alone once an attempt with steps was seen whole without hints."""

    def begin(self, demo: Demo, level: PracticeLevel) -> RunningAttempt:
        """Start to record an attempt; returns once it records."""

    def finish(self, running: RunningAttempt, hints: Sequence[HintUsed]) -> tuple[Attempt, bool]:
        """Stop, compare and keep it; also whether all labels were read in the time there was."""

    def give_up(self, running: RunningAttempt) -> None:
        """Stop and delete it."""

    def complete(self, attempt: Attempt) -> Attempt:
        """Compare once more, with all labels read; also an attempt whose recording broke off."""

    def attempts(self, demo_id: str = "") -> Sequence[Attempt]:
        """Attempts, oldest first; those at one demo when it is named."""

    def dispute(self, attempt: Attempt, step: int) -> Attempt:
        """Mark the verdict on a step as wrong, or take the mark away."""

    def forget(self, attempt: Attempt) -> None:
        """Delete an attempt with its recording."""

    def still(self, attempt: Attempt, step: int) -> Path | None:
        """The expert's still of a step; None when the demo's version is gone."""

    def frame(self, attempt: Attempt, at_ms: int) -> Picture | None:
        """A picture (RGB) of the attempt at a take time; None when it cannot be read."""

    def play_both(self, attempt: Attempt, step: int) -> str:
        """Play the demo and the attempt side by side from a step; returns a message for the user."""
