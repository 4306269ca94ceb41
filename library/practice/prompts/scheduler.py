"""When a practice is due again, by FSRS 6 (``fsrs``), which only this module imports.

Learning steps are off, because nobody practises a procedure twice within minutes; intervals end at 180 days, because
half of what a procedure's practice gained is gone after six and a half months (Tatel and Ackerman 2025). Nothing is
left to chance, so that the same practice gives the same days.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from library.practice.prompts.model import Memory, RecallRating

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

LONGEST_DAYS = 180


def practised(memory: Memory | None, rating: RecallRating, now_unix_ms: int) -> Memory:
    """The memory after a practice. A clock that was set back counts as no time since the last one."""
    from fsrs import Rating

    now = now_unix_ms if memory is None else max(now_unix_ms, memory.practised_unix_ms)
    card, _ = _scheduler().review_card(_card(memory), Rating[rating.value.capitalize()], _moment(now))
    return Memory(
        stability=card.stability or 0.0, difficulty=card.difficulty or 0.0, practised_unix_ms=now,
        due_unix_ms=round(card.due.timestamp() * 1000),
    )  # fmt: skip


def recall(memory: Memory, now_unix_ms: int) -> float:
    """The chance that it is still known, 0 to 1."""
    now = max(now_unix_ms, memory.practised_unix_ms)
    return float(_scheduler().get_card_retrievability(_card(memory), _moment(now)))


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)


def _card(memory: Memory | None) -> Card:
    from fsrs import Card, State

    if memory is None:
        return Card(card_id=1)
    return Card(
        card_id=1, state=State.Review, stability=memory.stability, difficulty=memory.difficulty,
        due=_moment(memory.due_unix_ms), last_review=_moment(memory.practised_unix_ms),
    )  # fmt: skip


def _moment(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
