"""Task queue of a team: procrastinate on the library's PostgreSQL. The only module that imports procrastinate.

Owns adding tasks to the queue and running them: one at a time per worker, retried when a worker has died, and never two
runs of one task at once. Does not know what a task does.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from library.model import LibraryError, Unreachable

QUEUE, _TASK = "showhow", "showhow.work_on"
_SCHEMA = "showhow_queue"
_SCHEMA_LOCK = 0x73686F77_03
"""Key of the advisory lock that is held while the queue's tables are created."""


@dataclass(frozen=True)
class WorkerOptions:
    """``once``: end when the queue is empty. ``dead_s``: a worker that is silent this long counts as dead.

    A worker sends three heartbeats in that time.
    """

    name: str
    once: bool = False
    dead_s: float = 30.0


def enqueuer(url: str) -> Callable[[str], None]:
    """A function that adds a task to the queue by its id, unless it is already queued; it raises LibraryError."""

    def enqueue(task_id: str) -> None:
        with _library_errors():
            make_queue(url)
            connector = procrastinate.SyncPsycopgConnector(conninfo=url, kwargs=_kwargs(), min_size=1, max_size=2)
            app = _app(connector, lambda _: None)
            with app.open(), contextlib.suppress(AlreadyEnqueued):
                app.configure_task(_TASK, queue=QUEUE, queueing_lock=task_id, lock=task_id).defer(task_id=task_id)

    return enqueue


def run_worker(url: str, work: Callable[[str], Any], options: WorkerOptions) -> None:
    """Run queued tasks until interrupted. ``work(task_id)`` runs in a thread; if it raises Unreachable, it is retried.

    Raises LibraryError when the queue cannot be reached.
    """
    with _library_errors():
        make_queue(url)
        asyncio.run(_run(url, work, options))


async def _run(url: str, work: Callable[[str], Any], options: WorkerOptions) -> None:
    app = _app(procrastinate.PsycopgConnector(conninfo=url, kwargs=_kwargs(), min_size=1, max_size=4), work)
    async with app.open_async():
        await _requeue_stalled(app, options)
        watch = asyncio.create_task(_watch(app, options))
        try:
            await app.run_worker_async(
                queues=[QUEUE], name=options.name, wait=not options.once, concurrency=1,
                update_heartbeat_interval=options.dead_s / 3, stalled_worker_timeout=options.dead_s,
                fetch_job_polling_interval=min(5.0, options.dead_s), delete_jobs="successful",
            )  # fmt: skip
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def _watch(app: procrastinate.App, options: WorkerOptions) -> None:
    """Look for dead workers as long as this one runs."""
    while True:
        await asyncio.sleep(options.dead_s / 2)
        with contextlib.suppress(ConnectorException):  # the database is unreachable; try again next time
            await _requeue_stalled(app, options)


async def _requeue_stalled(app: procrastinate.App, options: WorkerOptions) -> None:
    """Put the tasks of dead workers back into the queue."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=options.dead_s):
        await app.job_manager.retry_job(job)


def _app(connector: Any, work: Callable[[str], Any]) -> procrastinate.App:
    app = procrastinate.App(connector=connector)
    again = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=2, retry_exceptions={Unreachable})

    @app.task(name=_TASK, queue=QUEUE, retry=again)
    def _work_on(task_id: str) -> None:
        work(task_id)

    return app


def _kwargs() -> dict[str, Any]:
    return {"options": f"-c search_path={_SCHEMA}", "application_name": "showhow queue"}


def make_queue(url: str) -> None:
    """Create the queue's tables in their own schema, unless they exist."""
    with psycopg.connect(url, autocommit=True) as connection:
        if _made(connection):
            return
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            if not _made(connection):
                connection.execute(f"CREATE SCHEMA {_SCHEMA}")
                connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
                connection.execute(procrastinate.schema.SchemaManager.get_schema())


def _made(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (f"{_SCHEMA}.procrastinate_jobs",)).fetchone()
    return row is not None and row[0] is not None


@contextlib.contextmanager
def _library_errors() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, ConnectorException) as error:
        text = " ".join(str(error).split())
        raise LibraryError(f"The queue of the library cannot be used: {text}", "Check that PostgreSQL runs.") from error
