"""Today without a store: lines that are given, and what was asked of it."""
# ruff: noqa: ARG002  a fake takes what the protocol gives, whether it needs it or not

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from library.model import Demo, LibraryError, Practice
from library.practice.model import Attempt
from library.practice.prompts.guess import guess_practice
from library.practice.prompts.model import DaysOff, RecallRating
from tests.tui.fake_library_service import FakeLibraryService
from tui.services.practice.prompt_protocol import TodayKind, TodayLine, TodayPlan

PLAN = (
    TodayLine(TodayKind.PRACTICE, "d-raise", "Raise a purchase order", "4 min",
              "last time with help · errors are costly: “can’t be undone”", 4),
    TodayLine(TodayKind.PRACTICE, "d-approve", "Approve a purchase order", "2 min", "for the first time", 2),
    TodayLine(TodayKind.QUESTION, "d-book", "Book a meeting room", "3 min",
              "You looked it up 4 times in two weeks. Nobody else knows.", 3),
    TodayLine(TodayKind.STALE, "d-raise", "Print an address label", "review was due 2026-10-01"),
    TodayLine(TodayKind.NEED, "n1", "split an order", "3 votes", "a customer asks for it"),
    TodayLine(TodayKind.DONE, "d-approve", "Check the stock", "Alone: again in 11 days"),
)  # fmt: skip


@dataclass
class FakePromptService:
    """Keeps what it was asked."""

    library: FakeLibraryService
    plan: TodayPlan = field(default_factory=TodayPlan)
    line: str = ""
    looks: list[str] = field(default_factory=list)
    done: list[tuple[str, ...]] = field(default_factory=list)
    off: DaysOff = field(default_factory=DaysOff)
    marked: list[Practice] = field(default_factory=list)
    fail: list[str] = field(default_factory=list)

    def fill(self) -> None:
        """A day with something of each kind, about the sample's demos."""
        ids = [demo.demo_id for demo in self.library.demos]
        keys = {"d-raise": ids[0], "d-approve": ids[1], "d-book": ids[2]}
        lines = tuple(
            TodayLine(one.kind, keys.get(one.key, one.key), one.title, one.facts, one.why, one.takes_min)
            for one in PLAN
        )
        self.plan = TodayPlan(lines, next_day=date(2031, 4, 17))

    def _check(self) -> None:
        if self.fail:
            raise LibraryError(self.fail.pop(0))

    def today(self) -> TodayPlan:
        self._check()
        return self.plan

    def told(self) -> str:
        self._check()
        return self.line

    def looked_up(self, demo: Demo) -> None:
        self.looks.append(demo.demo_id)

    def practise(self, demo_id: str) -> Demo:
        self.done.append(("practise", demo_id))
        return self.library.demo(demo_id)

    def end(self, demo_id: str) -> None:
        self.done.append(("end", demo_id))
        self.plan = TodayPlan(tuple(line for line in self.plan.lines if line.key != demo_id))

    def snooze(self, demo_id: str, days: int) -> None:
        self.done.append(("snooze", demo_id, str(days)))

    def overrule(self, demo_id: str, rating: RecallRating) -> str:
        self.done.append(("rate", demo_id, rating.value))
        return "Alone: again in 11 days"

    def after(self, attempt: Attempt) -> str:
        return "With help: again in 2 days"

    def days_off(self) -> DaysOff:
        return self.off

    def keep_days_off(self, weekdays: Sequence[int], holiday: tuple[date, date] | None) -> DaysOff:
        spans = [(holiday[0].isoformat(), holiday[1].isoformat())] if holiday else []
        self.off = DaysOff(weekdays=tuple(weekdays), holidays=(*self.off.holidays, *spans))
        return self.off

    def guess(self, demo: Demo) -> Practice:
        return guess_practice(demo)

    def mark(self, demo: Demo, marks: Practice) -> Demo:
        self._check()
        self.marked.append(marks)
        return replace(demo, practice=marks, version=demo.version + 1)
