"""DraftDesk: the drafts of takes that browsers sent: proposed in the background, corrected, filed.

Owns what state each is in. All of it goes through the project's own intake and is saved beside the take, so a restart
loses nothing. Does not know HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import msgspec

from capture.errors import Cancelled, ShowhowError
from capture.takes import load_take
from library.connection.library import Library
from library.draft import edits
from library.model import Demo, Draft, LibraryError
from library.web.recording.options import RecordingOptions
from library.web.recording.upload import facts_of

_VIDEO = ("capture.render.clip_renderer", "capture.video.reader", "capture.video.repair")
"""Imported before there are threads: PyAV's modules import each other, and two first imports at once can fail."""
_AT_ONCE = 2
"""Drafts made at once; more wait. Each may use several cores for seconds."""


class DraftPhase(StrEnum):
    """Where a take is on its way into the library."""

    WORKING = "working"
    READY = "ready"
    FILING = "filing"
    FILED = "filed"
    FAILED = "failed"


class DraftEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One correction: the title, the tags, a step's title and text, or cut and keep at a moment of take time."""

    title: str | None = None
    tags: str | None = None
    step: int | None = None
    text: str | None = None
    toggle_ms: int | None = None


@dataclass
class DraftWork:
    """A take on its way. ``draft`` may be preliminary while ``phase`` is WORKING; ``problem`` is one line."""

    phase: DraftPhase = DraftPhase.WORKING
    done: int = 0
    total: int = 0
    what: str = "Getting ready"
    draft: Draft | None = None
    demo_id: str = ""
    problem: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class DraftDesk:
    """The drafts of one library's browser recordings."""

    def __init__(self, library: Library, options: RecordingOptions) -> None:
        for module in _VIDEO:
            import_module(module)
        self._library, self._options = library, options
        self._works: dict[str, DraftWork] = {}
        self._lock, self._filing, self._over = threading.Lock(), threading.Lock(), threading.Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="drafts")

    def work_of(self, take: Path) -> DraftWork:
        """The state of a finished take; the first call begins to make its draft, or finds it. Raises ShowhowError."""
        with self._lock:
            if (work := self._works.get(take.name)) is None:
                work = self._works[take.name] = self._found(take)
                if work.phase is DraftPhase.WORKING:
                    self._pool.submit(self._run, work, lambda: self._propose(take, work))
            return work

    def edit(self, take: Path, edit: DraftEdit) -> DraftWork:
        """Apply a correction and save it. Raises LibraryError when it cannot be done; the draft is unchanged then."""
        work = self.work_of(take)
        with work.lock:
            draft = _editable(work)
            if edit.title is not None and edit.step is None:
                draft = edits.with_title(draft, edit.title)
            if edit.tags is not None:
                draft = edits.with_tags(draft, [edit.tags])
            if edit.step is not None:
                title = edit.title if edit.title is not None else edits.find_step(draft, edit.step)[1].title
                draft = edits.rewrite_step(draft, edit.step, title, edit.text)
            if edit.toggle_ms is not None:
                draft = edits.toggle_cut(draft, edit.toggle_ms)
            edits.save_draft(draft, take)
            work.draft = draft
        return work

    def file(self, take: Path) -> DraftWork:
        """Begin to file a draft; harmless when it is being filed. Raises LibraryError when there is none yet."""
        work = self.work_of(take)
        with work.lock:
            if work.phase in {DraftPhase.FILING, DraftPhase.FILED}:
                return work
            draft = _editable(work)
            work.phase, work.problem, work.done, work.total = DraftPhase.FILING, "", 0, 0
            self._pool.submit(self._run, work, lambda: self._file(draft, work))
        return work

    def forget(self, take: Path) -> None:
        """Forget a take that was thrown away. Raises LibraryError while it is being filed."""
        with self._lock:
            work = self._works.pop(take.name, None)
        if work is not None and work.phase is DraftPhase.FILING:
            self._works[take.name] = work
            raise LibraryError("It is being filed just now", "Remove the demo afterwards.")

    def close(self) -> None:
        """Cancel all work and wait for its end; what was saved stays."""
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _found(self, take: Path) -> DraftWork:
        filed_as = load_take(take).filed_as
        if filed_as is not None:
            return DraftWork(DraftPhase.FILED, demo_id=filed_as)
        if (take / edits.DRAFT_FILE).is_file():
            return DraftWork(DraftPhase.READY, draft=edits.load_draft(take))
        return DraftWork()

    def _run(self, work: DraftWork, make: Callable[[], None]) -> None:
        """Run a stage in a thread; what goes wrong becomes one line."""
        try:
            make()
        except Cancelled:
            return
        except ShowhowError as error:
            self._failed(work, str(error))
        except Exception as error:  # noqa: BLE001  a page waits for it: it must hear of any bug too
            self._failed(work, f"That went wrong ({type(error).__name__}: {error}). The recording is kept.")

    @staticmethod
    def _failed(work: DraftWork, line: str) -> None:
        with work.lock:
            work.problem = line
            work.phase = DraftPhase.FAILED if work.phase is DraftPhase.WORKING else DraftPhase.READY

    def _propose(self, take: Path, work: DraftWork) -> None:
        from library.intake.pipeline import propose

        def begun(draft: Draft) -> None:
            work.draft = draft

        author = facts_of(take).author or self._options.intake.author
        options = with_changes(self._options.intake, author=author)
        draft = propose(take, options, self._progress(work), begun)
        edits.save_draft(draft, take)
        with work.lock:
            work.draft, work.phase = draft, DraftPhase.READY

    def _file(self, draft: Draft, work: DraftWork) -> None:
        from library.intake.pipeline import file

        with self._filing:
            demo: Demo = file(draft, self._library, self._progress(work))
        with work.lock:
            work.demo_id, work.phase = demo.demo_id, DraftPhase.FILED
        self._options.told(f"  “{demo.title}” is filed: {demo.demo_id}")
        self._options.filed()

    def _progress(self, work: DraftWork) -> Callable[[int, int, str], None]:
        def progress(done: int, total: int, what: str) -> None:
            if self._over.is_set():
                raise Cancelled
            work.done, work.total, work.what = done, total, what

        return progress


def _editable(work: DraftWork) -> Draft:
    if work.draft is None or work.phase is not DraftPhase.READY:
        raise LibraryError("Its steps are not ready yet", "Wait a moment.")
    return work.draft
