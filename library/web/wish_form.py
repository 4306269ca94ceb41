"""WishForm: takes what visitors ask for, from a form that works without JavaScript.

Owns the limits: size and time of a request, and how many wishes a visitor and all of them can note, so that nobody can
fill the catalog. Where a request may come from is checked by ``access_guard.py``.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from threading import Lock
from urllib.parse import parse_qs, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from library.learning.needs.needs import Needs
from library.learning.needs.words import has_words
from library.web.blocking_pool import BlockingPool
from library.web.search_log import SearchLogger

PATH = "/ask"
_FORM = "application/x-www-form-urlencoded"
_LARGEST = 4_096
"""Bytes of a form; a query has at most 200 letters."""
_TIMEOUT_S = 10
_VISITOR_PER_HOUR, _TOTAL_PER_HOUR = 20, 300
_VISITORS = 500
"""Maximum number of visitors whose wishes of this hour are kept in memory."""


class WishLimit:
    """Decides which wishes are noted. Pure: takes the time as argument."""

    def __init__(self) -> None:
        self._hour, self._total = 0, 0
        self._wishes: OrderedDict[str, set[str]] = OrderedDict()

    def is_known(self, visitor: str, query: str, now_s: float) -> bool:
        """Whether the visitor asked for the same in this hour; it counts once."""
        self._begin_hour(int(now_s // 3_600))
        return _same(query) in self._wishes.get(visitor, ())

    def accepts(self, visitor: str, now_s: float) -> bool:
        """Whether another wish is within the limits of this hour."""
        self._begin_hour(int(now_s // 3_600))
        return len(self._wishes.get(visitor, ())) < _VISITOR_PER_HOUR and self._total < _TOTAL_PER_HOUR

    def count(self, visitor: str, query: str) -> None:
        """Count a wish that was noted."""
        self._wishes.setdefault(visitor, set()).add(_same(query))
        self._wishes.move_to_end(visitor)
        while len(self._wishes) > _VISITORS:
            self._wishes.popitem(last=False)
        self._total += 1

    def _begin_hour(self, hour: int) -> None:
        if hour != self._hour:
            self._hour, self._total = hour, 0
            self._wishes.clear()


def _same(query: str) -> str:
    return " ".join(query.casefold().split())


class WishForm:
    """Handles the form. ``longest``: letters of a query."""

    def __init__(self, needs: Needs, searches: SearchLogger, pool: BlockingPool, longest: int) -> None:
        self._needs, self._searches, self._pool, self._longest = needs, searches, pool, longest
        self._limit, self._lock = WishLimit(), Lock()

    async def post(self, request: Request) -> Response:
        """Note a wish, then show the results again with a line that says so. Raises HTTPException, LibraryError."""
        query = (await _fields(request)).get("q", "")[: self._longest].strip()
        if not has_words(query):
            raise HTTPException(400)
        visitor = request.client.host if request.client else ""
        await self._pool.run(lambda: self._note(visitor, query))
        return RedirectResponse(f"/?{urlencode({'q': query, 'asked': 'yes'})}", 303)

    def _note(self, visitor: str, query: str) -> None:
        now_s = time.monotonic()
        with self._lock:
            if self._limit.is_known(visitor, query, now_s):
                return
            if not self._limit.accepts(visitor, now_s):
                raise HTTPException(429)
            self._searches.asking(visitor)
            self._needs.ask(query)
            self._limit.count(visitor, query)


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a small form. Raises HTTPException: another type, too large, too slow, not text."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415)
    body = b""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            async for part in request.stream():
                body += part
                if len(body) > _LARGEST:
                    raise HTTPException(413)
        return {name: values[0] for name, values in parse_qs(body.decode(), errors="strict", max_num_fields=8).items()}
    except TimeoutError as error:
        raise HTTPException(408) from error
    except ValueError as error:
        raise HTTPException(400) from error
