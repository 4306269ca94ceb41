"""The page of the program in front: its best steps, and a search with that program first. For this machine only.

Owns the address ``/now?app=&title=``. Which program is in front somebody else asks (``tui/commands/learning/now.py``):
a server cannot know it. Nothing of the address is stored.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from capture.model import Front
from library.connection.library import Library
from library.learning.needs.words import can_ask
from library.learning.notes.notes import Notes
from library.learning.now.help import front_first, help_for_front
from library.model import Found, Hit
from library.search.ask import ask
from library.text import clean
from library.web.browse import DemoShelf, cards
from library.web.learning.pages import RenderPage
from library.web.view_models import shown_hits

NOW = "/now"
_HITS, _NEWEST = 40, 12
_LONGEST_QUERY, _LONGEST_NAME, _LONGEST_TITLE = 200, 100, 200
_HEADERS = {"Cache-Control": "no-store"}


def now_address(reader_url: str, app: str, title: str) -> str:
    """The address of the page; ``title`` has steady words only, because browsers keep addresses."""
    return f"{reader_url.rstrip('/')}{NOW}?{urlencode({'app': app, 'title': title})}"


class NowPages:
    """The page of a library. ``writable``: what is not found can be asked for."""

    def __init__(self, library: Library, notes: Notes, shelf: DemoShelf, render: RenderPage, *, writable: bool) -> None:
        self._library, self._notes, self._shelf = library, notes, shelf
        self._render, self._writable = render, writable

    def now(self, request: Request) -> Response:
        """The page, or with ``part`` its results alone. Raises HTTPException: asked from another machine."""
        if not _is_here(request):
            raise HTTPException(404)
        told = request.query_params
        front = Front(clean(told.get("app", ""), _LONGEST_NAME), clean(told.get("title", ""), _LONGEST_TITLE))
        query, part = told.get("q", "")[:_LONGEST_QUERY], told.get("part", "")
        self._library.refresh()
        found = self._found(front, query if query.strip() else "", part)
        newest = () if found.hits or found.query else self._shelf.all()[:_NEWEST]
        now_ms = round(time.time() * 1000)
        facts: Mapping[str, object] = {
            "app": front.app, "window_title": front.title, "query": found.query, "found": found,
            "demos": shown_hits(found.hits, now_ms, self._shelf.languages()), "count": self._library.catalog.count(),
            "cards": cards(newest, now_ms, fetched=self._library.scanned), "asked": False,
            "can_ask": self._writable and can_ask(found),
        }  # fmt: skip
        page = self._render(f"learning/{'now_results' if part else 'now'}.html", **facts)
        return HTMLResponse(page, headers=_HEADERS)

    def _found(self, front: Front, query: str, part: str) -> Found:
        catalog, notes = self._library.catalog, self._notes.every()
        helped = help_for_front(catalog, notes, front)
        if not query:
            return Found(query="", hits=_together(helped.hits))
        meaning = None if part == "typing" else self._library.meaning
        found = ask(catalog, meaning, query, _HITS)
        return front_first(catalog, helped, found, _HITS)


def _together(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits of one demo in one place, that of its best; the steps of a demo are listed below its title."""
    place = {demo_id: number for number, demo_id in enumerate(dict.fromkeys(hit.demo_id for hit in hits))}
    return tuple(sorted(hits, key=lambda hit: place[hit.demo_id]))


def _is_here(request: Request) -> bool:
    """Whether the visitor is on this machine."""
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
