"""Small forms that visitors send: their fields, the limits on them, and the visitor they come from.

Owns how large and slow a form may be, how many a visitor and all of them may send, so that nobody can fill the library,
and the random name that a browser gets with its first form. Where a request may come from is checked by the guard.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Callable
from threading import Lock
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FORM = "application/x-www-form-urlencoded"
_LARGEST = 4_096
"""Bytes of a form; a note has at most 1,000 letters."""
_TIMEOUT_S = 10
_ADDRESS_PER_HOUR, _TOTAL_PER_HOUR = 60, 600
_DOUBLE_PRESS_S = 5.0
_COOKIE = "showhow_visitor"
_NAME = re.compile(r"[0-9a-f]{16}")
_YEAR_S = 365 * 86_400


class FormLimit:
    """Decides which forms are taken. Pure: takes the time as argument.

    The number is limited by address. What was said before counts once: within the hour from a browser that has a name,
    within seconds from one that has none yet (a double press), because several people may share an address.
    """

    def __init__(self) -> None:
        self._hour, self._counts = 0, Counter[str]()
        self._said: dict[str, float] = {}

    def is_known(self, address: str, visitor: str, said: str, now_s: float) -> bool:
        """Whether the same was just said, or in this hour by this browser."""
        self._begin_hour(int(now_s // 3_600))
        before = self._said.get(_same(address, visitor, said))
        return before is not None and (bool(visitor) or now_s - before < _DOUBLE_PRESS_S)

    def accepts(self, address: str, now_s: float) -> bool:
        """Whether another form is within the limits of this hour."""
        self._begin_hour(int(now_s // 3_600))
        return self._counts[address] < _ADDRESS_PER_HOUR and self._counts.total() < _TOTAL_PER_HOUR

    def count(self, address: str, visitor: str, said: str, now_s: float) -> None:
        """Count a form that was taken."""
        self._counts[address] += 1
        self._said[_same(address, visitor, said)] = now_s

    def _begin_hour(self, hour: int) -> None:
        if hour != self._hour:
            self._hour = hour
            self._counts.clear()
            self._said.clear()


def _same(address: str, visitor: str, said: str) -> str:
    return f"{visitor or address} {' '.join(said.casefold().split())}"


class FormTurn:
    """Takes each form once, within the limits, one at a time. Thread-safe."""

    def __init__(self) -> None:
        self._limit, self._lock = FormLimit(), Lock()

    def take(self, address: str, visitor: str, said: str, now_s: float, store: Callable[[], object]) -> None:
        """Store what is said, unless the same was stored; what could not be stored may be sent again.

        Raises HTTPException (429) when it is too much, and what ``store`` raises.
        """
        with self._lock:
            if self._limit.is_known(address, visitor, said, now_s):
                return
            if not self._limit.accepts(address, now_s):
                raise HTTPException(429)
            store()
            self._limit.count(address, visitor, said, now_s)


async def form_fields(request: Request) -> dict[str, str]:
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


def visitor_of(request: Request) -> str:
    """The random name of the browser; empty before its first form."""
    given = request.cookies.get(_cookie(request), "")
    return given if _NAME.fullmatch(given) else ""


def new_visitor() -> str:
    """A random name for a browser."""
    return secrets.token_hex(8)


def remember_visitor(request: Request, answer: Response, visitor: str) -> None:
    """Have the browser keep its name for a year, so that it is told when what it asked for is there."""
    answer.set_cookie(_cookie(request), visitor, httponly=True, samesite="lax", max_age=_YEAR_S)


def _cookie(request: Request) -> str:
    """Name of the cookie. Browsers keep cookies by host, not by port: two readers on one host need two names."""
    return f"{_COOKIE}_{request.url.port or 80}"


def address_of(request: Request) -> str:
    """Address of the client, by which forms are limited; it is never stored."""
    return request.client.host if request.client else ""
