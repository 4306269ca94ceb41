"""The web reader as an ASGI application: search page, list of demos, demo pages, media files.

Owns the routes and their responses. Changes nothing but what visitors say and ask for (``learning/pages.py``). Does not
know sockets (``server.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from library.connection.library import Library
from library.index.model import STATE
from library.learning.needs.words import can_ask
from library.learning.opening import open_learning
from library.links import EMBEDDED
from library.model import Demo, DemoNotFound, Found, LibraryError, RecordNotFound
from library.search.ask import ask
from library.sharing.shares import shares_of
from library.web import view_models as view
from library.web.access_guard import Guard, GuardOptions
from library.web.blocking_pool import MEDIA_WAITS, PAGE_WAITS, RETRY_AFTER_S, BlockingPool, PoolOptions
from library.web.browse import DemoShelf, browse_page, browse_query, cards
from library.web.learning.pages import LearningPages
from library.web.learning.pathway_pages import pathway_routes
from library.web.learning.views import ShownNeed
from library.web.media_files import MediaFiles
from library.web.now import NOW, NowPages
from library.web.page_cache import KEPT_BYTES, Page, PageCache
from library.web.related import RelatedDemos
from library.web.search_log import SearchLogger
from library.web.sharing.options import SharingOptions
from library.web.sharing.pages import ASK as ASK_LINK
from library.web.sharing.pages import ReaderParts, SharingPages
from library.web.templates import HERE, templates
from library.web.view_models import VIEW_NAMES, View

STATIC = {
    "reader.css": "text/css",
    "search.js": "text/javascript",
    "demo.js": "text/javascript",
    "zoom.js": "text/javascript",
    "way_in.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "sharing/sharing.css": "text/css",
    "sharing/actions.js": "text/javascript",
    "sharing/embed.css": "text/css",
    "sharing/embed.js": "text/javascript",
    "learning/learning.css": "text/css",
    "learning/learning.js": "text/javascript",
    "learning/on_top.js": "text/javascript",
    "learning/pathway.js": "text/javascript",
}
HITS = 40
_NEWEST = 12
"""Demos on the search page while nothing is searched."""
_LONGEST_QUERY = 200
_PAGE_HEADERS = {"Cache-Control": "no-cache"}
_WHAT = {
    400: "There is nothing in this that could be noted.",
    405: "This address takes forms only; search again.",
    503: "The library does not answer in time. Try again in a moment.",
    429: "A lot was noted within this hour. Try again later.",
}


@dataclass(frozen=True)
class Extension:
    """More pages in the reader: their routes, those of their paths that accept POST, and what ends them.

    ``own_access``: paths that check for themselves who may use them and how.
    """

    routes: Sequence[Route]
    writable: frozenset[str] = frozenset()
    close: Callable[[], None] = lambda: None
    own_access: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReaderOptions:
    """Options of the reader. ``kept_bytes``: memory limit of the cache of pages. ``read_only``: nobody can ask.

    ``pages`` and ``media``: how long requests wait for the catalog, and for the store. ``extensions``: more
    pages, such as those on which browsers record; ``recordable``: they are among them. ``sharing``: how demos leave
    the reader.
    """

    guard: GuardOptions = field(default_factory=GuardOptions)
    kept_bytes: int = KEPT_BYTES
    read_only: bool = False
    pages: PoolOptions = PAGE_WAITS
    media: PoolOptions = MEDIA_WAITS
    extensions: Sequence[Extension] = ()
    recordable: bool = False
    sharing: SharingOptions = field(default_factory=SharingOptions)


@dataclass(frozen=True)
class Reader:
    """The application, and the pools it waits in; close them after it."""

    app: Guard
    pools: tuple[BlockingPool, ...]


def make_app(library: Library, scratch: Path, search_log: SearchLogger, options: ReaderOptions) -> Reader:
    """Create the application for an open library; ``scratch`` is a folder for generated media files.

    The caller closes the pools, ``search_log`` and the library, and removes the folder.
    """
    waiting, fetching = BlockingPool("pages", options.pages), BlockingPool("media", options.media)
    pages = Pages(library, search_log, options)
    media = MediaFiles(pages.demo_of, library.store.fetch_local, scratch, fetching)
    routes = [
        Route("/", waiting.endpoint(pages.home), name="home"),
        Route("/browse", waiting.endpoint(pages.browse)),
        Route("/demo/{demo_id}", waiting.endpoint(pages.demo), name="demo"),
        Route("/demo/{demo_id}/clip.mp4", media.clip),
        Route("/demo/{demo_id}/sound.m4a", media.sound),
        Route("/demo/{demo_id}/captions.vtt", media.captions),
        Route("/demo/{demo_id}/chapters.vtt", media.chapters),
        Route("/demo/{demo_id}/steps/{number:int}.webp", media.still),
        Route("/demo/{demo_id}/thumbnails/{number:int}.webp", media.thumbnail),
        Route("/static/{name:path}", _static),
        Route("/robots.txt", _robots),
        Route("/favicon.ico", _no_icon),
        Route("/demo/{demo_id}/related", waiting.endpoint(pages.related.page)),
    ]
    guard = replace(options.guard, frame_origins=options.sharing.frame_origins)
    reader = ReaderParts(
        pages.demo_of, pages.demo_page, pages.filled, library.store.fetch_local, waiting, fetching, scratch,
        library.name, token=bool(guard.token), writable=not options.read_only,
    )  # fmt: skip
    pages.sharing = SharingPages(shares_of(library), reader, options.sharing)
    learning = open_learning(library)
    now = NowPages(library, learning.notes, pages.shelf, pages.filled, writable=not options.read_only)
    routes.append(Route(NOW, waiting.endpoint(now.now)))
    pages.learning = LearningPages(
        learning, library.catalog, pages.filled, waiting.run, search_log, read_only=options.read_only
    )
    routes += [*pages.sharing.routes(), *pages.learning.routes()]
    routes += pathway_routes(library, pages.shelf, pages.filled, waiting.endpoint)
    asking = frozenset() if options.read_only else frozenset({ASK_LINK})
    guard = replace(guard, writable=guard.writable | asking | pages.learning.writable)
    for more in options.extensions:
        routes[:0] = more.routes  # their static files are in folders of their own
        writable, own_access = guard.writable | more.writable, guard.own_access | more.own_access
        guard = replace(guard, writable=writable, own_access=own_access)
    app = Starlette(routes=routes, exception_handlers={HTTPException: pages.problem, LibraryError: pages.problem})
    return Reader(Guard(app, guard, pages.way_in), (waiting, fetching))


class Pages:
    """The pages of one library. ``sharing`` and ``learning`` are set before the first request."""

    sharing: SharingPages
    learning: LearningPages

    def __init__(self, library: Library, search_log: SearchLogger, options: ReaderOptions) -> None:
        self._library, self._search_log, self._cache = library, search_log, PageCache(options.kept_bytes)
        self.shelf, self._writable = DemoShelf(library.catalog), not options.read_only
        self._templates = templates(recordable=options.recordable)
        self.related = RelatedDemos(library, self.shelf, self.filled)

    def demo_of(self, demo_id: str) -> Demo:
        """A demo by its whole id. Raises DemoNotFound."""
        return self._library.catalog.get(demo_id)

    def home(self, request: Request) -> Response:
        """The search page with its results; with ``part=results`` the results alone, for search as you type.

        With ``part=typing`` the results by words alone: the query may not be complete. With ``asked=yes`` the visitor
        has just asked for it.
        """
        query = request.query_params.get("q", "")[:_LONGEST_QUERY]
        query = query if query.strip() else ""
        if not query:
            self._library.refresh()
        part, asked = request.query_params.get("part", ""), request.query_params.get("asked") == "yes"
        template = "results.html" if part in {"results", "typing"} else "home.html"
        state = self._library.catalog.fact(STATE)
        told = () if part else self.learning.told(request)
        key = (template, part, query, asked, told)
        page = self._cache.page(state, key, lambda: self._found(template, query, part, asked=asked, told=told))
        self._search_log.searched(_visitor(request), query, page.hits)
        return HTMLResponse(page.body, headers=_PAGE_HEADERS)

    def _found(self, template: str, query: str, part: str, *, asked: bool, told: Sequence[ShownNeed]) -> Page:
        meaning = None if part == "typing" else self._library.meaning
        found = ask(self._library.catalog, meaning, query, HITS) if query else Found(query="")
        newest = () if query else self.shelf.all()[:_NEWEST]
        page = self.filled(
            template,
            query=query,
            found=found,
            demos=view.shown_hits(found.hits, _now_ms(), self.shelf.languages()),
            cards=cards(newest, _now_ms(), fetched=self._library.scanned),
            count=self._library.catalog.count(),
            asked=asked,
            told=told,
            can_ask=self._writable and can_ask(found),
        )
        return Page(page.encode(), found.answers)

    def browse(self, request: Request) -> Response:
        """All demos by pages, or those of a tag, a collection or a person."""
        self._library.refresh()
        wanted = browse_query(request.query_params)
        state = self._library.catalog.fact(STATE)

        def page() -> Page:
            shown = browse_page(self.shelf.all(), wanted, _now_ms(), fetched=self._library.scanned)
            return Page(self.filled("browse.html", page=shown).encode(), 0)

        return HTMLResponse(self._cache.page(state, ("browse.html", wanted), page).body, headers=_PAGE_HEADERS)

    def demo(self, request: Request) -> Response:
        """A demo to watch, read or print."""
        self._search_log.opened(_visitor(request))
        demo = self._named(request.path_params["demo_id"])
        if isinstance(demo, str):
            return RedirectResponse(f"/demo/{demo}", 303)
        facts = self.demo_page(demo, request)
        facts |= self.sharing.demo_facts(demo, request, facts["summary"], step=_step_at(demo, facts["at_ms"]))
        return self._page("demo.html", **facts, **self.learning.demo_facts(demo, request))

    def demo_page(self, demo: Demo, request: Request) -> dict[str, Any]:
        """What the templates of a demo's page need."""
        wanted = request.query_params.get("view", "")
        shown = View(wanted) if wanted in set(View) else View.WATCH
        if not demo.clip.has_sound and shown is View.LISTEN:
            shown = View.READ
        at_ms = _moment(request.query_params.get("at", ""), demo.clip.duration_ms)
        facts = _demo_facts(demo, request, fetched=self._library.scanned)
        return facts | {"view": shown, "views": _views(demo, shown), "at_ms": at_ms}

    def way_in(self, *, path: str, kept: Sequence[tuple[str, str]], wrong: bool) -> str:
        """The page that asks for the token, or says so in a frame. It says nothing of the library."""
        if path.startswith(EMBEDDED):
            page = f"/demo/{path.removeprefix(EMBEDDED)}"
            return self._templates.get_template("sharing/embed_closed.html").render(state="token", page=page)
        return self._templates.get_template("way_in.html").render(path=path, kept=kept, wrong=wrong)

    async def problem(self, request: Request, error: Exception) -> Response:
        """The error page: one line on what went wrong, and a link back."""
        status = error.status_code if isinstance(error, HTTPException) else 503
        if isinstance(error, RecordNotFound) or status == 404:
            status, what = 404, "This is not here. It may have been removed, or its address is not whole."
        elif isinstance(error, LibraryError):
            what = str(error)
        else:
            what = _WHAT.get(status, "That cannot be answered.")
        accept = request.headers.get("accept", "text/html")
        if "text/html" not in accept and "*/*" not in accept:
            answer = Response(f"{what}\n", status, media_type="text/plain")
        else:
            answer = self._page("problem.html", status=status, what=what)
        if status == 503:
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
        return answer

    def _named(self, name: str) -> Demo | str:
        """The demo with that id; the full id, when ``name`` is the beginning of one."""
        try:
            return self.demo_of(name)
        except DemoNotFound:
            return self._library.catalog.resolve(name).demo_id

    def _page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        return HTMLResponse(self.filled(template, **facts), status, _PAGE_HEADERS)

    def filled(self, template: str, **facts: Any) -> str:
        """A template with these facts, and the library's name."""
        return self._templates.get_template(template).render(library=self._library.name, **facts)


