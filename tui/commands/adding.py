"""``showhow add FOLDER``: every recording in it, once, and with ``--watch`` those that come later.

Owns that one bad file does not stop the others, and that a copy of what is filed already is not filed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from capture.errors import ShowhowError
from library.intake.watch_folder import Watched, is_take, recordings_in, twin_of
from library.model import LibraryError
from tui.commands.common import Door, demo_document
from tui.output import print_json, say, warn

if TYPE_CHECKING:
    from library.model import Demo

_LOOK_S = 2.0
"""How often a watched folder is looked at; a copy that pauses for longer is taken for whole, and refused as cut short
or filed again when it has grown."""


def add_many(door: Door, paths: list[Path], add: Callable[[Path], Demo], *, watch: bool, json: bool) -> None:
    """File what is in the folders; a line for each that is there already or cannot be filed. Exit 1 for the latter."""
    done: dict[str, list[object]] = {"demos": [], "there": [], "failed": []}
    try:
        for path in _watched(paths) if watch else _found(paths):
            _one(door, path, add, done, json=json)
    except KeyboardInterrupt:
        say("Stopped watching.") if watch and not json else None
    if json:
        print_json(done)
    elif not watch:
        counts = (f"{len(done['demos'])} filed", f"{len(done['there'])} there already", f"{len(done['failed'])} failed")
        say(", ".join(counts) + ".")
    if done["failed"]:
        raise typer.Exit(1)


def _one(door: Door, path: Path, add: Callable[[Path], Demo], done: dict[str, list[object]], *, json: bool) -> None:
    try:
        twin = twin_of(path, door.open_library().catalog.list())
        if twin is None:
            done["demos"].append(demo_document(add(path)))
            return
        done["there"].append({"path": str(path), "demo_id": twin.demo_id})
        say(f"{path.name} is filed already: “{twin.title}”, {twin.demo_id}") if not json else None
    except ShowhowError as error:
        done["failed"].append({"path": str(path), "error": str(error)})
        warn(f"{path.name}: {error}")


def _found(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        inside = recordings_in(path) if path.is_dir() and not is_take(path) else [path]
        if not inside:
            raise LibraryError(f"{path} is a folder without a recording in it", "Give a take folder or a video file.")
        yield from inside


def _watched(paths: list[Path]) -> Iterator[Path]:
    folders = [Watched(path) for path in paths]
    while True:
        for folder in folders:
            yield from folder.ready()
        time.sleep(_LOOK_S)
