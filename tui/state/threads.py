"""Awaiting blocking work in threads (``acquired``, ``run_in_daemon_thread``), with clean-up on cancellation."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from capture.errors import Cancelled

T = TypeVar("T")


async def acquired(acquire: Callable[[], T], release: Callable[[T], object]) -> T:
    """Call ``acquire`` in a thread and return its result; if the awaiting task is cancelled, ``release`` the result.

    A thread cannot be cancelled: without this, a recorder or microphone it opens too late would stay open.
    """
    lock, abandoned, acquired = threading.Lock(), threading.Event(), list[T]()

    def run() -> T:
        if abandoned.is_set():
            raise Cancelled
        found = acquire()
        with lock:
            acquired.append(found)
            wanted = not abandoned.is_set()
        if not wanted:
            release(found)
        return found

    try:
        return await asyncio.to_thread(run)
    except asyncio.CancelledError:
        with lock:
            abandoned.set()
            left = list(acquired)
        for found in left:
            asyncio.get_running_loop().run_in_executor(None, release, found)  # the loop waits for it when it closes
        raise


async def run_in_daemon_thread(work: Callable[[], T]) -> T:
    """Run ``work`` in a daemon thread, which does not delay the end of the application; returns its result."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def deliver(how: Callable[[Any], None], what: object) -> None:
        if not done.done():
            how(what)

    def run() -> None:
        how: Callable[[Any], None] = done.set_result
        result: object
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  re-raised in the awaiting coroutine
            how, result = done.set_exception, error
        with suppress(RuntimeError):  # the application has ended, and its loop is closed
            loop.call_soon_threadsafe(deliver, how, result)

    threading.Thread(target=run, daemon=True).start()
    return await done
