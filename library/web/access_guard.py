"""Access control of the web reader: checks host, token, method and origin, and adds security headers to every response.

Does not know the pages.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from library.web.sharing.options import frame_ancestors

_COOKIE = "showhow_token"
_OPEN = re.compile(r"/static/.*|/s/.*|/embed/[^/]+/[^/]+|/oembed", re.DOTALL)
"""What needs no token: style, scripts and icon, which the page that asks for it needs too and which are the same for
every library; share links, and players with a share's code, which check it; previews, which ask for one of both."""
_FRAMED = "/embed/"
_HEADERS = {
    # Only content from this server: a script in a title would not run even if it got into a page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASKS = "This library asks for its token: open the link that “showhow serve” printed."


def _raw_headers(origins: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """The headers of a page that pages of these origins may show in a frame; without any, none may."""
    headers = dict(_HEADERS)
    headers["Content-Security-Policy"] += frame_ancestors(origins)
    if not origins:
        headers["X-Frame-Options"] = "DENY"  # it knows no origins
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class WayIn(Protocol):
    """Renders the page with a field for the token, which leads to ``path`` with the ``kept`` fields of its query."""

    def __call__(self, *, path: str, kept: Sequence[tuple[str, str]], wrong: bool) -> str:
        """The page; ``wrong`` when a token was given that is not this library's."""


@dataclass(frozen=True)
class GuardOptions:
    """``hosts``: accepted host names, with any port; empty: all. ``token``: required of every client; empty: none.

    ``writable``: the paths that accept POST, from this reader's own pages only. ``frame_origins``: the sites whose
    pages may show the player (below ``/embed/``) in a frame. ``own_access``: paths of which only the host name is
    checked here.
    """

    hosts: tuple[str, ...] = _LOOPBACK
    token: str = ""
    writable: frozenset[str] = frozenset()
    frame_origins: tuple[str, ...] = ()
    own_access: frozenset[str] = frozenset()


def is_loopback(host: str) -> bool:
    """Whether a server bound to ``host`` can be reached from this machine only."""
    return host in _LOOPBACK or host.startswith("127.")


class Guard:
    """ASGI middleware: rejects requests before they reach a page, and adds the headers to every response.

    ``way_in`` renders the page that asks for the token; it needs nothing of the library.
    """

    def __init__(self, app: ASGIApp, options: GuardOptions, way_in: WayIn) -> None:
        self._app, self._options, self._way_in = app, options, way_in
        self._headers, self._framed_headers = _raw_headers(()), _raw_headers(options.frame_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        more = self._framed_headers if scope["path"].startswith(_FRAMED) else self._headers

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self._options.hosts and _name(headers.get("host", "")) not in self._options.hosts:
            # Prevents DNS rebinding: another site whose name was pointed at this machine.
            return PlainTextResponse("This server does not answer to that name.\n", 421)
        if scope["path"] in self._options.own_access:
            return None
        return self._method_refusal(scope, headers) or self._stranger_refusal(scope, headers)

    def _method_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["method"] == "POST" and scope["path"] in self._options.writable:
            if not _from_own_page(headers):
                return PlainTextResponse("This is accepted from the reader's own pages only.\n", 403)
        elif scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("This is a reader: it changes nothing.\n", 405, {"Allow": "GET, HEAD"})
        return None

    def _stranger_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not self._options.token:
            return _admit(scope)
        if _OPEN.fullmatch(scope["path"]):
            return _admit(scope) if self._has_cookie(scope, headers) else None
        return self._token_refusal(scope, headers)

    def _has_cookie(self, scope: Scope, headers: Headers) -> bool:
        return self._is_token(cookie_parser(headers.get("cookie", "")).get(_cookie(scope), ""))

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if any(name == "token" and self._is_token(value) for name, value in query):
            rest = urlencode([(name, value) for name, value in query if name != "token"])
            path = "/" + scope["path"].lstrip("/")  # never //other.site
            answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
            # Lax: a link in a chat must open, and no link can change anything in the reader.
            answer.set_cookie(_cookie(scope), self._options.token, httponly=True, samesite="lax", max_age=30 * 86_400)
            return answer
        program = self._is_token(_bearer(headers))  # it keeps no cookies
        if program or self._has_cookie(scope, headers):
            return _admit(scope)
        if "text/html" not in headers.get("accept", ""):
            return PlainTextResponse(f"{_ASKS}\n", 401)
        kept = [(name, value) for name, value in query if name != "token"]
        wrong = len(kept) < len(query)
        return HTMLResponse(self._way_in(path=f"/{scope['path'].lstrip('/')}", kept=kept, wrong=wrong), 401)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._options.token.encode())


def _admit(scope: Scope) -> Response | None:
    """No refusal; tells the pages that this visitor may see every demo."""
    scope.setdefault("state", {})["admitted"] = True
    return None


def _bearer(headers: Headers) -> str:
    kind, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else ""


def _cookie(scope: Scope) -> str:
    """Name of the cookie. Browsers keep cookies by host, not by port: two readers on one host need two names."""
    server = scope.get("server")
    return f"{_COOKIE}_{server[1]}" if server else _COOKIE


def _from_own_page(headers: Headers) -> bool:
    """Whether a form of this reader sent the request, as the browser says in Origin and Sec-Fetch-Site.

    Older browsers send no Sec-Fetch-Site, and none does over plain HTTP from another machine; one of both is required.
    The scheme is not compared: a proxy in front may speak HTTPS.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    try:
        same_host = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # no address, such as “http://[”
        return False
    return same_host and site in {None, "same-origin"}


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[: host.find("]") + 1].lower()
    return host.partition(":")[0].lower()


def hosts_for(host: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Accepted host names of a server bound to ``host``: loopback names, that address, and those given in ``more``.

    Bound to all addresses and without given names, every name is accepted; the token protects the server.
    """
    given = tuple(name.lower() for name in more)
    if host in {"0.0.0.0", "::", "*"}:  # noqa: S104  compared, not bound
        return (*_LOOPBACK, *given) if given else ()
    return (*_LOOPBACK, host.lower(), *given)
