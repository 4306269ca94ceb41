"""Tasks for workers on other machines, from the requester's side: request, follow, cancel.

Owns the record of a task, next to the queue. Does not execute tasks: ``library/intake/worker.py`` does.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from capture.errors import Cancelled
from capture.files import prepared
from capture.progress import Progress, silent
from library.connection.library import Library
from library.files import library_errors
from library.maintenance.stats import Work
from library.model import Demo, LibraryError
from library.storage.store import newest

if TYPE_CHECKING:  # it brings a database's driver, which only a team needs
    from library.connection.team import TeamState

WAITING, WORKING, DONE, FAILED, CANCELLED = "waiting", "working", "done", "failed", "cancelled"
_POLL_S = 0.5
_COLUMNS = (
    "task_id", "kind", "title", "asker", "detail", "state", "done", "total", "stage", "worker", "demo_id", "error",
    "attempts", "asked_unix_ms", "changed_unix_ms",
)  # fmt: skip
"""The fields of a Task in the order of the columns that the statements of ``sql/team.sql`` select."""
_SOURCE_FILES = ("take.json", "take.mp4", "changes.jsonl", "events.jsonl", "draft.json")


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Details of a task. ``video``: the name of a plain video file; empty for a take.

    ``changed_unix_ns``: modification time of each file on the requester's machine. A worker sets it on its copy: it
    is part of the clip's key, by which a demo that was filed before is recognized.
    """

    demo_id: str = ""
    video: str = ""
    video_name: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    keep_all: bool = False
    changed_unix_ns: dict[str, int] = {}


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A requested task; ``state`` as above.

    ``kind``: ``words`` for a filed demo, ``again`` for its second hearing, ``demo`` from a recording.
    """

    task_id: str
    kind: str
    title: str
    asker: str
    state: str
    detail: Detail = Detail()
    done: int = 0
    total: int = 0
    stage: str = ""
    worker: str = ""
    demo_id: str = ""
    error: str = ""
    attempts: int = 0
    asked_unix_ms: int = 0
    changed_unix_ms: int = 0


def work_of(library: Library) -> Work:
    """Numbers of tasks by state; zero for a library in a folder, which has no workers. Raises LibraryError."""
    if library.team is None:
        return Work()
    states = Counter(task.state for task in tasks(library))
    return Work(states[WAITING], states[WORKING], states[FAILED])


def team_of(library: Library) -> TeamState:
    """The shared state of a team's library. Raises LibraryError for a library in a folder."""
    if library.team is None:
        what = "Work for another machine needs a team's library, in PostgreSQL"
        raise LibraryError(what, "See docs/growing.md, or do it here.")
    return library.team


def ask_for_words(
    library: Library, demo_id: str, asker: str, enqueue: Callable[[str], None], *, again: bool = False
) -> str:
    """Request the transcription of a filed demo, or its second hearing (``again``); returns the task's id."""
    team_of(library)
    demo, kind = newest(library.store, demo_id), "again" if again else "words"
    task_id = f"{kind}-{demo_id}-{demo.version}"
    detail = Detail(demo_id=demo_id)
    return _ask(library, task_id, enqueue, kind=kind, title=demo.title, asker=asker, detail=detail)


def ask_for_demo(
    library: Library, source: Path, asker: str, enqueue: Callable[[str], None], *, title: str = "",
    tags: tuple[str, ...] = (), keep_all: bool = False, progress: Progress = silent,
) -> str:  # fmt: skip
    """Send a recording to a worker, which makes and files the demo; returns the task's id.

    A take that was reviewed is filed as reviewed. A second request for the same recording returns the same task.
    """
    from library.intake.captions_there import carried_captions
    from library.intake.source import open_source

    team_of(library)
    found = open_source(source)
    task_id = f"demo-{found.source_id}"
    if (there := find_task(library, task_id)) is not None and there.state == DONE:
        return task_id
    if found.take is None:
        files = {f"video{found.path.suffix.lower()}": found.path}
        files |= carried_captions(found.path, "video")
    else:
        files = {name: found.path / name for name in _SOURCE_FILES if (found.path / name).is_file()}
    with library_errors(f"read {source}"):
        changed = {name: path.stat().st_mtime_ns for name, path in files.items()}
    library.store.inbox.send(task_id, files, progress)
    detail = Detail(
        video="" if found.take else next(iter(files)), video_name=found.name, title=title, tags=tags, keep_all=keep_all,
        changed_unix_ns=changed,
    )  # fmt: skip
    return _ask(library, task_id, enqueue, kind="demo", title=title or found.name, asker=asker, detail=detail)


def _ask(
    library: Library, task_id: str, enqueue: Callable[[str], None], *, kind: str, title: str, asker: str, detail: Detail
) -> str:
    """Insert the task, or reset one that failed or was cancelled, and add it to the queue."""
    team, json = team_of(library), msgspec.json.encode(detail).decode()
    team.run("ask_task", task_id=task_id, kind=kind, title=title, asker=asker, detail=json)
    team.run("ask_again", task_id=task_id, detail=json)
    enqueue(task_id)
    return task_id


def find_task(library: Library, task_id: str) -> Task | None:
    """The current record of a task; None when there is none."""
    rows = team_of(library).fetch("task", task_id=task_id)
    return _task(rows[0]) if rows else None


def tasks(library: Library, days: int = 7) -> list[Task]:
    """Tasks that wait, run, or ended within ``days``; last requested first."""
    return [_task(row) for row in team_of(library).fetch("tasks", days=days)]


def _task(row: tuple[object, ...]) -> Task:
    values = dict(zip(_COLUMNS, row, strict=True))
    detail = msgspec.json.decode(str(values["detail"]), type=prepared(Detail))
    return Task(**values | {"detail": detail})  # type: ignore[arg-type]  # the columns of team.sql


def cancel_task(library: Library, task_id: str) -> None:
    """Cancel a task; a worker that runs it stops at its next progress report."""
    team_of(library).run("end_task", task_id=task_id, state=CANCELLED, demo_id="", error="")


def wait_for_task(library: Library, task_id: str, progress: Progress = silent) -> Demo:
    """Wait for the end of a task; returns the demo. Cancelling stops the waiting, not the task.

    Raises LibraryError with the worker's error, Cancelled when ``progress`` does.
    """
    while True:
        task = find_task(library, task_id)
        if task is None:
            raise LibraryError(f"There is no task {task_id}", "See: showhow worker --list")
        if task.state == DONE:
            return newest(library.store, task.demo_id)
        if task.state == FAILED:
            raise LibraryError(
                f"The worker could not do it: {task.error}", "Mend that and ask again; nothing was lost."
            )
        if task.state == CANCELLED:
            raise Cancelled("The task was cancelled")
        waiting = "Waiting for a worker (showhow worker, on a larger machine)"
        progress(task.done, task.total, task.stage if task.state == WORKING else waiting)
        time.sleep(_POLL_S)
