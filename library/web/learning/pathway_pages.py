"""The pages of pathways: all of them, and one with its points. They take nothing from visitors.

How far a visitor is, the server does not know: ticks stay in the browser. Of all learners it shows counts of five and
more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from library.connection.library import Library
from library.model import Demo
from library.practice.model import PracticeLevel
from library.practice.pathways.model import KeyedPoint, PointKind, keyed
from library.practice.pathways.pathways import Pathways, pathways_of
from library.practice.pathways.shared import SharedProgress, counts_of, shared_progress
from library.practice.pathways.words import (
    KIND_NAMES,
    counts_words,
    pathway_facts,
    point_asks,
    point_title,
)
from library.web.learning.pages import RenderPage

PATHWAYS = "/pathways"
_MakeEndpoint = Callable[[Callable[[Request], Response]], Callable[[Request], Awaitable[Response]]]
_HEADERS = {"Cache-Control": "no-cache"}


class _Kept(Protocol):
    @property
    def demo(self) -> Demo: ...


class _Shelf(Protocol):
    """All demos, as ``DemoShelf`` has them."""

    def all(self) -> Sequence[_Kept]: ...


class ShownPoint(NamedTuple):
    """A point as the page shows it. ``address``: of its demo; empty when it was removed or there is none."""

    number: int
    kind: str
    title: str
    asks: str
    level: str
    address: str
    demo_id: str
    gone: bool
    reached: str

    @property
    def can_tick(self) -> bool:
        """Whether the visitor may tick it: only watching is a matter of the visitor's word."""
        return self.kind == KIND_NAMES[PointKind.WATCH] and not self.gone


class ShownPathway(NamedTuple):
    """A pathway in the list of all."""

    address: str
    title: str
    about: str
    facts: str


class PathwayPages:
    """The pages of one library."""

    def __init__(
        self, pathways: Pathways, shared: SharedProgress, shelf: _Shelf, render: RenderPage
    ) -> None:  # fmt: skip
        self._pathways, self._shared, self._shelf, self._render = pathways, shared, shelf, render

    def all(self, _: Request) -> Response:
        """Every pathway that is not closed."""
        found = [
            ShownPathway(f"/pathway/{one.pathway_id}", one.title, one.about, pathway_facts(one))
            for one in self._pathways.all()
            if not one.closed
        ]
        return HTMLResponse(self._render("learning/pathways.html", pathways=found), headers=_HEADERS)

    def one(self, request: Request) -> Response:
        """A pathway. Raises RecordNotFound."""
        pathway = self._pathways.get(request.path_params["pathway_id"])
        titles = {kept.demo.demo_id: kept.demo.title for kept in self._shelf.all()}
        counts = counts_of(pathway, self._shared)
        rows = zip(keyed(pathway.points), counts.reached, strict=True)
        points = [_shown(n, one, titles, reached) for n, (one, reached) in enumerate(rows, 1)]
        page = self._render(
            "learning/pathway.html", pathway=pathway, facts=pathway_facts(pathway), points=points,
            counts=counts_words(counts) if counts.learners is not None else "",
        )  # fmt: skip
        return HTMLResponse(page, headers=_HEADERS)


def pathway_routes(library: Library, shelf: _Shelf, render: RenderPage, endpoint: _MakeEndpoint) -> list[Route]:
    """The pages of an open library; ``endpoint`` has an answer made where it may wait."""
    pages = PathwayPages(pathways_of(library), shared_progress(library), shelf, render)
    return [Route(PATHWAYS, endpoint(pages.all)), Route("/pathway/{pathway_id}", endpoint(pages.one))]


def _shown(number: int, one: KeyedPoint, titles: Mapping[str, str], reached: int | None) -> ShownPoint:
    point, demo_id = one.point, one.point.demo_id
    gone = point.kind is not PointKind.SIGN_OFF and demo_id not in titles
    return ShownPoint(
        number=number, kind=KIND_NAMES[point.kind], title=point_title(point, titles.get(demo_id, "")),
        asks=point_asks(point, alone=one.level is PracticeLevel.ALONE), level=one.level.value, demo_id=demo_id,
        address=f"/demo/{demo_id}" if demo_id in titles else "", gone=gone,
        reached="" if reached is None else f"{reached} reached it",
    )  # fmt: skip
