"""The queue of a team: procrastinate on the library's own PostgreSQL. The only file that imports it.

Owns putting a task into the queue and running those that wait: one at a time, begun again when a worker has died, and
never two of one task. Refuses to know what a task is.
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
_MAKING = 0x73686F77_03
"""Of the advisory lock under which the queue's tables are made."""


@dataclass(frozen=True)
class WorkerOptions:
    """``once``: end when nothing waits. ``dead_s``: silence after which a worker counts as dead; it beats thrice."""

    name: str
    once: bool = False
    dead_s: float = 30.0


def enqueuer(url: str) -> Callable[[str], None]:
    """Puts tasks into the queue by their id; one that waits there already is not put twice. Raises LibraryError."""

    def enqueue(task_id: str) -> None:
        with _explained():
            make_queue(url)
            connector = procrastinate.SyncPsycopgConnector(conninfo=url, kwargs=_kwargs(), min_size=1, max_size=2)
            app = _app(connector, lambda _: None)
            with app.open():
                _enqueue(app, task_id)

    return enqueue


def _enqueue(app: procrastinate.App, task_id: str) -> None:
    with contextlib.suppress(AlreadyEnqueued):
        app.configure_task(_TASK, queue=QUEUE, queueing_lock=task_id, lock=task_id).defer(task_id=task_id)


def run_worker(url: str, work: Callable[[str], Any], options: WorkerOptions) -> None:
    """Do what waits, until interrupted. ``work`` does one task by its id, in a thread; Unreachable: again later.

    Raises LibraryError when the queue cannot be reached.
    """
    with _explained():
        make_queue(url)
        asyncio.run(_run(url, work, options))


async def _run(url: str, work: Callable[[str], Any], options: WorkerOptions) -> None:
    app = _app(procrastinate.PsycopgConnector(conninfo=url, kwargs=_kwargs(), min_size=1, max_size=4), work)
    async with app.open_async():
        await _begin_again(app, options)
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
    """While this worker lives, it looks for those that died."""
    while True:
        await asyncio.sleep(options.dead_s / 2)
        with contextlib.suppress(ConnectorException):  # the database is away; the next look will do
            await _begin_again(app, options)


async def _begin_again(app: procrastinate.App, options: WorkerOptions) -> None:
    """What a dead worker was at goes back into the queue."""
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
    """Make the queue's tables, in a schema of their own, unless they are there."""
    with psycopg.connect(url, autocommit=True) as connection:
        if _made(connection):
            return
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            if not _made(connection):
                connection.execute(f"CREATE SCHEMA {_SCHEMA}")
                connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
                connection.execute(procrastinate.schema.SchemaManager.get_schema())


def _made(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (f"{_SCHEMA}.procrastinate_jobs",)).fetchone()
    return row is not None and row[0] is not None


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, ConnectorException) as error:
        text = " ".join(str(error).split())
        raise LibraryError(f"The queue of the library cannot be used: {text}", "Check that PostgreSQL runs.") from error
