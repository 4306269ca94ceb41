"""``showhow add``: file takes and video files, single ones or whole folders."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from library.intake.replacing.step_wanted import StepWanted, wanted_by
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
from tui.commands.replacing import Replace, file_replaced, wanted_step
from tui.console import print_json, progress_bar, say, warn
from tui.services.recognizers import AS_SET, RecognizerOverrides, intake_options
from tui.services.second_hearing import hear_in_background

if TYPE_CHECKING:
    from library.model import Demo

_Done = dict[str, list[object]]
"""What became of each recording: ``demos``, ``there`` already, ``failed``."""
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
    replace: Replace = None,
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
    if replace is not None and (elsewhere or watch or len(paths) > 1 or title is not None or tag):
        raise typer.BadParameter("give one recording and nothing else to do with it", param_hint="--replace")
    if elsewhere:
        work.add_elsewhere(
            cli, paths, title=title or "", tags=tuple(tag or ()), keep_all=keep_all, wait=wait, json=json
        )
        return
    overrides = RecognizerOverrides(model, language, translate)
    wanted = wanted_step(cli, replace) if replace is not None else None
    each = partial(
        file_one, cli, title=title, tags=tag or [], keep_all=keep_all, overrides=overrides, wanted=wanted, json=json
    )
    if watch or len(paths) > 1 or _is_folder_of_recordings(paths[0]):
        add_many(cli, paths, each, watch=watch, json=json)
        return
    demo = each(paths[0])
    if json:
        print_json(demo_document(demo))


def _is_folder_of_recordings(path: Path) -> bool:
    return path.is_dir() and not is_take(path)


def file_one(
    cli: CommandContext, path: Path, *, title: str | None = None, tags: list[str] | None = None,
    keep_all: bool = False,
    overrides: RecognizerOverrides = AS_SET, wanted: StepWanted | None = None, json: bool = False,
) -> Demo:  # fmt: skip
    """File one take or video: draft, bundle, library. Prints the demo unless ``json``. Raises ShowhowError.

    ``wanted``, or what a take itself says: the step of a filed demo whose place it takes.
    """
    if (wanted := wanted or wanted_by(path)) is not None:
        return file_replaced(cli, path, wanted, overrides, keep_all=keep_all, json=json)
    return _file_new(cli, path, title=title, tags=tags, keep_all=keep_all, overrides=overrides, json=json)


def _file_new(
    cli: CommandContext, path: Path, *, title: str | None, tags: list[str] | None, keep_all: bool,
    overrides: RecognizerOverrides, json: bool,
) -> Demo:  # fmt: skip
    from library.draft import edits
    from library.intake.pipeline import file, propose
    from library.intake.watch_folder import duplicates_of
    from tui.services.kept_drafts import forget_draft, keep_draft, kept_draft

    library = cli.open_library()
    library.store.try_write()  # a place that cannot be written says so now, not after the work
    with progress_bar(shown=not json) as progress:
        as_set = overrides == AS_SET and not keep_all
        heard = kept_draft(cli.settings, path) if as_set else None
        if heard is None:
            heard = propose(path, intake_options(cli.settings, keep_all=keep_all, overrides=overrides), progress)
        draft = edits.with_title(heard, title) if title is not None else heard
        draft = edits.with_tags(draft, tags) if tags else draft
        try:
            demo = file(draft, library, progress)
        except ShowhowError as error:
            if not as_set or not keep_draft(cli.settings, heard):
                raise
            raise LibraryError(error.what, f"{error.remedy} What was heard is kept: add it again.") from error
        forget_draft(cli.settings, heard)
    if draft.no_words_because:
        warn(f"Filed without its words: {draft.no_words_because}")
    for note in draft.notes:
        warn(f"{path.name}: {note}")
    for twin in duplicates_of(library.catalog, demo):
        warn(f"The same recording is filed as {twin.demo_id} (“{twin.title}”) too. Remove one: showhow remove DEMO")
    if not json:
        for line in demo_lines(demo):
            say(line)
    if hear_in_background(cli.settings, library) and not json:
        say("Its words are heard once more in the background; surer ones become its next version.")
    return demo


def add_many(cli: CommandContext, paths: list[Path], add: Callable[[Path], Demo], *, watch: bool, json: bool) -> None:
    """File several recordings, and everything in folders; one that fails does not keep the others from being filed.

    Prints a line for each duplicate and each failure. Exit code 1 if any failed.
    """
    done: _Done = {"demos": [], "there": [], "failed": []}
    try:
        for path in _watched(paths) if watch else _recordings(paths, done):
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


def _add_one(cli: CommandContext, path: Path, add: Callable[[Path], Demo], done: _Done, *, json: bool) -> None:
    try:
        twin = find_duplicate(path, cli.open_library().catalog.list())
        if twin is None:
            done["demos"].append(demo_document(add(path)))
            return
        done["there"].append({"path": str(path), "demo_id": twin.demo_id})
        say(f"{path.name} is filed already: “{twin.title}”, {twin.demo_id}") if not json else None
    except ShowhowError as error:
        _failed(path, str(error), done)
    except Exception as error:  # noqa: BLE001  a fault of showhow at one file must not cost the others
        _failed(path, f"showhow failed at it ({type(error).__name__}: {error}). Please report it.", done)


def _failed(path: Path, why: str, done: _Done) -> None:
    done["failed"].append({"path": str(path), "error": why})
    warn(f"{path.name}: {why}")


def _recordings(paths: list[Path], done: _Done) -> Iterator[Path]:
    for path in paths:
        if not _is_folder_of_recordings(path):
            yield path
            continue
        try:
            inside = recordings_in(path, lambda folder, error: _failed(folder, str(error), done))
        except LibraryError as error:
            _failed(path, str(error), done)
            continue
        if not inside:
            _failed(path, "It is a folder without a recording in it. Give a take folder or a video file.", done)
        yield from inside


def _watched(paths: list[Path]) -> Iterator[Path]:
    """What comes into the folders, for ever. A folder that was there and is gone, as a drive, is waited for."""
    folders, away = {path: WatchFolder(path) for path in paths}, set[Path]()
    ready = [recording for folder in folders.values() for recording in folder.ready()]
    while True:
        yield from ready
        time.sleep(_POLL_S)
        ready = []
        for path, folder in folders.items():
            try:
                ready += folder.ready()
                away.discard(path)
            except LibraryError as error:
                if path not in away:
                    warn(f"{error} It is looked for again.")
                away.add(path)
