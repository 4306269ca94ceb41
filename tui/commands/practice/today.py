"""``showhow today``: what to practise today, and what else today has; the calendar feed; what is practised, and when.

What is kept lies in the learner's own folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from library.format import count, join
from library.practice.prompts.model import DaysOff, RecallRating
from tui.commands.options import CommandContext, DemoName, Json
from tui.console import plain, print_json, say, warn
from tui.services.practice.today_words import (
    HEADINGS,
    holiday_of,
    never_asked,
    no_practice,
    off_words,
    summary,
    weekdays_of,
)

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.practice.prompts.model import Prompt
    from tui.services.practice.prompt_protocol import TodayPlan
    from tui.services.practice.prompt_service import LocalPromptService

FEED_DAYS = 56
"""Days that the calendar holds: it is written anew as often as its user likes."""
_LATER_DAYS = 7
Ics = Annotated[Path | None, typer.Option("--ics", metavar="FILE", help="Write the next weeks as a calendar.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(invoke_without_command=True, help="What to practise today. Seen by you only.")
    group.callback()(today)
    for command in (every, add, drop, snooze, rate, off):
        group.command(command.__name__)(command)
    app.add_typer(group, name="today")


@contextmanager
def _prompts(cli: CommandContext) -> Iterator[tuple[Library, LocalPromptService]]:
    from tui.services.factory import prompt_service
    from tui.services.learning.service import LocalLearningService

    with cli.open_library() as library:
        learning = LocalLearningService(library, cli.settings.author, lambda: "")
        yield library, prompt_service(cli.settings, library, learning)


def today(context: typer.Context, ics: Ics = None, json: Json = False) -> None:
    """Show what to practise today, and what else today has for you. At most two a day, ten minutes a week."""
    if context.invoked_subcommand is not None:
        return
    with _prompts(context.obj) as (_, service):
        if ics is not None:
            _write_feed(service, ics, json=json)
            return
        plan = service.today()
        if json:
            print_json(plain(plan))
        else:
            _print(plan, service.prompts.today)


def _print(plan: TodayPlan, day: date) -> None:
    for trouble in plan.troubles:
        warn(trouble)
    for words in filter(None, (summary(plan.lines), no_practice(plan, day))):
        say(words)
    section = None
    for line in plan.lines:
        if line.kind is not section:
            section = line.kind
            say()
            say(HEADINGS[section])
        say(f"  {join([line.title, line.facts, line.why])}   [{line.key}]")


def _write_feed(service: LocalPromptService, target: Path, *, json: bool) -> None:
    from library.practice.prompts.calendar_feed import write_feed

    planned = service.ahead(FEED_DAYS)
    write_feed(target, planned, service.prompts.clock())
    if json:
        days = [{"day": day.isoformat(), "demo_id": prompt.demo_id} for day, prompt in planned]
        print_json({"path": str(target), "days": days})
    else:
        say(f"Wrote {count(len(planned), 'practice')} of the next {FEED_DAYS // 7} weeks to {target}.")


def every(context: typer.Context, json: Json = False) -> None:
    """List what you practise, and when each comes again; days without practice."""
    from tui.services.practice.prompt_service import RATINGS

    with _prompts(context.obj) as (_, service):
        found, damaged = service.prompts.readable()
        off, days = service.prompts.days_off(), {one.demo_id: service.due_in(one) for one in found}
    found.sort(key=lambda one: (days[one.demo_id], one.title))
    if json:
        shown = [_document(one, days[one.demo_id]) for one in found]
        print_json({"prompts": shown, "damaged": damaged, "days_off": plain(off)})
        return
    for one in found:
        last = f"last time {RATINGS[one.rating]}" if one.rating else "not practised yet"
        say(f"{join([never_asked(one) or _when(days[one.demo_id]), one.title, last])}   [{one.demo_id}]")
    if not found:
        say("You practise nothing yet. Try a demo: showhow try DEMO")
    if off_words(off):
        say(f"Without practice: {off_words(off)}")
    if damaged:
        warn(f"{count(damaged, 'record')} cannot be read and is left out.")


def add(context: typer.Context, demo: DemoName, json: Json = False) -> None:
    """Practise a demo from now on; one that takes more than a week's ten minutes is listed, but not asked for."""
    with _prompts(context.obj) as (library, service):
        found = library.catalog.resolve(demo)
        service.practise(found.demo_id)
        prompt = service.prompts.get(found.demo_id)
        _say(prompt, service, _promise(prompt, f"“{found.title}” comes on one of the next days."), json=json)


