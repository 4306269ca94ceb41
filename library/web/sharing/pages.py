"""SharingPages: pages below share links, the player for frames on other sites, the oEmbed endpoint, and downloads.

Owns HTTP and who may see what without the reader's token: whoever has a link that works, one demo. Whether a link
works is ``library/sharing``'s; how pages look is the templates'; that nothing else is open is ``access_guard.py``'s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from library.links import parse_link
from library.model import Demo, DemoNotFound
from library.sharing.model import CheckedShare, ShareState
from library.sharing.qr_code import qr_svg
from library.sharing.shares import Shares
from library.text import is_demo_id
from library.web.learning.forms import form_fields
from library.web.sharing.addresses import FILES, DemoAddresses, is_local
from library.web.sharing.downloads import Downloads, WaitingPool
from library.web.sharing.options import SharingOptions
from library.web.sharing.unfurl import frame_code, oembed_document, unfurl

ASK = "/s/ask"
"""Path to which the page of a link that does not work any more posts its form."""
_HEADERS = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class ReaderParts:
    """What the reader lends. ``facts``: what the template of a demo's page needs; ``render`` fills a template.

    ``token``: the reader asks for one. ``writable``: visitors may ask for things.
    """

    find: Callable[[str], Demo]
    facts: Callable[[Demo, Request], dict[str, Any]]
    render: Callable[..., str]
    fetch_local: Callable[..., Demo]
    pages: WaitingPool
    media: WaitingPool
    scratch: Path
    library: str
    token: bool
    writable: bool


class SharingPages:
    """The routes over one library's demos and share links."""

    def __init__(self, shares: Shares, reader: ReaderParts, options: SharingOptions) -> None:
        self._shares, self._reader, self._options = shares, reader, options
        self._downloads = Downloads(reader.find, reader.fetch_local, reader.scratch, reader.media, options.exports)

    def routes(self) -> list[Route]:
        """The routes; those below ``/s/`` and with a code below ``/embed/`` check the share themselves."""
        asking = [Route(ASK, self._ask, methods=["POST"])] if self._reader.writable else []
        return [
            *asking,
            Route("/s/{demo_id}/{code}", self._shared),
            Route("/s/{demo_id}/{code}/{file:path}", _SharedFile(self._check)),
            Route("/embed/{demo_id}", self._embed),
            Route("/embed/{demo_id}/{code}", self._embed),
            Route("/oembed", self._oembed),
            Route("/demo/{demo_id}/download", self._downloads.clip),
            Route("/demo/{demo_id}/export/{form}", self._downloads.export),
            Route("/demo/{demo_id}/preview/{number:int}.jpg", self._downloads.preview),
            Route("/demo/{demo_id}/code/{number:int}.svg", self._code),
        ]

    def demo_facts(self, demo: Demo, request: Request, summary: str, code: str = "", step: int = 0) -> dict[str, Any]:
        """What the head of a demo's page and its buttons need, besides the facts of the page itself."""
        at = self._addresses(request, demo, code)
        framed, exports = bool(self._options.frame_origins), self._options.exports
        return {
            "unfurl": unfurl(demo, at, self._reader.library, summary, step),
            "share": {
                "page": at.page(),
                "path": at.path,
                "asks_for_token": self._reader.token and not code,
                "frame": frame_code(at.embed(), demo.title) if framed and not (self._reader.token and not code) else "",
                "exports": () if code or exports is None else tuple(exports.choices(demo)),
                "related": "" if code else f"{at.path}/related",
                "codes": "" if code or is_local(at.base) else f"{at.path}/code",
            },
        }

    def _addresses(self, request: Request, demo: Demo, code: str = "") -> DemoAddresses:
        base = self._options.public_url or str(request.base_url)
        return DemoAddresses(base.rstrip("/"), demo.demo_id, code)

    async def _code(self, request: Request) -> Response:
        """The code that opens a step on a phone, as SVG."""

        def drawn() -> str:
            demo = self._reader.find(request.path_params["demo_id"])
            return qr_svg(self._addresses(request, demo).page(demo.step(request.path_params["number"]).number))

        return Response(await self._reader.pages.run(drawn), media_type="image/svg+xml", headers=_HEADERS)

    async def _check(self, demo_id: str, code: str) -> CheckedShare:
        return await self._reader.pages.run(lambda: self._shares.check(demo_id, code))

    async def _shared(self, request: Request) -> Response:
        demo_id, code = request.path_params["demo_id"], request.path_params["code"]
        checked = await self._check(demo_id, code)
        if checked.state is not ShareState.LIVE or checked.share is None:
            return self._closed(checked, demo_id, code)
        step = checked.share.step
        return await self._reader.pages.run(lambda: self._shared_page(request, demo_id, code, step))

    def _shared_page(self, request: Request, demo_id: str, code: str, step: int) -> Response:
        try:
            demo = self._reader.find(demo_id)
        except DemoNotFound:
            return self._closed(CheckedShare(ShareState.UNKNOWN), demo_id, code)
        facts = self._reader.facts(demo, request)
        facts |= self.demo_facts(demo, request, facts["summary"], code, step)
        facts |= _below(facts, self._addresses(request, demo, code))
        return self._page("sharing/shared.html", **facts, browsable=False, shared_step=step)

    def _closed(self, checked: CheckedShare, demo_id: str, code: str, *, asked: bool = False) -> Response:
        """The page of a link that does not work. It says nothing of the demo but who shared it."""
        share = checked.share
        status = 404 if checked.state is ShareState.UNKNOWN else 410
        again = asked or (share is not None and share.asked_unix_ms > 0)
        return self._page(
            "sharing/closed.html", status=200 if asked else status, state=checked.state.value,
            by=share.by if share else "", asked=again, demo_id=demo_id, code=code, can_ask=self._reader.writable,
        )  # fmt: skip

    async def _ask(self, request: Request) -> Response:
        fields = await form_fields(request)
        demo_id, code = fields.get("demo", ""), fields.get("code", "")
        checked = await self._reader.pages.run(lambda: self._shares.ask_again(demo_id, code))
        if checked.state is ShareState.LIVE:
            return RedirectResponse(f"/s/{demo_id}/{code}", 303)
        return self._closed(checked, demo_id, code, asked=checked.state is not ShareState.UNKNOWN)

    async def _embed(self, request: Request) -> Response:
        demo_id, code = request.path_params["demo_id"], request.path_params.get("code", "")
        step = 0
        if code:
            checked = await self._check(demo_id, code)
            if checked.state is not ShareState.LIVE or checked.share is None:
                return self._page("sharing/embed_closed.html", status=410, state=checked.state.value, page="")
            step = checked.share.step
        return await self._reader.pages.run(lambda: self._player(request, demo_id, code, step))

    def _player(self, request: Request, demo_id: str, code: str, step: int) -> Response:
        try:
            demo = self._reader.find(demo_id)
        except DemoNotFound:
            return self._page("sharing/embed_closed.html", status=404, state="unknown", page="")
        at, facts = self._addresses(request, demo, code), self._reader.facts(demo, request)
        facts |= _below(facts, at)
        return self._page(
            "sharing/embed.html", demo=demo, sources=facts["sources"], steps=facts["steps"], page=at.page(),
            sentences=facts["sentences"], first=step, origins=self._options.frame_origins,
        )  # fmt: skip

    async def _oembed(self, request: Request) -> Response:
        try:
            return await self._preview(request)
        except (HTTPException, DemoNotFound) as error:
            status = error.status_code if isinstance(error, HTTPException) else 404
            return JSONResponse({"error": "There is no preview of this address."}, status)

    async def _preview(self, request: Request) -> Response:
        """The oEmbed document. Raises HTTPException: another format, not of this reader, not to be seen."""
        query = request.query_params
        if query.get("format", "json") != "json":
            raise HTTPException(501)
        demo_id, code, step = self._named(request, query.get("url", ""))
        if code:
            checked = await self._check(demo_id, code)
            if checked.state is not ShareState.LIVE:
                raise HTTPException(404)
        elif not request.scope.get("state", {}).get("admitted", False):
            raise HTTPException(401)
        demo = await self._reader.pages.run(lambda: self._reader.find(demo_id))
        limits = _pixels(query.get("maxwidth", "")), _pixels(query.get("maxheight", ""))
        framed = bool(self._options.frame_origins) and bool(code or not self._reader.token)
        at = self._addresses(request, demo, code)
        return JSONResponse(
            oembed_document(demo, at, self._reader.library, step, framed=framed, limits=limits), headers=_HEADERS
        )

    def _named(self, request: Request, url: str) -> tuple[str, str, int]:
        """Demo, share code and step of an address of this reader. Raises HTTPException (404) on any other."""
        try:
            asked, own = urlsplit(url), urlsplit(self._options.public_url or str(request.base_url))
        except ValueError as error:
            raise HTTPException(404) from error
        # A proxy may speak HTTPS, and the port belongs to the name: one machine may have several readers.
        hosts = {own.netloc.lower(), request.headers.get("host", "").lower()}
        parts = [unquote(part) for part in asked.path.removeprefix(own.path.rstrip("/")).split("/")]
        shapes = {("demo", 3), ("s", 4), ("embed", 3), ("embed", 4)}
        if asked.scheme not in {"http", "https"} or asked.netloc.lower() not in hosts or len(parts) < 3:
            raise HTTPException(404)
        if (parts[1], len(parts)) not in shapes or not is_demo_id(parts[2]):
            raise HTTPException(404)
        return parts[2], parts[3] if len(parts) == 4 else "", parse_link(url).step

    def _page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        page = self._reader.render(template, **facts)
        return HTMLResponse(page, status, _HEADERS)


