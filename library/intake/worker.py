"""Executes the tasks of a worker: transcribe a filed demo, or make a demo from an uploaded recording.

Owns that a task executed twice (by a worker that seemed dead, and by its successor) is filed once: the first draft
stored next to the recording is used by both, and one draft gives one demo. Does not know the queue.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace as with_changes
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.errors import Cancelled, ShowhowError
from capture.progress import Progress
from library.connection.library import Library
from library.draft import edits
from library.draft.edits import DRAFT_FILE, load_draft
from library.files import library_errors
from library.intake.late_words import complete, hear_clip_again
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.tasks import DONE, FAILED, Task, find_task, team_of
from library.model import Demo, Draft, LibraryError, Unreachable

MOST_ATTEMPTS = 5
"""A task whose worker died this many times is not retried."""
_REPORT_S = 0.5


def work_on(library: Library, task_id: str, options: IntakeOptions, worker: str, scratch: Path) -> Demo | None:
    """Execute a task and report its outcome; None when there is nothing to do (any more), or when it failed.

    Raises Unreachable when it should be retried later; every other failure is stored in the task for its requester.
    """
    team = team_of(library)
    if not team.fetch("begin_task", task_id=task_id, worker=worker):
        return None
    task = find_task(library, task_id)
    if task is None:
        return None
    try:
        if task.attempts > MOST_ATTEMPTS:
            _give_up(task)
        demo = _done(library, task, with_changes(options, author=task.asker), scratch, _Reporter(library, task, worker))
    except (Unreachable, Cancelled):
        raise
    except ShowhowError as error:
        team.run("end_task", task_id=task_id, state=FAILED, demo_id="", error=str(error))
        return None
    team.run("end_task", task_id=task_id, state=DONE, demo_id=demo.demo_id, error="")
    if task.kind == "demo":
        library.store.inbox.clear(task_id)
    return demo


def _give_up(task: Task) -> None:
    what = f"“{task.title}” has ended its worker {MOST_ATTEMPTS} times"
    raise LibraryError(what, "Perhaps it needs more memory: use a larger machine or a smaller model.")


def _done(library: Library, task: Task, options: IntakeOptions, scratch: Path, progress: Progress) -> Demo:
    if task.kind in {"words", "again"}:
        transcribe = complete if task.kind == "words" else hear_clip_again
        return transcribe(task.detail.demo_id, library, options, progress)
    library.store.try_write()
    scratch.mkdir(parents=True, exist_ok=True)
    # errors ignored: Windows keeps what a virus scanner has open, and the demo is filed by then
    with tempfile.TemporaryDirectory(dir=scratch, prefix="task-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / task.task_id
        names = library.store.inbox.fetch(task.task_id, folder, progress)
        _as_sent(folder, task.detail.changed_unix_ns)
        source = folder / task.detail.video if task.detail.video else folder
        if DRAFT_FILE not in names:
            kept = library.store.inbox.keep_first(task.task_id, DRAFT_FILE, _proposed(task, source, options, progress))
            (folder / DRAFT_FILE).write_bytes(kept)
        return file(replace(load_draft(folder), source=str(source)), library, progress)


def _as_sent(folder: Path, changed_unix_ns: Mapping[str, int]) -> None:
    with library_errors(f"write into {folder}"):
        for name, at in changed_unix_ns.items():
            if (file := folder / Path(name).name).is_file():
                os.utime(file, ns=(at, at))


def _proposed(task: Task, source: Path, options: IntakeOptions, progress: Progress) -> bytes:
    draft = propose(source, with_changes(options, keep_all=task.detail.keep_all), progress)
    draft = edits.with_title(draft, _title(task, draft))
    draft = edits.with_tags(draft, list(task.detail.tags)) if task.detail.tags else draft
    return msgspec.json.encode(draft)


def _title(task: Task, draft: Draft) -> str:
    """The requested title, or that of the draft; a video without words gets the name of its original file."""
    named_after_file = task.detail.video and draft.title == "video"
    return task.detail.title or (task.detail.video_name if named_after_file else draft.title)


class _Reporter:
    """Stores the progress of a task, at most twice a second; raises Cancelled when the task is no longer ours."""

    def __init__(self, library: Library, task: Task, worker: str) -> None:
        self._team, self._task_id, self._worker = team_of(library), task.task_id, worker
        self._reported_s = 0.0

    def __call__(self, done: int, total: int, what: str) -> None:
        if time.monotonic() - self._reported_s < _REPORT_S:
            return
        self._reported_s = time.monotonic()
        mine = self._team.fetch(
            "report_task", task_id=self._task_id, worker=self._worker, done=min(done, 1 << 30),
            total=min(total, 1 << 30), stage=what,
        )  # fmt: skip
        if not mine:
            raise Cancelled("The task was cancelled, or another worker has taken it over")
