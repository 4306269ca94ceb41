"""Short work beside a screen: the one place that hands coroutines to Textual's workers.

Owns that work is handed over as a function: one cancelled before it began must not leave a coroutine nobody awaits.
And that a screen may be left in the middle of it: its widgets go first, the cancelling comes after. What such work
opens (a process, a device) is closed when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import Worker

from capture.errors import Cancelled

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, None]]


def begin(node: DOMNode, work: Work, group: str, *, alone: bool = True) -> Worker[None]:
    """Run ``work`` beside the screen; ends with ``node``. ``alone`` cancels what ``node`` still runs in that group."""

    async def run() -> None:
        try:
            await work()
        except NoMatches:
            if not _left(node):
                raise

    return node.run_worker(run, group=group, exclusive=alone)


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


def _left(node: DOMNode) -> bool:
    """Whether a node, its screen or the application is on its way out, so that there is nobody to be shown anything."""
    if not (node.is_attached and node.is_running) or not node.children:  # children go before the node itself
        return True
    screens = [above for above in node.ancestors_with_self if isinstance(above, Screen)]
    return bool(screens) and screens[0] not in node.app.screen_stack
