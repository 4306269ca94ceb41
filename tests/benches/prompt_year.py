"""A simulated year of practice on a frozen clock: with our cap, and by the rule that all due is asked for at once.

The simulated learner recalls a demo with the chance that FSRS gives it, so that both rules meet the same forgetting.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from library.model import ClipFacts, Demo
from library.practice.prompts.log import PromptLog
from library.practice.prompts.model import Memory, RecallRating
from library.practice.prompts.scheduler import practised, recall
from library.practice.store import PracticeStore
from tests.library.factories import demo

DAY_MS, MINUTE_MS = 86_400_000, 60_000
DEMOS, DAYS, AWAY = 200, 365, range(180, 201)


@dataclass
class PromptYear:
    """What a rule asked for on each day, in demos and minutes; and how much was known at the end, of all demos."""

    asked: list[int] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)
    practised: int = 0
    known: float = 0.0

    @property
    def most_in_a_week(self) -> float:
        """The most minutes in seven days."""
        return max(sum(self.minutes[max(0, day - 6) : day + 1]) for day in range(len(self.minutes)))

    @property
    def back(self) -> tuple[int, float]:
        """Demos and minutes that the first day after the absence asked for."""
        return self.asked[AWAY.stop], self.minutes[AWAY.stop]


def demos_of_a_year(seed: int = 20) -> list[Demo]:
    """Demos of 20 to 90 seconds; a first practice of one takes twice that."""
    chance = random.Random(seed)  # noqa: S311  a simulation
    return [
        replace(demo(f"d{n:03}", f"Demo {n}", "Open it."), clip=ClipFacts(duration_ms=chance.randint(20_000, 90_000)))
        for n in range(DEMOS)
    ]


def _begins_ms() -> int:
    return round(datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp() * 1000)


def _went(memory: Memory | None, now_ms: int, chance: random.Random) -> RecallRating:
    known = recall(memory, now_ms) if memory is not None else 0.9
    return RecallRating.GOOD if chance.random() < known else RecallRating.AGAIN


def with_a_cap(folder: Path, seed: int = 20) -> PromptYear:
    """showhow's rule, in a real store: each day one more demo comes to be practised, as long as there are any."""
    now, chance, year = [_begins_ms()], random.Random(seed), PromptYear()  # noqa: S311  a simulation
    log, waiting = PromptLog(PracticeStore(folder / "mine"), clock=lambda: now[0], zone=UTC), demos_of_a_year(seed)
    for day in range(DAYS):
        if waiting:
            log.begin(waiting.pop(0))
        asked = log.ask_today() if day not in AWAY else []
        for prompt in asked:
            log.overrule(prompt.demo_id, _went(prompt.memory, now[0], chance))
        year.asked.append(len(asked))
        year.minutes.append(sum(prompt.takes_ms for prompt in asked) / MINUTE_MS)
        now[0] += DAY_MS
    return _ended(year, [one.memory for one in log.readable()[0]], now[0])


def all_due_at_once(seed: int = 20) -> PromptYear:
    """Anki's rule: every day asks for all that is due, and a learner does it; so does the first day back."""
    now, chance, year = _begins_ms(), random.Random(seed), PromptYear()  # noqa: S311  a simulation
    begun: dict[str, Memory | None] = {}
    waiting, takes = demos_of_a_year(seed), {one.demo_id: 2 * one.clip.duration_ms for one in demos_of_a_year(seed)}
    for day in range(DAYS):
        if waiting:
            begun[waiting.pop(0).demo_id] = None
        end = now + DAY_MS - now % DAY_MS
        asked = [one for one, memory in begun.items() if memory is None or memory.due_unix_ms < end]
        asked = asked if day not in AWAY else []
        for one in asked:
            begun[one] = practised(begun[one], _went(begun[one], now, chance), now)
        year.asked.append(len(asked))
        year.minutes.append(sum(takes[one] for one in asked) / MINUTE_MS)
        now += DAY_MS
    return _ended(year, list(begun.values()), now)


def _ended(year: PromptYear, memories: list[Memory | None], now_ms: int) -> PromptYear:
    known = [recall(memory, now_ms) for memory in memories if memory is not None]
    year.practised, year.known = len(known), sum(known) / DEMOS
    return year
