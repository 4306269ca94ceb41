"""``PromptService``: what screens may ask of today's practice; ``TodaySource``: who else has lines for Today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from library.model import Demo, Practice
from library.practice.model import Attempt
from library.practice.prompts.model import DaysOff, RecallRating


class TodayKind(StrEnum):
    """Sections of Today, in their order."""

    PRACTICE = "practice"
    QUESTION = "question"
    REVIEW = "review"
    STALE = "stale"
    NEED = "need"
    DONE = "done"


@dataclass(frozen=True)
class TodayLine:
    """One thing of today. ``key`` is the id of a demo, need or attempt; ``facts`` stand at the right."""

    kind: TodayKind
    key: str
    title: str
    facts: str = ""
    why: str = ""
    takes_min: int = 0


@dataclass(frozen=True)
class TodayPlan:
    """All of today.

    ``troubles``: what could not be read, one line each. ``next_day``: when practice comes again. ``too_long``: how many
    demos are practised that take too long to be asked for.
    """

    lines: tuple[TodayLine, ...] = ()
    troubles: tuple[str, ...] = ()
    next_day: date | None = None
    too_long: int = 0


class TodaySource(Protocol):
    """Lines for Today that are none of practice: reviews, demos to look after, needs."""

    def lines(self) -> Sequence[TodayLine]:
        """The lines now; empty where there is nothing. May raise LibraryError."""


class PromptService(Protocol):
    """Practice that is due, of this user. All methods may block: use a thread. Raises ShowhowError."""

    def today(self) -> TodayPlan:
        """Everything that today has for this user."""

    def told(self) -> str:
        """One line for the start: practice that is due, and a question, which is asked with it; empty for none."""

    def looked_up(self, demo: Demo) -> None:
        """The user looked a demo up; never fails."""

    def practise(self, demo_id: str) -> Demo:
        """Practise a demo from now on."""

    def end(self, demo_id: str) -> None:
        """Practise a demo no more, or say no to the question."""

    def snooze(self, demo_id: str, days: int) -> None:
        """Ask for a demo no sooner than in so many days."""

    def overrule(self, demo_id: str, rating: RecallRating) -> str:
        """Say how it went, in the place of what was seen; returns when it comes again, in words."""

    def after(self, attempt: Attempt) -> str:
        """When a demo comes again after an attempt, in words; empty when it does not."""

    def days_off(self) -> DaysOff:
        """Days without prompts."""

    def keep_days_off(self, weekdays: Sequence[int], holiday: tuple[date, date] | None) -> DaysOff:
        """Set the days of the week (0 is Monday), and add a holiday."""

    def guess(self, demo: Demo) -> Practice:
        """Marks for a demo that has none: to be looked up or practised, and why."""

    def mark(self, demo: Demo, marks: Practice) -> Demo:
        """File an expert's marks of a demo."""
