"""``showhow try``: watch a demo, do it in the real program, see the difference.

On a terminal it opens the application there; with ``--for``, ``--json`` or without a terminal it records at once and
prints the comparison. Ctrl-C stops.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from capture.recorder.signal_requests import SignalRequests
from library.model import LibraryError
from library.practice.model import Attempt, PracticeLevel
from tui.commands.options import CommandContext, DemoName, Json
from tui.commands.practice.printing import print_attempt
from tui.commands.practice.service import practice_service
from tui.console import say, warn

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.model import Demo
    from tui.services.practice.service import RecordedAttempt

_LOOK_S = 0.2
Level = Annotated[
    PracticeLevel | None,
    typer.Option(help="see: watch it; try: with steps and hints; alone: without. Else as your tries so far lead to."),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("try")(try_demo)


def try_demo(
    context: typer.Context,
    demo: DemoName,
    level: Level = None,
    seconds: Annotated[float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="Stop by itself.")] = None,
    json: Json = False,
) -> None:
    """Do a demo yourself: video first, then your own try, recorded without sound and compared; seen by you only."""
    cli: CommandContext = context.obj
    if level is PracticeLevel.SEE:
        from tui.commands.demos import play

        play(context, demo, json=json)
    elif sys.stdin.isatty() and sys.stderr.isatty() and seconds is None and not json:
        _open_screen(cli, demo, level)
    else:
        _record(cli, demo, level, seconds, json=json)


def _open_screen(cli: CommandContext, name: str, level: PracticeLevel | None) -> None:
    from tui.app import run
    from tui.terminal import ask_terminal

    with cli.open_library() as library:
        demo_id = library.catalog.resolve(name).demo_id
    query = ask_terminal(os.environ)
    answers = None if query is None else query.answers()
    raise typer.Exit(run(cli.settings, answers, on_open=lambda navigator: navigator.try_demo(demo_id, level)))


def _record(cli: CommandContext, name: str, level: PracticeLevel | None, seconds: float | None, *, json: bool) -> None:
    with practice_service(cli) as (library, service):
        demo = library.catalog.resolve(name)
        with SignalRequests() as requests:  # also while it starts: a stop asked for then ends it at once
            running = service.begin(demo, level or service.level_for(demo))
            if not json:
                _tell_steps(demo, running)
            _wait(running, requests, seconds)
        attempt, whole = service.finish(running, ())
        if not whole:
            attempt = service.complete(attempt)
        print_attempt(attempt, json=json)
        if not json:
            _tell_next(library, cli, attempt)


def _tell_next(library: Library, cli: CommandContext, attempt: Attempt) -> None:
    """When the demo comes again. Whatever cannot be read there is told by ``showhow today``."""
    from library.practice.store import PracticeStore
    from tui.services.practice.prompt_service import LocalPromptService

    with suppress(LibraryError):
        if words := LocalPromptService(library, PracticeStore(cli.settings.mine_folder)).after(attempt):
            say(f"{words}. See: showhow today every")


def _tell_steps(demo: Demo, running: RecordedAttempt) -> None:
    warn(f"Do “{demo.title}” in the program. Your screen is recorded, without sound; only you see it. Ctrl-C stops.")
    if running.attempt.level is not PracticeLevel.ALONE:
        for step in demo.steps:
            say(f"{step.number:>3}  {step.title}")


def _wait(running: RecordedAttempt, requests: SignalRequests, seconds: float | None) -> None:
    """Until a stop is asked for, the time has passed, or the recorder has ended by itself."""
    while not running.ended and not requests.stop.wait(_LOOK_S):
        if seconds is not None and running.elapsed_ms >= seconds * 1000:
            return
