"""BlockingPool: threads for requests that wait for a disk, a bucket or a database.

Owns how many wait, how long, and that several requests for one thing wait for one piece of work. Pages and media have a
pool each, so a slow bucket never keeps a page waiting; static files need none. Does not know what is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

RETRY_AFTER_S = 5
"""Seconds after which a client may ask again, in answers with status 503."""
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class PoolOptions:
    """``threads`` run at once; a request waits at most ``patience_s`` seconds for its result, its turn included."""

    threads: int = 16
    patience_s: float = 10.0


PAGE_WAITS = PoolOptions()
MEDIA_WAITS = PoolOptions(patience_s=20.0)


@dataclass
class _Shared:
    job: Future[object]
    future: asyncio.Future[object]
    waiting: int = 0


class BlockingPool:
    """Runs work in its threads for coroutines of one event loop."""

    def __init__(self, name: str, options: PoolOptions) -> None:
        self._executor = ThreadPoolExecutor(options.threads, thread_name_prefix=name)
        self._patience_s = options.patience_s
        self._shared: dict[Hashable, _Shared] = {}

    def endpoint(self, answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint whose ``answer`` runs in a thread."""

        async def answered(request: Request) -> Response:
            return await self.run(lambda: answer(request))

        return answered

    async def run(self, work: Callable[[], _Result], key: Hashable = None) -> _Result:
        """The result of ``work``. With a ``key``, who asks for the same until it has ended gets the same result.

        Raises what ``work`` raises, and HTTPException (503) when it takes too long. Work that has begun runs on then,
        and who asks again joins it: two pieces of work with one key never run at once.
        """
        shared = self._begun(work, key)
        shared.waiting += 1
        try:
            await asyncio.wait([shared.future], timeout=self._patience_s)  # leaves it running
            if not shared.future.done():
                raise HTTPException(503)
            return cast("_Result", shared.future.result())
        finally:
            shared.waiting -= 1
            if not shared.waiting and shared.job.cancel():  # only what is still in the queue
                self._forget(key, shared)

    def _begun(self, work: Callable[[], object], key: Hashable) -> _Shared:
        shared = self._shared.get(key)
        if shared is not None and not shared.future.done():
            return shared
        job = self._executor.submit(work)
        shared = _Shared(job, asyncio.wrap_future(job))
        if key is not None:
            self._shared[key] = shared
        shared.future.add_done_callback(lambda _: self._ended(key, shared))
        return shared

    def _ended(self, key: Hashable, shared: _Shared) -> None:
        if not shared.future.cancelled():
            shared.future.exception()  # asyncio would log a failure that nobody waits for any more
        self._forget(key, shared)

    def _forget(self, key: Hashable, shared: _Shared) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]

    def close(self) -> None:
        """Take no more work. Does not wait for what still runs."""
        self._executor.shutdown(wait=False, cancel_futures=True)