class _SharedFile:
    """ASGI application: a file below a share link, answered as the same file of the demo on the reader."""

    def __init__(self, check: Callable[[str, str], Awaitable[CheckedShare]]) -> None:
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what the link does not open gets one line that says nothing of the library."""
        named: Mapping[str, str] = scope["path_params"]
        known = scope["method"] in {"GET", "HEAD"} and FILES.fullmatch(named["file"]) is not None
        state = (await self._check(named["demo_id"], named["code"])).state if known else ShareState.UNKNOWN
        if state is not ShareState.LIVE:
            status = 404 if state is ShareState.UNKNOWN else 410
            await PlainTextResponse("This link does not open that.\n", status)(scope, receive, send)
            return
        path = f"/demo/{named['demo_id']}/{named['file']}"
        inner = {**scope, "path": path, "raw_path": path.encode(), "path_params": {}}
        await scope["app"](inner, receive, send)


def _below(facts: Mapping[str, Any], at: DemoAddresses) -> dict[str, Any]:
    """The addresses among the facts of a page, as they are reached below a share link."""
    return {"sources": _moved(facts["sources"], at), "steps": [_moved(step, at) for step in facts["steps"]]}


def _moved(value: Any, at: DemoAddresses) -> Any:
    """A value with each address in it moved: a text, or a tuple of values, named or not."""
    if isinstance(value, str):
        return at.moved(value)
    if not isinstance(value, tuple):
        return value
    parts = [_moved(part, at) for part in value]
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)


def _pixels(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
