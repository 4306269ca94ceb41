"""RelatedDemos: the few demos that a demo's page names because they are about the same things."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from library.connection.library import Library
from library.search.similar import more_like
from library.web.browse import DemoCard, DemoShelf, cards

_SHOWN = 4
_HITS = 24
"""Hits that are looked at; several may be steps of one demo."""


class RelatedDemos:
    """Answers for one library. ``render`` fills a template."""

    def __init__(self, library: Library, shelf: DemoShelf, render: Callable[..., str]) -> None:
        self._library, self._shelf, self._render = library, shelf, render

    def page(self, request: Request) -> Response:
        """The demos like one, as a page; with ``part=cards`` as a part of that demo's page."""
        demo = self._library.catalog.get(request.path_params["demo_id"])
        facts: dict[str, Any] = {"cards": self._like(demo.demo_id), "demo": demo}
        part = request.query_params.get("part") == "cards"
        page = self._render("sharing/related.html" if part else "sharing/related_page.html", **facts)
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    def _like(self, demo_id: str) -> tuple[DemoCard, ...]:
        found = more_like(self._library.catalog, self._library.catalog.get(demo_id), _HITS)
        by_id = {one.demo.demo_id: one for one in self._shelf.all()}
        near = list(dict.fromkeys(hit.demo_id for hit in found.hits if hit.demo_id in by_id))[:_SHOWN]
        return cards([by_id[name] for name in near], round(time.time() * 1000), fetched=self._library.scanned)
