"""The page on which a browser records, and the requests it sends: chunks, the end, corrections, filing.

Owns HTTP: what a request may hold and how a refusal is told. What is recorded is in ``uploads.py``, what becomes of it
in ``drafts.py``. Where a request may come from is checked by ``access_guard.py``, before it comes here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from capture.errors import ShowhowError
from capture.files import prepared
from capture.takes import VIDEO
from library.connection.library import Library
from library.web.access_guard import GuardOptions, is_loopback
from library.web.app import Extension, static_file
from library.web.blocking_pool import BlockingPool, PoolOptions
from library.web.recording.draft_view import draft_view
from library.web.recording.drafts import DraftDesk, DraftEdit, DraftPhase, DraftWork
from library.web.recording.options import CHUNK_LIMIT_BYTES, RecordingOptions, RecordingRefused
from library.web.recording.upload import Mark
from library.web.recording.uploads import BeginRequest, Uploads
from library.web.templates import templates

T = TypeVar("T")
PATH = "/record"
_KEY = "showhow-recording"
"""The header with the key of a recording. A page of another site could not send it without being asked about first."""
_SMALL_BYTES = 64 << 10
_TIMEOUT_S = 60
_PATIENCE = PoolOptions(threads=12, patience_s=60.0)
_CHECK_S = 5.0
_STATIC = {
    "record.js": "text/javascript",
    "outbox.js": "text/javascript",
    "sound.js": "text/javascript",
    "review.js": "text/javascript",
    "record.css": "text/css",
}
_MARKS: type[list[Mark]] = list[Mark]


class RecordingPages:
    """The page and its requests, over one library."""

    def __init__(self, library: Library, guard: GuardOptions, options: RecordingOptions) -> None:
        self._library, self._guard, self._options = library, guard, options
        self._uploads, self._desk = Uploads(options), DraftDesk(library, options)
        self._pool = BlockingPool("recording", _PATIENCE)
        self._templates = templates(recordable=True)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._park_idle, name="idle recordings", daemon=True)
        self._watch.start()

    def extension(self) -> Extension:
        """Its routes for the reader."""
        posts: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "begin": self._begin,
            "chunk": self._chunk,
            "alive": self._alive,
            "leave": self._leave,
            "discard": self._discard,
            "stop": self._stop,
            "draft": self._draft,
            "edit": self._edit,
            "file": self._file,
        }
        routes = [
            Route(PATH, self._page),
            Route(f"{PATH}/video", self._video),
            Route("/static/recording/{name}", _static),
            *(Route(f"{PATH}/{name}", self._answered(answer), methods=["POST"]) for name, answer in posts.items()),
        ]
        return Extension(routes, frozenset(f"{PATH}/{name}" for name in posts), self.close)

    def close(self) -> None:
        """Park what is being recorded, and cancel what is being made of it."""
        self._over.set()
        self._uploads.close()
        self._desk.close()
        self._pool.close()

    def _park_idle(self) -> None:
        while not self._over.wait(_CHECK_S):
            self._uploads.park_idle()

    def _answered(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint with its refusals as one line in JSON, for the page to show."""

        async def endpoint(request: Request) -> Response:
            try:
                self._require_allowed(request)
                return await answer(request)
            except RecordingRefused as refused:
                facts = {"line": str(refused), "over": refused.over, "expected": refused.expected}
                return JSONResponse(facts, refused.status)
            except HTTPException as error:
                return JSONResponse(
                    {"line": _LINES.get(error.status_code, "That cannot be answered.")}, error.status_code
                )
            except ShowhowError as error:
                return JSONResponse({"line": str(error)}, 422)

        return endpoint

    def _require_allowed(self, request: Request) -> None:
        """Without a token only a browser on this machine may record: a proxy in front would let in everybody."""
        if not self._guard.token and not is_loopback(request.url.hostname or ""):
            raise RecordingRefused(
                403, "Recording over the network needs a token here", "Ask whoever serves the library."
            )

    async def _page(self, request: Request) -> Response:
        local = is_loopback(request.url.hostname or "")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        page = self._templates.get_template("recording/record.html").render(
            library=self._library.name,
            refused=not local and not self._guard.token,
            host=request.url.hostname,
            port=port,
            longest_ms=self._options.longest_ms,
        )
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    async def _begin(self, request: Request) -> Response:
        wish = _decoded(await _body(request, _SMALL_BYTES), BeginRequest)
        visitor = request.client.host if request.client else "an unknown address"
        key = await self._pool.run(lambda: self._uploads.begin(wish, visitor))
        return JSONResponse({"key": key})

    async def _chunk(self, request: Request) -> Response:
        key, query = _key(request), request.query_params
        number, at_ms = _number(query.get("number", "")), _number(query.get("at", ""))
        marks = _decoded(query.get("marks", "[]").encode(), _MARKS)
        data = await _body(request, CHUNK_LIMIT_BYTES)
        expected = await self._pool.run(lambda: self._uploads.append(key, number, data, marks, at_ms))
        return JSONResponse({"expected": expected})

    async def _alive(self, request: Request) -> Response:
        key = _key(request)
        return JSONResponse({"expected": await self._pool.run(lambda: self._uploads.expected(key))})

    async def _leave(self, request: Request) -> Response:
        key = _key(request)
        await self._pool.run(lambda: self._uploads.leave(key))
        return JSONResponse({})

    async def _discard(self, request: Request) -> Response:
        key = _key(request)

        def discard() -> None:
            self._desk.forget(self._uploads.folder_of(key))
            self._uploads.discard(key)

        await self._pool.run(discard)
        return JSONResponse({})

    async def _stop(self, request: Request) -> Response:
        key, chunks = _key(request), _number(request.query_params.get("chunks", ""))
        take = await self._pool.run(lambda: self._uploads.finish(key, chunks))
        return await self._shown(lambda: self._desk.work_of(take.path))

    async def _draft(self, request: Request) -> Response:
        folder = await self._folder(request)
        return await self._shown(lambda: self._desk.work_of(folder))

    async def _edit(self, request: Request) -> Response:
        folder, edit = await self._folder(request), _decoded(await _body(request, _SMALL_BYTES), DraftEdit)
        return await self._shown(lambda: self._desk.edit(folder, edit))

    async def _file(self, request: Request) -> Response:
        folder = await self._folder(request)
        return await self._shown(lambda: self._desk.file(folder))

    async def _video(self, request: Request) -> Response:
        """The take to look at; its key is in the query, because a video element sends no headers."""
        try:
            folder = await self._pool.run(lambda: self._uploads.folder_of(request.query_params.get("key", "")))
        except RecordingRefused as error:
            raise HTTPException(404) from error
        return FileResponse(folder / VIDEO, headers={"Cache-Control": "private, no-store"})

    async def _folder(self, request: Request) -> Path:
        key = _key(request)
        return await self._pool.run(lambda: self._uploads.folder_of(key))

    async def _shown(self, change: Callable[[], DraftWork]) -> Response:
        """The state of the draft after a change, with its page once there is one."""

        def shown() -> dict[str, Any]:
            work = change()
            with work.lock:  # the page and the phase are those of one moment, or the browser would stop asking too soon
                phase, draft = work.phase, work.draft
                state = {"phase": phase.value, "done": work.done, "total": work.total, "what": work.what}
                state |= {"line": work.problem, "demo": work.demo_id}
            # A first draft without its words has no steps worth a look.
            worded = phase is DraftPhase.WORKING and draft is not None and not draft.waiting_for_words
            page = ""
            if draft is not None and (phase is DraftPhase.READY or worded):
                template = self._templates.get_template("recording/draft.html")
                page = template.render(draft=draft_view(draft), ready=phase is DraftPhase.READY)
            return state | {"page": page}

        return JSONResponse(await self._pool.run(shown))


_LINES = {
    400: "The library did not understand this page. Reload it.",
    413: "That is more than is taken at once.",
    408: "The line is too slow for that.",
    503: "The library does not answer in time.",
}


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    return static_file(f"recording/{name}", _STATIC[name], request)


async def _body(request: Request, limit: int) -> bytes:
    """The body of a request. Raises HTTPException when it is too large or too slow."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise HTTPException(413)
    except TimeoutError as error:
        raise HTTPException(408) from error
    return b"".join(parts)


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=prepared(kind))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HTTPException(400) from error


def _key(request: Request) -> str:
    return request.headers.get(_KEY, "")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise HTTPException(400)
    return int(text)
