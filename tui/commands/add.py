"""``showhow add``: file takes and video files, single ones or whole folders."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from library.intake.watch_folder import WatchFolder, find_duplicate, is_take, recordings_in
from library.model import LibraryError
from tui.commands import worker as work
from tui.commands.options import (
    CommandContext,
    Elsewhere,
    Json,
    Language,
    Model,
    Translate,
    Wait,
    demo_document,
    demo_lines,
)
from tui.console import print_json, progress_bar, say, warn
from tui.services.recognizers import AS_SET, RecognizerOverrides, intake_options
from tui.services.second_hearing import hear_in_background

if TYPE_CHECKING:
    from library.model import Demo

_POLL_S = 2.0
"""Seconds between two scans of a watched folder. A file whose copy pauses for longer counts as complete: it is refused
as truncated, or filed again once it has grown."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(add)


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Take folders, video files, or folders of them.")
    ],
    title: Annotated[str | None, typer.Option(help="Its title; otherwise what was said first.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Cut nothing.")] = False,
    model: Model = None,
    language: Language = None,
    translate: Translate = False,
    elsewhere: Elsewhere = False,
    wait: Wait = True,
    watch: Annotated[bool, typer.Option("--watch", help="Go on and file what comes into the folder.")] = False,
    json: Json = False,
) -> None:
    """File recordings or any video: trim, transcribe, make steps, and put them into the library."""
    if title is not None and len(paths) > 1:
        raise typer.BadParameter("one title fits one PATH; add them one at a time", param_hint="--title")
    cli: CommandContext = context.obj
    if elsewhere:
        work.add_elsewhere(
            cli, paths, title=title or "", tags=tuple(tag or ()), keep_all=keep_all, wait=wait, json=json
        )
        return
    overrides = RecognizerOverrides(model, language, translate)
    each = partial(file_one, cli, title=title, tags=tag or [], keep_all=keep_all, overrides=overrides, json=json)
    if watch or any(path.is_dir() and not is_take(path) for path in paths):
        add_many(cli, paths, each, watch=watch, json=json)
        return
    demos = [each(path) for path in paths]
    if json:
        print_json(demo_document(demos[0]) if len(demos) == 1 else {"demos": [demo_document(demo) for demo in demos]})


def file_one(
    cli: CommandContext, path: Path, *, title: str | None = None, tags: list[str] | None = None,
    keep_all: bool = False,
    overrides: RecognizerOverrides = AS_SET, json: bool = False,
) -> Demo:  # fmt: skip
    """File one take or video: draft, bundle, library. Prints the demo unless ``json``. Raises ShowhowError."""
    from library.draft import edits
    from library.intake.pipeline import file, propose
    from library.intake.watch_folder import duplicates_of

    library = cli.open_library()
    with progress_bar(shown=not json) as progress:
        draft = propose(path, intake_options(cli.settings, keep_all=keep_all, overrides=overrides), progress)
        draft = edits.with_title(draft, title) if title is not None else draft
        draft = edits.with_tags(draft, tags) if tags else draft
        demo = file(draft, library, progress)
    if draft.no_words_because:
        warn(f"Filed without its words: {draft.no_words_because}")
    for note in draft.notes:
        warn(note)
    for twin in duplicates_of(library.catalog, demo):
        warn(f"The same recording is filed as {twin.demo_id} (“{twin.title}”) too. Remove one: showhow remove DEMO")
    if not json:
        for line in demo_lines(demo):
            say(line)
    if hear_in_background(cli.settings, library) and not json:
        say("Its words are heard once more in the background; surer ones become its next version.")
    return demo


def add_many(cli: CommandContext, paths: list[Path], add: Callable[[Path], Demo], *, watch: bool, json: bool) -> None:
    """File everything in the folders; prints a line for each duplicate and each failure. Exit code 1 if any failed."""
    done: dict[str, list[object]] = {"demos": [], "there": [], "failed": []}
    try:
        for path in _watched(paths) if watch else _recordings(paths):
            _add_one(cli, path, add, done, json=json)
    except KeyboardInterrupt:
        say("Stopped watching.") if watch and not json else None
    if json:
        print_json(done)
    elif not watch:
        counts = (f"{len(done['demos'])} filed", f"{len(done['there'])} there already", f"{len(done['failed'])} failed")
        say(", ".join(counts) + ".")
    if done["failed"]:
        raise typer.Exit(1)


def _add_one(
    cli: CommandContext, path: Path, add: Callable[[Path], Demo], done: dict[str, list[object]], *, json: bool
) -> None:
    try:
        twin = find_duplicate(path, cli.open_library().catalog.list())
        if twin is None:
            done["demos"].append(demo_document(add(path)))
            return
        done["there"].append({"path": str(path), "demo_id": twin.demo_id})
        say(f"{path.name} is filed already: “{twin.title}”, {twin.demo_id}") if not json else None
    except ShowhowError as error:
        done["failed"].append({"path": str(path), "error": str(error)})
        warn(f"{path.name}: {error}")


def _recordings(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        inside = recordings_in(path) if path.is_dir() and not is_take(path) else [path]
        if not inside:
            raise LibraryError(f"{path} is a folder without a recording in it", "Give a take folder or a video file.")
        yield from inside


def _watched(paths: list[Path]) -> Iterator[Path]:
    folders = [WatchFolder(path) for path in paths]
    while True:
        for folder in folders:
            yield from folder.ready()
        time.sleep(_POLL_S)
