"""The words of a day and of days off, alike on the screen and the command line; reads days that people type. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from library.format import count, join
from library.practice.prompts.model import DaysOff, Prompt
from library.practice.prompts.plan import MOST_A_DAY, WEEK_MS, minutes, too_long
from tui.services.practice.prompt_protocol import TodayKind, TodayLine, TodayPlan

HEADINGS = {
    TodayKind.PRACTICE: "Practise", TodayKind.QUESTION: "Practise it once?", TodayKind.REVIEW: "Reviews",
    TodayKind.STALE: "Your demos that may be out of date", TodayKind.NEED: "Needs you may know",
    TodayKind.DONE: "Done today",
}  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULE = f"At most {MOST_A_DAY} a day, {WEEK_MS // 60_000} min a week. What you leave is no debt. Seen by you only."


def summary(lines: Sequence[TodayLine]) -> str:
    """The day in one line: ``practice 1 (4 min) · 3 needs you may know``; empty for a free day."""
    by_kind = {kind: [line for line in lines if line.kind is kind] for kind in TodayKind}
    due, stale, needs = (by_kind[kind] for kind in (TodayKind.PRACTICE, TodayKind.STALE, TodayKind.NEED))
    total = sum(line.takes_min for line in due)
    return join([
        f"practice {len(due)} ({total} min)" if due else "",
        count(len(by_kind[TodayKind.REVIEW]), "review") if by_kind[TodayKind.REVIEW] else "",
        f"{len(stale)} of your demos may be out of date" if stale else "",
        f"{count(len(needs), 'need')} you may know" if needs else "",
    ])  # fmt: skip


def never_asked(prompt: Prompt) -> str:
    """Why a practice is never asked for, in words; empty when it is."""
    if not too_long(prompt):
        return ""
    return f"it takes about {minutes(prompt.takes_ms)} min, a week has {WEEK_MS // 60_000}, so you are not asked"


def no_practice(plan: TodayPlan, today: date) -> str:
    """Why there is no practice today, in words; empty when there is some."""
    if any(line.kind is TodayKind.PRACTICE for line in plan.lines):
        return ""
    if plan.next_day is None and plan.too_long:
        return f"You are asked for nothing: what you practise takes more than {WEEK_MS // 60_000} min. Try it yourself."
    if plan.next_day is None:
        return "You practise nothing yet. Try a demo (T on its page), and it comes again here."
    if plan.next_day <= today:
        return "No more practice today."
    return f"No practice today. The next is on {plan.next_day:%A}, {plan.next_day.isoformat()}."


def off_words(off: DaysOff) -> str:
    """The days off, in words; empty for none."""
    days = ", ".join(WEEKDAYS[day] for day in off.weekdays)
    spans = ", ".join(first if first == last else f"{first} to {last}" for first, last in off.holidays)
    return join([days, spans])


def weekdays_of(text: str) -> list[int]:
    """Days of the week as numbers (0 is Monday) from ``sat, sun``. Raises ValueError for anything else."""
    names = [part.strip().casefold() for part in text.replace(" ", ",").split(",") if part.strip()]
    if strange := [name for name in names if name[:3] not in WEEKDAYS]:
        raise ValueError(f"“{strange[0]}” is no day of the week; write sat, sun")
    return sorted({WEEKDAYS.index(name[:3]) for name in names})


def holiday_of(first: str, last: str = "") -> tuple[date, date] | None:
    """A holiday from its first and last day, or one day; None for empty texts. Raises ValueError for no date."""
    if not first:
        if last:
            raise ValueError("A holiday needs its first day")
        return None
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise ValueError("That is no day; write it like 2031-04-17") from error
