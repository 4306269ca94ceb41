"""A learner with a clock that stands still until it is moved, and a store of her own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from library.model import ClipFacts, Demo, TakeFacts
from library.practice.model import (
    Attempt,
    Comparison,
    Doubt,
    HintLevel,
    HintUsed,
    PracticeLevel,
    Verdict,
    VerdictKind,
)
from library.practice.prompts.log import PromptLog
from library.practice.prompts.looks import LookLog
from library.practice.store import PracticeStore
from tests.library import factories

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE_MS, DAY_MS = 60_000, 86_400_000


class Learner:
    """Prompts, looks and attempts on one clock, in UTC."""

    def __init__(self, folder: Path, begins: datetime = MONDAY) -> None:
        self.now_ms = round(begins.timestamp() * 1000)
        self.store = PracticeStore(folder / "mine")
        self.prompts = PromptLog(self.store, clock=lambda: self.now_ms, zone=UTC)
        self.looks = LookLog(self.store, clock=lambda: self.now_ms)
        self._number = 0

    def passes(self, *, days: float = 0, hours: float = 0) -> None:
        """Move the clock; also back."""
        self.now_ms += round((days * 24 + hours) * 3_600_000)

    def attempts(self, demo: Demo, *kinds: VerdictKind, **more: object) -> Attempt:
        """A try of a demo; every step is done unless ``kinds`` say otherwise."""
        self._number += 1
        made = attempt(demo, *kinds, **more)
        return replace(made, attempt_id=f"a{self._number}", take=replace(made.take, started_unix_ms=self.now_ms))

    def practises(self, demo: Demo, *kinds: VerdictKind, **more: object) -> None:
        """Try a demo and keep what it says."""
        self.prompts.note_attempt(self.attempts(demo, *kinds, **more), demo)

    def asked(self) -> list[str]:
        """The demos that today asks for."""
        return [prompt.demo_id for prompt in self.prompts.ask_today()]

    def due(self, demo: Demo) -> date:
        """The day on which a demo is due again."""
        prompt = self.prompts.get(demo.demo_id)
        assert prompt is not None
        assert prompt.memory is not None
        return datetime.fromtimestamp(prompt.memory.due_unix_ms / 1000, UTC).date()

    def due_in(self, demo: Demo) -> int:
        """In how many days it is due."""
        return (self.due(demo) - self.prompts.today) // timedelta(days=1)


def demo(demo_id: str = "d1", minutes: float = 1, *texts: str) -> Demo:
    """A demo of some length; a first practice takes twice that."""
    made = factories.demo(demo_id, f"Demo {demo_id}", *(texts or ("Open it.", "Fill in.", "Save it.")))
    return replace(made, clip=ClipFacts(duration_ms=round(minutes * MINUTE_MS)))


def attempt(
    demo: Demo, *kinds: VerdictKind, level: PracticeLevel = PracticeLevel.ALONE, hints: int = 0, took_ms: int = 60_000,
    disputed: tuple[int, ...] = (), doubts: tuple[Doubt, ...] = (), optional: tuple[int, ...] = (),
) -> Attempt:  # fmt: skip
    """A compared attempt."""
    said = [*kinds, *[VerdictKind.DONE] * len(demo.steps)][: len(demo.steps)]
    verdicts = tuple(
        Verdict(step=step.number, was=was, optional=step.number in optional)
        for step, was in zip(demo.steps, said, strict=True)
    )
    return Attempt(
        attempt_id="a", demo_id=demo.demo_id, title=demo.title, version=demo.version, level=level, steps=demo.steps,
        take=TakeFacts(take_id="t", duration_ms=took_ms), disputed=disputed,
        hints=tuple(HintUsed(step=1, level=HintLevel.AGAIN) for _ in range(hints)),
        comparison=Comparison(verdicts=verdicts, took_ms=took_ms, doubts=doubts),
    )  # fmt: skip
