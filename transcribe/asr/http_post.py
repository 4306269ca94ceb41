"""One question to a server and its answer, within a time and a size, and to be broken off at any moment.

Owns the connection: the only file that sends sound anywhere, and only to the address it is given. Follows no
redirection, uses no proxy and no ``.netrc``, asks for no compression. Refuses to know what the answer means.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import httpx2

LARGEST_ANSWER = 8 << 20
"""Bytes. A minute of talk with all its times is 30 kB."""
_CONNECT_S = 10.0
_LOOK_S = 0.1  # between two looks at whether the user has had enough
_trusted = cache(ssl.create_default_context)  # reads every certificate the system trusts


class RequestFailed(Exception):
    """No answer came; the text says why in a few words. ``again``: another try may help."""

    def __init__(self, why: str, *, again: bool = True, late: bool = False) -> None:
        super().__init__(why)
        self.again, self.late = again, late


class HttpResponse(msgspec.Struct, frozen=True):
    """What a server answered."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


def post_form(
    url: str, fields: Mapping[str, str], wav: bytes, *, key: str, timeout_s: float, look: Callable[[], None]
) -> HttpResponse:
    """Post a form with one sound file. ``look`` is called ten times a second and may raise to break it off.

    Raises Unanswered when no whole answer came within ``timeout_s``, and whatever ``look`` raises.
    """
    loop, deadline = asyncio.new_event_loop(), time.monotonic() + timeout_s
    asking = loop.create_task(_ask(url, fields, wav, key, min(_CONNECT_S, timeout_s)))
    try:
        while not asking.done():
            loop.run_until_complete(asyncio.wait({asking}, timeout=_LOOK_S))
            look()
            if time.monotonic() > deadline and not asking.done():
                raise RequestFailed(f"it does not answer within {timeout_s:g} s", late=True)
        return asking.result()
    finally:
        asking.cancel()  # closes the connection, whatever it waits for
        loop.run_until_complete(asyncio.gather(asking, return_exceptions=True))
        loop.close()  # asyncio.run would also wait for a name server that hangs


async def _ask(url: str, fields: Mapping[str, str], wav: bytes, key: str, connect_s: float) -> HttpResponse:
    import httpx2  # 0.1 s; most people have no endpoint

    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "showhow"}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    client = httpx2.AsyncClient(
        headers=headers,
        verify=_trusted(),
        timeout=httpx2.Timeout(None, connect=connect_s),  # for the rest the caller's deadline counts
        trust_env=False,
    )
    response = None
    try:
        sound = {"file": ("sound.wav", wav, "audio/wav")}
        async with client, client.stream("POST", url, data=fields, files=sound) as response:
            return await _read(response)
    except httpx2.ConnectTimeout as error:
        raise RequestFailed(f"it cannot be reached within {connect_s:g} s") from error
    except (httpx2.ConnectError, httpx2.InvalidURL) as error:
        raise _unreached(error) from error
    except httpx2.HTTPError as error:
        begun = response is not None
        why = "it hung up in the middle of its answer" if begun else "it does not answer as a web server does"
        raise RequestFailed(why) from error


async def _read(response: httpx2.Response) -> HttpResponse:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise RequestFailed(f"its answer is larger than {LARGEST_ANSWER >> 20} MiB", again=False)
    after = response.headers.get("Retry-After", "")
    return HttpResponse(
        status=response.status_code,
        body=bytes(body),
        retry_after_s=float(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0.0,
    )


def _unreached(error: BaseException) -> RequestFailed:
    """Why there is no connection: the system's own reason, which is the first cause of the library's."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, ssl.SSLCertVerificationError):
        return RequestFailed(f"its certificate is not trusted ({error.verify_message})", again=False)
    if isinstance(error, socket.gaierror):
        return RequestFailed("its name is not known here")
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno:
        return RequestFailed(os.strerror(error.errno))
    return RequestFailed((str(error).splitlines() or [type(error).__name__])[0][:120].rstrip("."))
