"""Attempts of a learner for the tests of pathways: compared, at a time, with a number."""

from __future__ import annotations

from collections.abc import Sequence

from capture.span import Span
from library.model import TakeFacts
from library.practice.model import (
    Attempt,
    AttemptState,
    Comparison,
    HintLevel,
    HintUsed,
    PracticeLevel,
    Verdict,
    VerdictKind,
)
from transcribe.model import Step

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000
STEPS = ("Open Orders", "Click New order", "Type the supplier", "Submit")


def attempt(
    number: int, days: float, *, demo_id: str = "split-1", alone: bool = False, hints: int = 0,
    missing: Sequence[int] = (), untold: bool = False, disputed: Sequence[int] = (), steps: Sequence[str] = STEPS,
) -> Attempt:  # fmt: skip
    """An attempt ``days`` after NOW_MS in which all but the ``missing`` were seen; ``untold``: nothing is known."""
    kinds = [
        VerdictKind.UNKNOWN if untold else VerdictKind.MISSING if n in missing else VerdictKind.DONE
        for n in range(1, len(steps) + 1)
    ]
    verdicts = tuple(Verdict(step=n, was=was) for n, was in enumerate(kinds, 1))
    level = PracticeLevel.ALONE if alone else PracticeLevel.TRY
    return Attempt(
        attempt_id=f"a{number}", demo_id=demo_id, title="Split an order", number=number, level=level,
        take=TakeFacts(take_id=f"t{number}", started_unix_ms=at(days)), state=AttemptState.MINE,
        steps=tuple(Step(n * 1000, n * 1000 + 900, number=n, title=title) for n, title in enumerate(steps, 1)),
        hints=(HintUsed(step=1, level=HintLevel.AGAIN),) * hints, disputed=tuple(disputed),
        comparison=Comparison(verdicts=verdicts, detours=(Span(1, 2),), score=1 - len(missing) / len(steps), rule=1),
    )  # fmt: skip


def at(days: float) -> int:
    """Unix time in ms, some days after NOW_MS."""
    return NOW_MS + round(days * DAY_MS)
