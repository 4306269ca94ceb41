"""``Jobs``: long work in background threads, with progress, time left, cancel and retry.

Owns which jobs run and how they ended. Does not draw: ``JobLine`` in ``tui/widgets/bars.py`` does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar

from capture.errors import Cancelled, ShowhowError
from capture.progress import Progress

T = TypeVar("T")
Spawn = Callable[[Callable[[], Coroutine[Any, Any, None]]], object]


class JobState(StrEnum):
    """State of a job."""

    RUNNING = "running"
    FAILED = "failed"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(eq=False)
class Job(Generic[T]):
    """One piece of long work. ``done``, or ``failed`` (also when cancelled), then runs on the event loop's thread.

    A ``background`` job is never waited for: quitting does not ask about it, and it is started again later.
    """

    title: str
    work: Callable[[Progress], T]
    done: Callable[[T], None]
    failed: Callable[[ShowhowError], None] | None = None
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    background: bool = False
    state: JobState = JobState.RUNNING
    what: str = ""
    part: float | None = None
    error: str = ""
    _cancel: bool = False
    _stage_began: float = 0.0

    def progress(self, done: int, total: int, what: str) -> None:
        """Progress callback for ``work``, called in its thread. Raises Cancelled after ``cancel``."""
        if self._cancel:
            raise Cancelled(f"{self.title} was cancelled")
        if what != self.what:
            self.what, self._stage_began = what, self.clock()
        self.part = min(1.0, done / total) if total > 0 else None

    def cancel(self) -> None:
        """Request cancellation; the work stops at its next progress report."""
        self._cancel = True

    @property
    def stopping(self) -> bool:
        """Whether cancellation was requested and the job still runs."""
        return self._cancel and self.state is JobState.RUNNING

    @property
    def left_s(self) -> int | None:
        """Estimated seconds left of the current stage; None before 1 s or 3 % of it."""
        spent = self.clock() - self._stage_began
        if self.part is None or self.part < 0.03 or spent < 1:
            return None
        return round(spent / self.part * (1 - self.part))

    def again(self) -> Job[T]:
        """A fresh job for the same work."""
        return Job(self.title, self.work, self.done, self.failed, self.clock, background=self.background)


class Jobs:
    """The jobs of one application. ``spawn`` runs a coroutine in the background; ``changed`` is called on changes."""

    def __init__(self, spawn: Spawn, changed: Callable[[], None]) -> None:
        self._spawn, self._changed = spawn, changed
        self._jobs: list[Job[Any]] = []

    @property
    def running(self) -> list[Job[Any]]:
        """Running jobs, oldest first."""
        return [job for job in self._jobs if job.state is JobState.RUNNING]

    @property
    def failed(self) -> list[Job[Any]]:
        """Failed jobs that were neither retried nor dismissed."""
        return [job for job in self._jobs if job.state is JobState.FAILED]

    @property
    def shown(self) -> Job[Any] | None:
        """The job to display: the oldest failed one, else the oldest running one."""
        return next(iter([*self.failed, *self.running]), None)

    def start(self, job: Job[Any]) -> None:
        """Run a job in a thread of its own."""
        self._jobs.append(job)
        self._spawn(partial(self._drive, job))
        self._changed()

    def cancel(self) -> None:
        """Cancel the oldest running job."""
        if self.running:
            self.running[0].cancel()
            self._changed()

    def cancel_all(self) -> None:
        """Cancel all jobs, before the application ends."""
        for job in self.running:
            job.cancel()

    def retry(self) -> None:
        """Start the oldest failed job again."""
        if self.failed:
            failed = self.failed[0]
            self._jobs.remove(failed)
            self.start(failed.again())

    def dismiss(self) -> None:
        """Drop the oldest failed job."""
        if self.failed:
            self._jobs.remove(self.failed[0])
            self._changed()

    async def _drive(self, job: Job[Any]) -> None:
        try:
            result = await asyncio.to_thread(job.work, job.progress)
        except Cancelled as error:
            self._end(job, JobState.CANCELLED)
            if job.failed is not None:
                job.failed(error)
        except ShowhowError as error:
            self._fail(job, error)
        except Exception as error:  # noqa: BLE001  a bug in one piece of work must not end the application around it
            self._fail(job, ShowhowError(f"{job.title} failed ({type(error).__name__}: {error})", "Nothing was lost."))
        else:
            self._end(job, JobState.FINISHED)
            job.done(result)

    def _fail(self, job: Job[Any], error: ShowhowError) -> None:
        job.error = str(error)
        self._end(job, JobState.FAILED)
        if job.failed is not None:
            job.failed(error)

    def _end(self, job: Job[Any], state: JobState) -> None:
        job.state = state
        if state is not JobState.FAILED:
            self._jobs.remove(job)
        self._changed()
