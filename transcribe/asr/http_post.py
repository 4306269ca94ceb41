"""One HTTP POST with a time limit and a size limit, which can be cancelled at any moment.

Owns the connection. This is the only file that sends sound anywhere, and it sends it only to the given address. Follows
no redirects, uses no proxy and no ``.netrc``, requests no compression. Does not interpret the response.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import httpx2

LARGEST_RESPONSE = 8 << 20
"""Bytes. The response for a minute of speech, with all word times, has 30 kB."""
_CONNECT_S = 10.0
_POLL_S = 0.1  # between two calls of ``on_poll``
_trusted = cache(ssl.create_default_context)  # reads every certificate the system trusts


class RequestFailed(Exception):
    """No response arrived; the text says why in a few words. ``retry``: another try may succeed."""

    def __init__(self, why: str, *, retry: bool = True, timed_out: bool = False) -> None:
        super().__init__(why)
        self.retry, self.timed_out = retry, timed_out


class HttpResponse(msgspec.Struct, frozen=True):
    """Status, body and requested delay of a response."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


def post_form(
    url: str, fields: Mapping[str, str], wav: bytes, *, key: str, timeout_s: float, on_poll: Callable[[], None]
) -> HttpResponse:
    """Post a form with one sound file. ``on_poll`` is called ten times a second and cancels the request by raising.

    Raises RequestFailed when no complete response arrived within ``timeout_s``, and whatever ``on_poll`` raises.
    """
    loop, deadline = _EventLoop(), time.monotonic() + timeout_s
    request = loop.create_task(_send(url, fields, wav, key, min(_CONNECT_S, timeout_s)))
    try:
        while not request.done():
            loop.run_until_complete(asyncio.wait({request}, timeout=_POLL_S))
            on_poll()
            if time.monotonic() > deadline and not request.done():
                raise RequestFailed(f"it does not answer within {timeout_s:g} s", timed_out=True)
        return request.result()
    finally:
        request.cancel()  # closes the connection, in whatever state it is
        loop.run_until_complete(asyncio.gather(request, return_exceptions=True))
        loop.close()


class _EventLoop(asyncio.SelectorEventLoop):
    """Resolves names in daemon threads; Python waits for those of the default executor before it exits."""

    async def getaddrinfo(self, host: bytes | str | None, port: bytes | str | int | None, **hints: int) -> list[Any]:
        found = concurrent.futures.Future[list[Any]]()
        found.set_running_or_notify_cancel()  # from here on a cancel does not reach the thread

        def resolve() -> None:
            try:
                found.set_result(socket.getaddrinfo(host, port, **hints))
            except Exception as error:  # noqa: BLE001  raised again where the result is awaited
                found.set_exception(error)

        threading.Thread(target=resolve, name="resolving a name", daemon=True).start()
        return await asyncio.wrap_future(found, loop=self)


async def _send(url: str, fields: Mapping[str, str], wav: bytes, key: str, connect_s: float) -> HttpResponse:
    import httpx2  # takes 0.1 s, and most users have no endpoint

    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "showhow"}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    client = httpx2.AsyncClient(
        headers=headers,
        verify=_trusted(),
        timeout=httpx2.Timeout(None, connect=connect_s),  # after that only the caller's deadline applies
        trust_env=False,
    )
    response = None
    try:
        sound = {"file": ("sound.wav", wav, "audio/wav")}
        async with client, client.stream("POST", url, data=fields, files=sound) as response:
            return await _read_response(response)
    except httpx2.ConnectTimeout as error:
        raise RequestFailed(f"it cannot be reached within {connect_s:g} s") from error
    except (httpx2.ConnectError, httpx2.InvalidURL) as error:
        raise _connection_failed(error) from error
    except httpx2.HTTPError as error:
        started = response is not None
        why = "it hung up in the middle of its answer" if started else "it does not answer as a web server does"
        raise RequestFailed(why) from error


async def _read_response(response: httpx2.Response) -> HttpResponse:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST_RESPONSE:
            raise RequestFailed(f"its answer is larger than {LARGEST_RESPONSE >> 20} MiB", retry=False)
    delay = response.headers.get("Retry-After", "")
    return HttpResponse(
        status=response.status_code,
        body=bytes(body),
        retry_after_s=float(delay) if delay.isascii() and delay.isdecimal() and len(delay) < 6 else 0.0,
    )


def _connection_failed(error: BaseException) -> RequestFailed:
    """Why there is no connection: the reason the system gave, which is the first in the chain of causes."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, ssl.SSLCertVerificationError):
        return RequestFailed(f"its certificate is not trusted ({error.verify_message})", retry=False)
    if isinstance(error, socket.gaierror):
        return RequestFailed("its name is not known here")
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno:
        return RequestFailed(os.strerror(error.errno))
    return RequestFailed((str(error).splitlines() or [type(error).__name__])[0][:120].rstrip("."))
