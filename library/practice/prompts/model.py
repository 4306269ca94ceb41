"""Records of prompts: Prompt, Memory, PromptDay, DaysOff, Looks. Frozen; the field names are the JSON names on disk.

They lie in the learner's own folder only. Days are dates of this machine's calendar as ``2031-04-17``.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class RecallRating(StrEnum):
    """How well a learner could do it: AGAIN: not yet; HARD: with help; GOOD: alone; EASY: alone and fast."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What the scheduler knows after a practice: stability in days, difficulty from 1 to 10, and the next due date."""

    stability: float
    difficulty: float
    practised_unix_ms: int
    due_unix_ms: int


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A demo that a learner practises from time to time.

    ``memory`` is None until the first rated practice, ``before`` is the memory before the last one: a rating can be
    replaced. ``attempt_id`` is the attempt that was rated; ``overruled``: by the learner's own word. ``takes_ms``: how
    long it takes, about. ``steps`` are the titles of the steps that were practised. ``snoozed_until``: the first day on
    which it may be asked for again; empty for none.
    """

    demo_id: str
    title: str
    schema_version: int = 1
    since_unix_ms: int = 0
    memory: Memory | None = None
    before: Memory | None = None
    rating: RecallRating | None = None
    attempt_id: str = ""
    overruled: bool = False
    takes_ms: int = 0
    steps: tuple[str, ...] = ()
    snoozed_until: str = ""


class PromptDay(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on a day, by ``demo_id``; what of it was done; and the time spent on practice, in ms."""

    day: str
    asked: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    spent_ms: int = 0


class DaysOff(msgspec.Struct, frozen=True, kw_only=True):
    """Days without prompts: days of the week (0 is Monday), and holidays as pairs of first and last day."""

    weekdays: tuple[int, ...] = ()
    holidays: tuple[tuple[str, str], ...] = ()


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """When a demo was looked up lately, oldest first. ``asked_unix_ms``: when the learner was asked to practise it.

    ``answered``: she said yes or no. Who was asked is not asked again, and no looks are kept then.
    """

    demo_id: str
    title: str
    at_unix_ms: tuple[int, ...] = ()
    asked_unix_ms: int = 0
    answered: bool = False
    takes_ms: int = 0
