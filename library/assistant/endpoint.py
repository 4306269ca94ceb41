"""The address ``/mcp`` of the web reader, where assistants ask the library over HTTP.

Owns who may ask: every request needs the token in its Authorization header. Cookies count for nothing here, so no page
of another site can ask in a visitor's name.
"""

from __future__ import annotations

import asyncio
import hmac

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from library.assistant.answers import Answers
from library.assistant.mcp_server import http_app, mcp_server
from library.connection.library import Library
from library.web.app import Extension

PATH = "/mcp"
_ASKS = "Assistants need the token of this library: Authorization: Bearer TOKEN\n"


class AssistantEndpoint:
    """The ASGI application of that address. It lives in the event loop of its first request."""

    def __init__(self, library: Library, reader_url: str, token: str, version: str, *, read_only: bool) -> None:
        self._token = token
        self._app, self._hold = http_app(mcp_server(Answers(library, reader_url), version, read_only=read_only))
        self._holding: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    def extension(self) -> Extension:
        """Its route for the reader."""
        return Extension([Route(PATH, self)], own_access=frozenset({PATH}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self._may_ask(Headers(scope=scope)):
            refusal = PlainTextResponse(_ASKS, 401, {"WWW-Authenticate": "Bearer"})
            await refusal(scope, receive, send)
            return
        if self._holding is None:
            self._holding = asyncio.create_task(self._hold(self._ready))
        await self._ready.wait()
        await self._app(scope, receive, send)

    def _may_ask(self, headers: Headers) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode())
