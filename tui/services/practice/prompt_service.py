"""``LocalPromptService``: today's practice of this user at the demos of one library, and its marks.

What is kept lies in the learner's own folder; only ``mark`` writes to the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta

from library.connection.library import Library
from library.format import count, join
from library.model import Demo, DemoNotFound, LibraryError, Practice, PracticeMode
from library.practice.marks import mark_practice
from library.practice.model import Attempt
from library.practice.prompts.guess import guess_practice
from library.practice.prompts.log import PromptLog, changed_since, in_days, total_minutes
from library.practice.prompts.looks import OFTEN, LookLog
from library.practice.prompts.model import DaysOff, Looks, Prompt, RecallRating
from library.practice.prompts.plan import ahead, day_off, minutes, on_day, too_long
from library.practice.store import PracticeStore
from tui.services.practice.prompt_protocol import TodayKind, TodayLine, TodayPlan, TodaySource
from tui.services.practice.today_words import never_asked

RATINGS = {
    RecallRating.AGAIN: "not yet", RecallRating.HARD: "with help", RecallRating.GOOD: "alone",
    RecallRating.EASY: "alone, and fast",
}  # fmt: skip
"""How a rating is said."""
_AHEAD = 366


class LocalPromptService:
    """``sources`` have the lines of Today that are none of practice; ``author`` signs marks."""

    def __init__(
        self, library: Library, store: PracticeStore, author: str = "", sources: Sequence[TodaySource] = ()
    ) -> None:
        self._library, self._author, self._sources = library, author, sources
        self.prompts, self.looks = PromptLog(store), LookLog(store)

    def today(self) -> TodayPlan:
        """Practice, the question, what others have for this user, and what is done."""
        lines, troubles = list[TodayLine](), list[str]()
        for part in (self._practice, self._question, *(source.lines for source in self._sources), self._done):
            try:
                lines += part()
            except LibraryError as error:
                troubles.append(str(error))
        order = list(TodayKind)
        lines.sort(key=lambda line: order.index(line.kind))
        with suppress(LibraryError):  # told above
            if damaged := self.prompts.readable()[1]:
                troubles.append(f"{count(damaged, 'record')} of your practice cannot be read and is left out.")
        return TodayPlan(tuple(lines), tuple(dict.fromkeys(troubles)), self._next_day(), self._too_long())

    def told(self) -> str:
        """One line for the start; the question counts as asked then."""
        due = self.prompts.ask_today(self._is_there)
        practice = f"practise {due[0].title}" if len(due) == 1 else count(len(due), "practice") if due else ""
        line = f"{practice} ({total_minutes(due)} min)" if due else ""
        question = None if day_off(self.prompts.today, self.prompts.days_off()) else self._open_question()
        asks = ""
        if question is not None and not question.asked_unix_ms:
            self.looks.told(question)
            asks = f"you looked “{question.title}” up {OFTEN} times: practise it once? {minutes(question.takes_ms)} min"
        return join([line, asks])

    def looked_up(self, demo: Demo) -> None:
        """Note a look of this user."""
        with suppress(LibraryError):  # a folder that cannot be written keeps nobody from looking
            self.looks.note(demo)

    def practise(self, demo_id: str) -> Demo:
        """Practise a demo from now on."""
        demo = self._library.catalog.get(demo_id)
        if not demo.steps:
            raise LibraryError("This demo has no steps yet", f"Add its words first: showhow transcribe {demo_id}")
        self.prompts.begin(demo)
        self.looks.answered(demo_id)
        return demo

    def end(self, demo_id: str) -> None:
        """Practise a demo no more, or say no to the question."""
        self.prompts.end(demo_id)
        self.looks.answered(demo_id)

    def snooze(self, demo_id: str, days: int) -> None:
        """Ask for a demo later."""
        self.prompts.snooze(demo_id, days)

    def overrule(self, demo_id: str, rating: RecallRating) -> str:
        """Say how it went."""
        return self._again(self.prompts.overrule(demo_id, rating))

    def after(self, attempt: Attempt) -> str:
        """When a demo comes again after an attempt."""
        prompt = self.prompts.get(attempt.demo_id)
        if prompt is None:
            return ""
        if prompt.attempt_id != attempt.attempt_id or prompt.rating is None:
            return "This try does not tell how it went; say it on Today"
        return self._again(prompt)

    def _again(self, prompt: Prompt) -> str:
        if never := never_asked(prompt):
            return f"{RATINGS[prompt.rating].capitalize()}; {never}" if prompt.rating else never.capitalize()
        days = self.due_in(prompt)
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        return f"{RATINGS[prompt.rating].capitalize()}: again {when}" if prompt.rating else f"Again {when}"

    def days_off(self) -> DaysOff:
        """Days without prompts."""
        return self.prompts.days_off()

    def keep_days_off(self, weekdays: Sequence[int], holiday: tuple[date, date] | None) -> DaysOff:
        """Set the days of the week, and add a holiday."""
        return self.prompts.keep_days_off(weekdays=weekdays, holiday=holiday)

    def guess(self, demo: Demo) -> Practice:
        """Marks for a demo that has none."""
        return guess_practice(demo)

    def mark(self, demo: Demo, marks: Practice) -> Demo:
        """File an expert's marks."""
        return mark_practice(
            self._library, demo.demo_id, mode=marks.mode, why=marks.why, free=marks.free, optional=marks.optional,
            target_ms=marks.target_ms or 0, by=self._author,
        )  # fmt: skip

    def due_in(self, prompt: Prompt) -> int:
        """In how many days a prompt is due; 0 for now."""
        return in_days(prompt, self.prompts.today, self.prompts.zone)

    def ahead(self, days: int) -> list[tuple[date, Prompt]]:
        """What the next days will ask for, if each is done on its day."""
        known, off = self.prompts.days(), self.prompts.days_off()
        prompts, now = self.prompts.readable()[0], self.prompts.clock()
        return ahead(prompts, known, now, off, count=days, there=self._is_there, zone=self.prompts.zone)

    # Lines

    def _practice(self) -> list[TodayLine]:
        return [self._line(TodayKind.PRACTICE, one) for one in self.prompts.ask_today(self._is_there)]

    def _line(self, kind: TodayKind, prompt: Prompt) -> TodayLine:
        demo = self._find(prompt.demo_id)
        last = f"last time {RATINGS[prompt.rating]}" if prompt.rating else "for the first time"
        why = demo.practice.why if demo is not None and demo.practice.mode is PracticeMode.PRACTISE else ""
        changed = "its steps have changed since" if demo is not None and changed_since(prompt, demo) else ""
        takes = minutes(prompt.takes_ms)
        title = demo.title if demo is not None else prompt.title
        return TodayLine(kind, prompt.demo_id, title, f"{takes} min", join([last, why, changed]), takes)

    def _question(self) -> list[TodayLine]:
        if (question := self._open_question()) is None or day_off(self.prompts.today, self.prompts.days_off()):
            return []
        self.looks.told(question)
        takes = minutes(question.takes_ms)
        why = f"You looked it up {OFTEN} times in two weeks. Nobody else knows."
        return [TodayLine(TodayKind.QUESTION, question.demo_id, question.title, f"{takes} min", why, takes)]

    def _open_question(self) -> Looks | None:
        question = self.looks.question()
        return question if question is not None and self._find(question.demo_id) is not None else None

    def _done(self) -> list[TodayLine]:
        done = on_day(self.prompts.days(), self.prompts.today).done
        found = filter(None, map(self.prompts.get, done))
        return [TodayLine(TodayKind.DONE, one.demo_id, one.title, self._again(one)) for one in found]

    def _next_day(self) -> date | None:
        """The first day on which something is due that is no day off; None when nothing is asked for."""
        with suppress(LibraryError):
            if days := [self.due_in(one) for one in self.prompts.readable()[0] if not too_long(one)]:
                first, off = self.prompts.today + timedelta(days=min(days)), self.prompts.days_off()
                return next((day for n in range(_AHEAD) if not day_off(day := first + timedelta(days=n), off)), None)
        return None

    def _too_long(self) -> int:
        with suppress(LibraryError):
            return sum(map(too_long, self.prompts.readable()[0]))
        return 0

    def _is_there(self, prompt: Prompt) -> bool:
        demo = self._find(prompt.demo_id)
        return demo is not None and bool(demo.steps)

    def _find(self, demo_id: str) -> Demo | None:
        with suppress(DemoNotFound):
            return self._library.catalog.get(demo_id)
        return None