def _demo_facts(demo: Demo, request: Request, *, fetched: bool) -> dict[str, Any]:
    now = _now_ms()
    return {
        "demo": demo,
        "sources": view.sources_of(demo),
        "facts": view.facts(demo),
        "review_by": view.day(demo.review_unix_ms),
        "stale": demo.stale(now),
        "steps": view.shown_steps(demo, fetched=fetched),
        "sentences": view.shown_words(demo),
        "summary": view.summary(demo),
        "base": str(request.base_url).rstrip("/"),
        "query": request.query_params.get("q", "")[:_LONGEST_QUERY],
    }


def _views(demo: Demo, shown: View) -> list[tuple[str, str, bool]]:
    """Each view's query string, name, and whether it is the one shown."""
    offered = [one for one in View if one is not View.LISTEN or demo.clip.has_sound]
    return [(f"?view={one.value}" if one is not View.WATCH else "?", VIEW_NAMES[one], one is shown) for one in offered]


def _moment(text: str, last_ms: int) -> int | None:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return min(int(text), last_ms)


def _step_at(demo: Demo, at_ms: int | None) -> int:
    """The number of the step that is shown at a moment; 0 for none."""
    found = (step.number for step in demo.steps if at_ms is not None and step.contains(at_ms))
    return next(found, 0)


def _visitor(request: Request) -> str:
    """Address of the client, which groups queries until they settle; it is never stored."""
    return request.client.host if request.client else ""


def _now_ms() -> int:
    return round(time.time() * 1000)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    return static_file(name, STATIC[name], request)


def static_file(name: str, media_type: str, request: Request) -> Response:
    """A file of the folder of this module; kept by browsers for ever where its address has its hash."""
    keep = "public, max-age=31536000, immutable" if request.query_params.get("h") else "no-cache"
    return FileResponse(HERE / name, media_type=media_type, headers={"Cache-Control": keep})


async def _robots(_: Request) -> Response:
    # Chats whose previews ask here first may read what is shared; its pages tell search engines to leave them out.
    return Response("User-agent: *\nAllow: /s/\nAllow: /oembed\nDisallow: /\n", media_type="text/plain")


async def _no_icon(_: Request) -> Response:
    return Response(status_code=204)
