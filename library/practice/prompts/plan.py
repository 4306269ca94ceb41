"""Which prompts a day asks for: at most two, ten minutes in seven days, and no debt. Pure.

What is not done slides: nothing adds up, and no day asks for more because others were missed. First comes what is most
endangered, the least likely to be still known; in the second place something new, if there is any, so that neither
waits for ever behind the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import chain, zip_longest

from library.format import local
from library.practice.prompts.model import DaysOff, Prompt, PromptDay
from library.practice.prompts.scheduler import recall

MOST_A_DAY = 2
WEEK_MS = 10 * 60_000
WEEK_DAYS = 7
_MINUTE_MS = 60_000


def day_of(unix_ms: int, zone: tzinfo | None = None) -> date:
    """The date of a moment in ``zone`` (None: this machine's)."""
    return local(unix_ms, zone).date()


def day_off(day: date, off: DaysOff) -> bool:
    """Whether nothing is asked for on a day."""
    return day.weekday() in off.weekdays or any(first <= day.isoformat() <= last for first, last in off.holidays)


def minutes(takes_ms: int) -> int:
    """Whole minutes that a practice is counted with, at least one."""
    return max(1, -(-takes_ms // _MINUTE_MS))


def too_long(prompt: Prompt) -> bool:
    """Whether it takes more than a week's time, so that it is never asked for."""
    return minutes(prompt.takes_ms) * _MINUTE_MS > WEEK_MS


def due_on(prompt: Prompt, day: date, zone: tzinfo | None = None) -> bool:
    """Whether a prompt may be asked for on a day."""
    if prompt.snoozed_until > day.isoformat() or too_long(prompt):
        return False
    return prompt.memory is None or day_of(prompt.memory.due_unix_ms, zone) <= day


def by_need(due: Sequence[Prompt], now_unix_ms: int) -> Iterator[Prompt]:
    """Prompts in the order in which they are asked for."""
    known = [(recall(one.memory, now_unix_ms), one.demo_id, one) for one in due if one.memory is not None]
    known.sort(key=lambda entry: entry[:2])
    new = sorted((one for one in due if one.memory is None), key=lambda one: (one.since_unix_ms, one.demo_id))
    pairs = zip_longest((one for *_, one in known), new)
    return (one for one in chain.from_iterable(pairs) if one is not None)


def spent_ms(days: Sequence[PromptDay], today: date) -> int:
    """Time spent on practice in the seven days that end today, and on days that come later by a clock set back."""
    first = (today - timedelta(days=WEEK_DAYS - 1)).isoformat()
    return sum(day.spent_ms for day in days if first <= day.day)


def on_day(days: Sequence[PromptDay], today: date) -> PromptDay:
    """What today has asked for so far."""
    return next((day for day in days if day.day == today.isoformat()), PromptDay(day=today.isoformat()))


def choose(
    prompts: Sequence[Prompt],
    days: Sequence[PromptDay],
    now_unix_ms: int,
    off: DaysOff,
    *,
    there: Callable[[Prompt], bool] = lambda _: True,
    zone: tzinfo | None = None,
) -> list[Prompt]:
    """The practice that today asks for and that is not done, first what it has asked for already.

    ``there`` says whether a demo can be practised; it is asked of few. ``days`` are those of the last week.
    """
    today = day_of(now_unix_ms, zone)
    if day_off(today, off):
        return []
    # What was asked for on a day to come, before a clock was set back, counts as asked for today.
    counted = set[str]().union(*(day.asked for day in days if day.day >= today.isoformat()))
    due = {one.demo_id: one for one in prompts if due_on(one, today, zone)}
    asked = [due[one] for one in on_day(days, today).asked if one in due]
    new = [one for one in due.values() if one.demo_id not in counted] if len(counted) < MOST_A_DAY else []
    room, chosen = WEEK_MS - spent_ms(days, today), list[Prompt]()
    for prompt in chain(asked, by_need(new, now_unix_ms)):
        known = prompt.demo_id in counted
        if room < _MINUTE_MS or (not known and len(counted) == MOST_A_DAY):
            break
        if (takes := minutes(prompt.takes_ms) * _MINUTE_MS) <= room and there(prompt):
            chosen.append(prompt)
            counted.add(prompt.demo_id)
            room -= takes
    return chosen


def ahead(
    prompts: Sequence[Prompt],
    days: Sequence[PromptDay],
    now_unix_ms: int,
    off: DaysOff,
    *,
    count: int,
    there: Callable[[Prompt], bool] = lambda _: True,
    zone: tzinfo | None = None,
) -> list[tuple[date, Prompt]]:
    """What the next ``count`` days will ask for, today first, if each is done once on its day."""
    left, known = {one.demo_id: one for one in prompts}, list(days)
    planned = list[tuple[date, Prompt]]()
    for number in range(count):
        at = now_unix_ms if not number else _noon(day_of(now_unix_ms, zone) + timedelta(days=number), zone)
        today = day_of(at, zone)
        asked = [left.pop(one.demo_id) for one in choose([*left.values()], known, at, off, there=there, zone=zone)]
        planned += [(today, one) for one in asked]
        spent = sum(minutes(one.takes_ms) * _MINUTE_MS for one in asked)
        known.append(PromptDay(day=today.isoformat(), spent_ms=spent))
    return planned


def _noon(day: date, zone: tzinfo | None) -> int:
    return round(datetime.combine(day, time(12), tzinfo=zone).timestamp() * 1000)