def drop(context: typer.Context, demo: DemoName, json: Json = False) -> None:
    """Practise a demo no more; also the answer no, when you are asked to."""
    with _prompts(context.obj) as (library, service):
        demo_id = _known_id(library, service, demo)
        service.end(demo_id)
    if json:
        print_json({"demo_id": demo_id})
    else:
        say("It is not asked for again.")


def snooze(
    context: typer.Context,
    demo: DemoName,
    days: Annotated[int, typer.Option(min=1, max=365, help="For how many days.")] = _LATER_DAYS,
    json: Json = False,
) -> None:
    """Put a practice off."""
    with _prompts(context.obj) as (library, service):
        demo_id = _known_id(library, service, demo)
        service.snooze(demo_id, days)
        prompt = service.prompts.get(demo_id)
        _say(prompt, service, _promise(prompt, f"It comes again in {count(days, 'day')} or later."), json=json)


def rate(
    context: typer.Context,
    demo: DemoName,
    rating: Annotated[RecallRating, typer.Argument(help="not yet, with help, alone, or alone and fast.")],
    json: Json = False,
) -> None:
    """Say how it went, in the place of what was seen."""
    with _prompts(context.obj) as (library, service):
        demo_id = _known_id(library, service, demo)
        words = service.overrule(demo_id, rating)
        _say(service.prompts.get(demo_id), service, f"{words}.", json=json)


def off(
    context: typer.Context,
    every_week: Annotated[
        str | None, typer.Option("--every", metavar="sat,sun", help="Days of the week without practice; '' for none.")
    ] = None,
    holiday: Annotated[
        tuple[str, str] | None, typer.Option(metavar="FIRST LAST", help="A holiday, like 2031-04-17 2031-04-30.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let all holidays go.")] = False,
    json: Json = False,
) -> None:
    """Show or set the days without practice. Nothing has to be caught up with."""
    from library.practice.prompts.log import PromptLog
    from library.practice.store import PracticeStore

    cli: CommandContext = context.obj
    try:
        days = None if every_week is None else weekdays_of(every_week)
        span = None if holiday is None else holiday_of(*holiday)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--every or --holiday") from error
    log = PromptLog(PracticeStore(cli.settings.mine_folder))
    kept: DaysOff = log.clear_holidays() if clear else log.days_off()
    if days is not None or span is not None:
        kept = log.keep_days_off(weekdays=days, holiday=span)
    if json:
        print_json(plain(kept))
    else:
        say(f"Without practice: {off_words(kept)}" if off_words(kept) else "Practice on every day.")


def _known_id(library: Library, service: LocalPromptService, name: str) -> str:
    """The demo's id; of one that has left the library only the whole id."""
    if service.prompts.get(name) is not None:
        return name
    return library.catalog.resolve(name).demo_id


def _promise(prompt: Prompt | None, words: str) -> str:
    """These words, or that it is not asked for."""
    never = never_asked(prompt) if prompt is not None else ""
    return (
        f"“{prompt.title}”: {never}. Do it when you like: showhow try {prompt.demo_id}" if prompt and never else words
    )


def _say(prompt: Prompt | None, service: LocalPromptService, words: str, *, json: bool) -> None:
    if json and prompt is not None:
        print_json(_document(prompt, service.due_in(prompt)))
    else:
        say(words)


def _document(prompt: Prompt, days: int) -> dict[str, Any]:
    return {
        "demo_id": prompt.demo_id, "title": prompt.title, "due_in_days": days, "rating": prompt.rating,
        "takes_ms": prompt.takes_ms, "snoozed_until": prompt.snoozed_until, "too_long": bool(never_asked(prompt)),
    }  # fmt: skip


def _when(days: int) -> str:
    return {0: "now, as there is room", 1: "tomorrow"}.get(days, f"in {days} days")
