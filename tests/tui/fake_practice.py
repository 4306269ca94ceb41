"""Practice without a recorder: an attempt that runs until it is stopped, and a comparison that was made before."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from capture.errors import CaptureError
from capture.span import Span
from library.model import Demo, LibraryError, TakeFacts
from library.practice.model import (
    Attempt,
    AttemptState,
    Comparison,
    Doubt,
    HintUsed,
    PracticeLevel,
    Verdict,
    VerdictKind,
)
from tests.tui.fake_library_service import FakeLibraryService, drawn
from tui.model import Picture
from tui.services.practice.protocols import RunningAttempt

_SEEN = (
    VerdictKind.DONE, VerdictKind.DONE, VerdictKind.RENAMED, VerdictKind.MISSING, VerdictKind.PARTLY, VerdictKind.MOVED,
    VerdictKind.UNKNOWN,
)  # fmt: skip
_WORDS = {VerdictKind.RENAMED: ("Create order", "New order"), VerdictKind.PARTLY: ("", "Net amount")}


def compared(demo: Demo, level: PracticeLevel = PracticeLevel.TRY, doubts: tuple[Doubt, ...] = ()) -> Attempt:
    """An attempt at a demo with one verdict of each kind."""
    verdicts = []
    for n, (step, was) in enumerate(zip(demo.steps, _SEEN, strict=False)):
        seen, wanted = _WORDS.get(was, ("", ""))
        took = 0 if was in {VerdictKind.MISSING, VerdictKind.UNKNOWN} else 3_000 + 2_000 * n
        verdicts.append(Verdict(
            step=step.number, was=was, at_ms=8_000 * n, took_ms=took, expert_ms=step.duration_ms, seen=seen,
            wanted=wanted,
        ))  # fmt: skip
    comparison = Comparison(
        verdicts=tuple(verdicts), detours=(Span(8_500, 11_000),), score=0.75, took_ms=58_000, expert_ms=41_000,
        doubts=doubts, rule=1,
    )  # fmt: skip
    return Attempt(
        attempt_id="20261126-101500-ab12", demo_id=demo.demo_id, title=demo.title, steps=demo.steps, level=level,
        take=TakeFacts(take_id="t", duration_ms=60_000), comparison=comparison, state=AttemptState.MINE,
    )  # fmt: skip


@dataclass
class FakeRunningAttempt:
    """Runs until ``ended`` is set."""

    demo: Demo
    level: PracticeLevel
    ended: bool = False
    on_top: bool = True
    polls: int = 0

    @property
    def elapsed_ms(self) -> int:
        self.polls += 1
        return 12_000


@dataclass
class FakePracticeService:
    """Keeps what it was asked."""

    library: FakeLibraryService
    level: PracticeLevel = PracticeLevel.TRY
    begun: list[FakeRunningAttempt] = field(default_factory=list)
    hints: list[HintUsed] = field(default_factory=list)
    given_up: list[RunningAttempt] = field(default_factory=list)
    kept: list[Attempt] = field(default_factory=list)
    played: list[int] = field(default_factory=list)
    fail: list[str] = field(default_factory=list)
    doubts: tuple[Doubt, ...] = ()
    whole: bool = True

    def level_for(self, demo: Demo) -> PracticeLevel:
        return self.level

    def begin(self, demo: Demo, level: PracticeLevel) -> RunningAttempt:
        if self.fail:
            raise CaptureError(self.fail.pop(0))
        self.begun.append(FakeRunningAttempt(demo, level))
        return self.begun[-1]

    def finish(self, running: RunningAttempt, hints: Sequence[HintUsed]) -> tuple[Attempt, bool]:
        assert isinstance(running, FakeRunningAttempt)
        self.hints += hints
        self.kept.append(replace(compared(running.demo, running.level, self.doubts), hints=tuple(hints)))
        return self.kept[-1], self.whole

    def give_up(self, running: RunningAttempt) -> None:
        self.given_up.append(running)

    def complete(self, attempt: Attempt) -> Attempt:
        comparison = attempt.comparison or Comparison()
        done = tuple(replace(verdict, was=VerdictKind.DONE) for verdict in comparison.verdicts)
        return replace(attempt, comparison=replace(comparison, verdicts=done))

    def attempts(self, demo_id: str = "") -> Sequence[Attempt]:
        return [attempt for attempt in self.kept if demo_id in {"", attempt.demo_id}]

    def dispute(self, attempt: Attempt, step: int) -> Attempt:
        return replace(attempt, disputed=tuple(sorted(set(attempt.disputed) ^ {step})))

    def forget(self, attempt: Attempt) -> None:
        self.kept.clear()

    def still(self, attempt: Attempt, step: int) -> Path | None:
        return self.library.still(self.library.demo(attempt.demo_id), step)

    def frame(self, attempt: Attempt, at_ms: int) -> Picture | None:
        return drawn("Orders 4.2", "Create order", 3)

    def play_both(self, attempt: Attempt, step: int) -> str:
        if self.fail:
            raise LibraryError(self.fail.pop(0))
        self.played.append(step)
        return f"Playing both from step {step} in mpv"
