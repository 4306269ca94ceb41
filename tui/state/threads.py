"""Work done in threads and awaited by a coroutine: what it opens is closed when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from capture.errors import Cancelled

T = TypeVar("T")


async def acquired(acquire: Callable[[], T], release: Callable[[T], object]) -> T:
    """What ``acquire`` gives, called in a thread. Cancelled meanwhile, nothing stays open: it is released.

    A thread cannot be cancelled: without this, what it returns to nobody (a recorder, a microphone) would stay open.
    """
    lock, given_up, acquired = threading.Lock(), threading.Event(), list[T]()

    def run() -> T:
        if given_up.is_set():
            raise Cancelled
        found = acquire()
        with lock:
            acquired.append(found)
            wanted = not given_up.is_set()
        if not wanted:
            release(found)
        return found

    try:
        return await asyncio.to_thread(run)
    except asyncio.CancelledError:
        with lock:
            given_up.set()
            left = list(acquired)
        for found in left:
            asyncio.get_running_loop().run_in_executor(None, release, found)  # the end of the loop waits for it
        raise


async def unhurried(work: Callable[[], T]) -> T:
    """The result of ``work``, done in a thread that leaving the application does not wait for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(how: Callable[[Any], None], what: object) -> None:
        if not done.done():
            how(what)

    def run() -> None:
        how: Callable[[Any], None] = done.set_result
        result: object
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where somebody waits
            how, result = done.set_exception, error
        with suppress(RuntimeError):  # the application has ended meanwhile, and its loop with it
            loop.call_soon_threadsafe(tell, how, result)

    threading.Thread(target=run, daemon=True).start()
    return await done
