"""``TodayWorkflow``: practice that is due: told at the start, put off, rated, ended; days off; marks of experts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from capture.errors import ShowhowError
from library.model import Demo, Practice, PracticeMode
from library.practice.model import Attempt
from library.practice.prompts.model import RecallRating
from tui.screens.dialogs import ChoiceDialog, Field, FormDialog
from tui.services.practice.prompt_protocol import PromptService
from tui.services.practice.today_words import WEEKDAYS, holiday_of, off_words, weekdays_of
from tui.workflows.base import Workflow

_TOLD_S = 12.0
_LATER = ((1, "Tomorrow"), (3, "In three days"), (7, "In a week"), (30, "In a month"))
_RATINGS = (
    (RecallRating.AGAIN, "Not yet", "something was missing"), (RecallRating.HARD, "With help", "hints, or slowly"),
    (RecallRating.GOOD, "Alone", ""), (RecallRating.EASY, "Alone, and fast", ""),
)  # fmt: skip
_MODES = {"practise": PracticeMode.PRACTISE, "look up": PracticeMode.LOOK_UP, "": PracticeMode.UNMARKED}


class TodayWorkflow(Workflow):
    """Workflows of practice that is due."""

    @property
    def _prompts(self) -> PromptService | None:
        return self.context.services.prompts

    def show_today(self) -> None:
        """Open Today."""
        from tui.screens.practice.today import TodayScreen

        if self._prompts is not None:
            self.app.push_screen(TodayScreen(self._prompts))

    def tell_today(self) -> None:
        """Say in one line what is to be practised; nothing when there is nothing, or when it cannot be read."""
        self.begin(self._tell_today)

    async def _tell_today(self) -> None:
        if self._prompts is None:
            return
        with suppress(ShowhowError):  # Today and the command say what is wrong
            if line := await asyncio.to_thread(self._prompts.told):
                self.app.notify(f"Today: {line}   ^t", markup=False, timeout=_TOLD_S)

    def note_look(self, demo: Demo) -> None:
        """The user looked a demo up; kept for her alone."""
        if (prompts := self._prompts) is not None:

            async def note() -> None:
                await asyncio.to_thread(prompts.looked_up, demo)

            self.begin(note)

    async def say_after(self, attempt: Attempt) -> None:
        """Say when a demo comes again after an attempt."""
        if self._prompts is not None:
            with suppress(ShowhowError):  # the attempt itself is kept
                if words := await asyncio.to_thread(self._prompts.after, attempt):
                    self.say(words)

    def practise(self, demo_id: str) -> None:
        """Practise a demo from now on, and begin."""

        async def practise() -> None:
            if self._prompts is not None and await self.ask(self._prompts.practise, demo_id) is not None:
                self.context.navigator.try_demo(demo_id)

        self.begin(practise)

    def snooze(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Ask for how long a demo is put off."""
        options = [(words, "") for _, words in _LATER]

        async def snooze() -> None:
            chosen = await self.app.push_screen_wait(ChoiceDialog(f"Practise “{title}” again", options))
            if chosen is not None and self._prompts is not None:
                await self._change(partial(self._prompts.snooze, demo_id, _LATER[chosen][0]), "Put off", done)

        self.begin(snooze)

    def rate(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Ask how a practice went."""
        options = [(words, why) for _, words, why in _RATINGS]

        async def rate() -> None:
            chosen = await self.app.push_screen_wait(ChoiceDialog(f"How did “{title}” go?", options))
            if chosen is None or self._prompts is None:
                return
            if words := await self.ask(self._prompts.overrule, demo_id, _RATINGS[chosen][0]):
                self.say(words)
                done()

        self.begin(rate)

    def end_practice(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Practise a demo no more; also the answer no to the question."""

        async def end() -> None:
            if self._prompts is not None:
                await self._change(partial(self._prompts.end, demo_id), f"“{title}” is not asked for again", done)

        self.begin(end)

    def set_days_off(self, done: Callable[[], None]) -> None:
        """Ask for days of the week without practice, and for a holiday."""
        self.begin(partial(self._set_days_off, done))

    async def _set_days_off(self, done: Callable[[], None]) -> None:
        prompts = self._prompts
        off = await self.ask(prompts.days_off) if prompts is not None else None
        if prompts is None or off is None:
            return
        fields = (
            Field("Every", ", ".join(WEEKDAYS[day] for day in off.weekdays), "sat, sun; empty for none"),
            Field("Holiday from", "", "2031-04-17; empty for none"), Field("to", "", "the last day of it"),
        )  # fmt: skip
        answer = await self.app.push_screen_wait(FormDialog("Days without practice", *fields))
        if answer is None:
            return
        try:
            days, holiday = weekdays_of(answer[0]), holiday_of(answer[1], answer[2])
        except ValueError as error:
            self.say(f"{error}. Nothing was changed.", "error")
            return
        if (now := await self.ask(prompts.keep_days_off, days, holiday)) is not None:
            self.say(f"No practice on {off_words(now)}" if off_words(now) else "Practice on every day")
            done()

    async def _change(self, work: Callable[[], Any], words: str, done: Callable[[], None]) -> None:
        if await self.ask(_call, work):
            self.say(words)
            done()

    # Marks of an expert

    def mark_practice(self, demo: Demo, done: Callable[[Demo], None]) -> None:
        """Ask whether a demo is to be practised or looked up, and why; proposed is what its words say."""
        self.begin(partial(self._mark_practice, demo, done))

    async def _mark_practice(self, demo: Demo, done: Callable[[Demo], None]) -> None:
        prompts, marks = self._prompts, demo.practice
        if prompts is None:
            return
        if marks.mode is PracticeMode.UNMARKED:
            marks = await self.ask(prompts.guess, demo) or marks
        guessed = marks.mode is not demo.practice.mode
        answer = await self.app.push_screen_wait(FormDialog("Practise it, or look it up?", *_fields(marks, guessed)))
        if answer is None:
            return
        try:
            given = marks_of(answer)
        except ValueError as error:
            self.say(f"{error}. Nothing was changed.", "error")
            return
        if marked := await self.ask(prompts.mark, demo, given):
            self.say(f"Marked “{marked.title}”")
            done(marked)


def _fields(marks: Practice, guessed: bool) -> list[Field]:
    mode = next(word for word, mode in _MODES.items() if mode is marks.mode)
    target = f"{marks.target_ms / 1000:g}" if marks.target_ms else ""
    return [
        Field("It is one to" + (" (a guess)" if guessed else ""), mode, "practise, look up; empty: not marked",
              ("practise", "look up")),
        Field("Why", marks.why, "why, for those who learn it"),
        Field("Target, seconds", target, "how fast it can be done; empty for no target"),
        Field("In any order", ", ".join(map(str, marks.free)), "steps, like 3, 4"),
        Field("Optional", ", ".join(map(str, marks.optional)), "steps that may be left out"),
    ]  # fmt: skip


def marks_of(answer: tuple[str, ...]) -> Practice:
    """The marks that a filled form says. Raises ValueError with words for the user."""
    mode, why, seconds, free, optional = answer
    word = mode.strip().casefold().replace("-", " ")
    if word not in _MODES:
        raise ValueError(f"“{mode}” is neither practise nor look up")
    try:
        target = round(float(seconds.replace(",", ".")) * 1000) if seconds else 0
    except (ValueError, OverflowError):
        target = -1
    if target < 0:
        raise ValueError(f"“{seconds}” is no number of seconds")
    return Practice(
        mode=_MODES[word], why=why, target_ms=target, free=_numbers(free), optional=_numbers(optional)
    )  # fmt: skip


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise ValueError(f"“{text}” are no numbers of steps; write 3, 4")
    return tuple(map(int, parts))


def _call(work: Callable[[], Any]) -> bool:
    """Whether ``work`` returned, as ``ask`` gives None for an error."""
    work()
    return True
