"""``showhow worker``: run queued tasks; and ``--elsewhere`` of ``add`` and ``transcribe``, which queues them."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from library.format import age
from tui.commands.options import CommandContext, Json, demo_document, demo_lines
from tui.console import print_json, progress_bar, say, warn
from tui.services.recognizers import intake_options

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.intake.task_queue import WorkerOptions
    from library.intake.tasks import Task


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(worker)


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what waits, then end.")] = False,
    name: Annotated[str, typer.Option(help="What this worker is called.")] = platform.node(),
    list_them: Annotated[bool, typer.Option("--list", help="Only say what waits, is being done, or was done.")] = False,
    cancel: Annotated[str, typer.Option(metavar="TASK", help="Cancel a task instead.")] = "",
    dead_after: Annotated[float, typer.Option(help="Seconds of silence after which a worker counts as dead.")] = 30.0,
    json: Json = False,
) -> None:
    """Do for others what their machines are too small for: transcription and rendering, from the team's queue."""
    from library.intake.tasks import cancel_task, tasks, team_of

    cli: CommandContext = context.obj
    library = cli.open_library()
    team_of(library)
    if cancel:
        cancel_task(library, cancel)
    if list_them or cancel:
        found = tasks(library)
        if json:
            print_json({"tasks": found})
        else:
            for task in found:
                say(_line(task))
            say(f"{sum(task.state == 'waiting' for task in found)} waiting")
        return
    from library.intake.task_queue import WorkerOptions

    called = f"{name} {os.getpid()}"
    _work(cli, library, WorkerOptions(called, once=once, dead_s=dead_after), json=json)


def _work(cli: CommandContext, library: Library, worker: WorkerOptions, *, json: bool) -> None:
    from library.intake.task_queue import run_worker
    from library.intake.worker import work_on

    called, options = worker.name, intake_options(cli.settings)

    def run_task(task_id: str) -> None:
        demo = work_on(library, task_id, options, called, cli.settings.home / "work")
        if demo is not None and not json:
            say(f"Done: “{demo.title}” [{demo.demo_id}]")

    if not json:
        say(f"{called} works for {library.name}. Ctrl-C ends it after the task it is at.")
    run_worker(cli.settings.library_url, run_task, worker)
    if json:
        from library.intake.tasks import tasks

        print_json({"tasks": tasks(library)})


def _line(task: Task) -> str:
    percent = f" {100 * task.done // task.total} %" if task.state == "working" and task.total else ""
    what = {"words": "words for", "again": "surer words for", "demo": "a demo of"}[task.kind]
    at = f" by {task.worker}: {task.stage}{percent}" if task.state == "working" else ""
    error = f"\n  {task.error}" if task.error else ""
    return f"{task.state:<9} {what} “{task.title}” for {task.asker or 'somebody'}, {age(task.asked_unix_ms)}{at}{error}"


def add_elsewhere(
    cli: CommandContext,
    paths: list[Path],
    *,
    title: str,
    tags: tuple[str, ...],
    keep_all: bool,
    wait: bool,
    json: bool,
) -> None:
    """Queue recordings for a worker; with ``wait`` follow them to the end and print the demos.

    Of several, one that cannot be sent does not keep the others from it; then the exit code is 1.
    """
    from library.intake.tasks import ask_for_demo, team_of

    library, ids = cli.open_library(), []
    team_of(library)
    from library.intake.task_queue import enqueuer

    with progress_bar(shown=not json) as progress:
        for path in paths:
            try:
                ids.append(
                    ask_for_demo(
                        library, path, cli.settings.author, enqueuer(cli.settings.library_url), title=title, tags=tags,
                        keep_all=keep_all, progress=progress,
                    )
                )  # fmt: skip
            except ShowhowError as error:
                if len(paths) == 1:
                    raise
                warn(f"{path.name}: {error}")
    _follow(library, ids, wait=wait, json=json)
    if len(ids) < len(paths):
        raise typer.Exit(1)


def words_elsewhere(
    cli: CommandContext, library: Library, demo_id: str, *, again: bool, wait: bool, json: bool
) -> None:
    """Queue the transcription of a demo for a worker, or its second hearing; ``wait`` as in ``add_elsewhere``."""
    from library.intake.tasks import ask_for_words, team_of

    team_of(library)
    from library.intake.task_queue import enqueuer

    task_id = ask_for_words(library, demo_id, cli.settings.author, enqueuer(cli.settings.library_url), again=again)
    _follow(library, [task_id], wait=wait, json=json)


def _follow(library: Library, ids: list[str], *, wait: bool, json: bool) -> None:
    from library.intake.tasks import wait_for_task

    if not wait:
        print_json({"tasks": ids}) if json else say(f"Asked for: {', '.join(ids)}. See: showhow worker --list")
        return
    with progress_bar(shown=not json) as progress:
        demos = [wait_for_task(library, task_id, progress) for task_id in ids]
    if json:
        print_json(demo_document(demos[0]) if len(demos) == 1 else {"demos": [demo_document(demo) for demo in demos]})
        return
    for demo in demos:
        for line in demo_lines(demo):
            say(line)
