"""PromptLog: the prompts of the learner in the PracticeStore: begin, rate, snooze, end; what today asks for.

Owns that a damaged record takes nothing else with it, and that a clock set back neither asks for more nor stops asking.
``clock`` gives Unix time in ms.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta, tzinfo

from msgspec.structs import replace

from library.model import Demo, LibraryError, PracticeMode
from library.practice.model import Attempt
from library.practice.prompts.model import DaysOff, Memory, Prompt, PromptDay, RecallRating
from library.practice.prompts.plan import choose, day_of, due_on, minutes, on_day
from library.practice.prompts.ratings import rating_of
from library.practice.prompts.scheduler import practised
from library.practice.store import PracticeStore

PROMPT, PROMPT_DAY, DAYS_OFF = "prompt", "prompt-day", "days-off"
"""Kinds of these records in the store."""
_MINE = "mine"
_KEPT_DAYS = 14
_DAY_MS = 24 * 3_600_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_AS_LONG = 2
"""A first try takes about twice as long as the demo: it is watched, too."""


class PromptNotFound(LibraryError):
    """The learner has no prompt for that demo."""


def now_ms() -> int:
    """Unix time in ms."""
    return round(time.time() * 1000)


class PromptLog:
    """The prompts of one user. ``zone``: whose days count (None: this machine's). Raises LibraryError."""

    def __init__(self, store: PracticeStore, *, clock: Callable[[], int] = now_ms, zone: tzinfo | None = None) -> None:
        self.store, self.clock, self.zone = store, clock, zone

    @property
    def today(self) -> date:
        """Today's date."""
        return day_of(self.clock(), self.zone)

    # Prompts

    def readable(self) -> tuple[list[Prompt], int]:
        """Every prompt that can be read, and the number of those that are damaged."""
        return self.store.readable(PROMPT, Prompt)

    def get(self, demo_id: str) -> Prompt | None:
        """The prompt of a demo; None when there is none, or a damaged one."""
        return next((one for one in self.readable()[0] if one.demo_id == demo_id), None)

    def begin(self, demo: Demo) -> Prompt:
        """Practise a demo from now on; where that is so already, its title and steps are brought up to date."""
        known = self.get(demo.demo_id) or Prompt(
            demo_id=demo.demo_id, title=demo.title, since_unix_ms=self.clock(), takes_ms=_first_ms(demo),
            steps=_titles(demo),
        )  # fmt: skip
        return self._keep(replace(known, title=demo.title, snoozed_until=""))

    def end(self, demo_id: str) -> None:
        """Practise a demo no more; also where its record is damaged."""
        self.store.remove(PROMPT, demo_id)

    def snooze(self, demo_id: str, days: int) -> Prompt:
        """Ask for a demo no sooner than in so many days. Raises PromptNotFound."""
        prompt = self._existing(demo_id)
        return self._keep(replace(prompt, snoozed_until=(self.today + timedelta(days=days)).isoformat()))

    def note_attempt(self, attempt: Attempt, demo: Demo | None) -> Prompt | None:
        """Rate an attempt; its demo is practised from then on, unless its expert marked it to be looked up.

        ``demo`` is None when it is gone. The same attempt, compared once more, replaces its rating; the learner's own
        word stands. Returns the prompt; None when the attempt does not tell, or the demo is only looked up.
        """
        known, practice = self.get(attempt.demo_id), demo.practice if demo is not None else None
        if known is None and (practice is None or practice.mode is PracticeMode.LOOK_UP):
            return None
        rating = rating_of(attempt, practice.target_ms if practice is not None else None)
        if rating is None or (known is not None and known.attempt_id == attempt.attempt_id and known.overruled):
            return known
        took = attempt.comparison.took_ms if attempt.comparison is not None else 0
        prompt = known or Prompt(demo_id=attempt.demo_id, title=attempt.title, since_unix_ms=self.clock())
        again = prompt.attempt_id == attempt.attempt_id
        prompt = replace(
            prompt, title=demo.title if demo is not None else attempt.title, attempt_id=attempt.attempt_id,
            overruled=False, takes_ms=took or prompt.takes_ms, steps=tuple(step.title for step in attempt.steps),
        )  # fmt: skip
        if not again:
            self._note_done(attempt.demo_id, took)
        return self._rated(prompt, rating, anew=again)

    def overrule(self, demo_id: str, rating: RecallRating) -> Prompt:
        """Replace the last rating by the learner's own word. Raises PromptNotFound.

        Once it is due again, and where nothing was rated yet, the word tells of a practice that left no attempt.
        """
        prompt = self._existing(demo_id)
        today, memory = self.today, self._mended(prompt.memory)
        prompt = replace(prompt, memory=memory)
        new = memory is None or day_of(memory.practised_unix_ms, self.zone) < today
        anew = not (new and due_on(replace(prompt, snoozed_until="", takes_ms=0), today, self.zone))
        if not anew:
            self._note_done(demo_id, prompt.takes_ms)
        return self._rated(replace(prompt, overruled=True), rating, anew=anew)

    def _rated(self, prompt: Prompt, rating: RecallRating, *, anew: bool) -> Prompt:
        known = self._mended(prompt.memory)
        at = known.practised_unix_ms if anew and known is not None else self.clock()
        before = prompt.before if anew else known
        memory = practised(before, rating, at)
        return self._keep(replace(prompt, before=before, memory=memory, rating=rating, snoozed_until=""))

    def _mended(self, memory: Memory | None) -> Memory | None:
        """A memory of a day to come, by a clock that was ahead, as one of now: else it would not be due for long."""
        now = self.clock()
        if memory is None or memory.practised_unix_ms <= now + _DAY_MS:
            return memory
        ahead = memory.practised_unix_ms - now
        return replace(memory, practised_unix_ms=now, due_unix_ms=memory.due_unix_ms - ahead)

    def _existing(self, demo_id: str) -> Prompt:
        if (prompt := self.get(demo_id)) is None:
            raise PromptNotFound("You do not practise that demo", f"Begin: showhow today add {demo_id}")
        return prompt

    def _keep(self, prompt: Prompt) -> Prompt:
        self.store.put(PROMPT, prompt.demo_id, prompt, at_unix_ms=prompt.since_unix_ms, demo_id=prompt.demo_id)
        return prompt

    # Days

    def ask_today(self, there: Callable[[Prompt], bool] = lambda _: True) -> list[Prompt]:
        """The practice that today asks for and that is not done. What was asked for stays asked for all day.

        ``there`` says whether a demo can be practised.
        """
        prompts, days = [*map(self._on_time, self.readable()[0])], self.days()
        chosen = choose(prompts, days, self.clock(), self.days_off(), there=there, zone=self.zone)
        asked = dict.fromkeys([*on_day(days, self.today).asked, *(one.demo_id for one in chosen)])
        if len(asked) > len(on_day(days, self.today).asked):
            self._change_day(lambda day: replace(day, asked=tuple(asked)))
        return chosen

    def _on_time(self, prompt: Prompt) -> Prompt:
        mended = self._mended(prompt.memory)
        if mended is prompt.memory:
            return prompt
        return self._keep(replace(prompt, memory=mended))

    def days(self) -> list[PromptDay]:
        """The last days that can be read; those that lie farther ahead than a week are by a clock that was wrong."""
        first, last = self.today - timedelta(days=_KEPT_DAYS), self.today + timedelta(days=7)
        found = self.store.readable(PROMPT_DAY, PromptDay)[0]
        return [one for one in found if first.isoformat() <= one.day <= last.isoformat() and _DATE.fullmatch(one.day)]

    def _note_done(self, demo_id: str, took_ms: int) -> None:
        self._change_day(
            lambda day: replace(day, done=tuple(dict.fromkeys([*day.done, demo_id])), spent_ms=day.spent_ms + took_ms)
        )

    def _change_day(self, change: Callable[[PromptDay], PromptDay]) -> None:
        key = self.today.isoformat()
        known = next((day for day in self.days() if day.day == key), PromptDay(day=key))
        self.store.put(PROMPT_DAY, key, change(known), at_unix_ms=self.clock())
        oldest = (self.today - timedelta(days=_KEPT_DAYS)).isoformat()
        for old in self.store.readable(PROMPT_DAY, PromptDay)[0]:
            if old.day < oldest:
                self.store.remove(PROMPT_DAY, old.day)

    def days_off(self) -> DaysOff:
        """The days without prompts; none where they cannot be read."""
        return next(iter(self.store.readable(DAYS_OFF, DaysOff)[0]), DaysOff())

    def keep_days_off(
        self, *, weekdays: Sequence[int] | None = None, holiday: tuple[date, date] | None = None
    ) -> DaysOff:
        """Set the days of the week (0 is Monday), or add a holiday; those that are over are let go."""
        off = self.days_off()
        over = (self.today - timedelta(days=_KEPT_DAYS)).isoformat()
        holidays = {one for one in off.holidays if one[1] >= over}
        if holiday is not None:
            holidays.add((min(holiday).isoformat(), max(holiday).isoformat()))
        kept = off.weekdays if weekdays is None else tuple(sorted(set(weekdays)))
        return self._keep_off(DaysOff(weekdays=kept, holidays=tuple(sorted(holidays))))

    def clear_holidays(self) -> DaysOff:
        """Let all holidays go."""
        return self._keep_off(replace(self.days_off(), holidays=()))

    def _keep_off(self, off: DaysOff) -> DaysOff:
        self.store.put(DAYS_OFF, _MINE, off, at_unix_ms=self.clock())
        return off


def in_days(prompt: Prompt, today: date, zone: tzinfo | None = None) -> int:
    """In how many days a prompt is due; 0 for today, and for all that slid."""
    due = today if prompt.memory is None else day_of(prompt.memory.due_unix_ms, zone)
    due = max(due, date.fromisoformat(prompt.snoozed_until)) if _DATE.fullmatch(prompt.snoozed_until) else due
    return max(0, (due - today).days)


def total_minutes(prompts: Sequence[Prompt]) -> int:
    """Minutes that practising these takes."""
    return sum(minutes(one.takes_ms) for one in prompts)


def changed_since(prompt: Prompt, demo: Demo) -> bool:
    """Whether the steps of a demo are others than when it was practised last."""
    return prompt.memory is not None and prompt.steps != _titles(demo)


def _titles(demo: Demo) -> tuple[str, ...]:
    return tuple(step.title for step in demo.steps)


def _first_ms(demo: Demo) -> int:
    return _AS_LONG * demo.clip.duration_ms
