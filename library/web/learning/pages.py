"""The pages and forms of learners: notes at a step, what is asked for, and the figures for whoever leads them.

Owns the few addresses that take something from visitors (``WRITABLE``). All work without JavaScript: a form leads back
to a page that says what was noted.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from library.catalog.catalog import Catalog
from library.freshness.lists import stale_demos
from library.freshness.reasons import ReasonKind, line_of, reasons_for
from library.learning.experts import Experts
from library.learning.needs.words import has_words
from library.learning.notes.model import NoteKind
from library.learning.opening import Learning
from library.learning.signals.signals import signals
from library.model import Demo, DemoNotFound
from library.text import is_demo_id
from library.web.learning.forms import (
    FormTurn,
    address_of,
    form_fields,
    new_visitor,
    remember_visitor,
    visitor_of,
)
from library.web.learning.views import ShownNeed, ShownNotes, bars, shown_needs, shown_notes

NOTES, NEEDS, VOTE, SEEN = "/notes", "/needs", "/needs/vote", "/needs/seen"
WRITABLE = frozenset({NOTES, NEEDS, VOTE, SEEN})
_SAID = {NoteKind.HELPED, NoteKind.STUCK, NoteKind.OUTDATED, NoteKind.COMMENT, NoteKind.THANKS, NoteKind.REPLY}
_LATELY = 10
"""Needs that ended and are still listed."""
_WITH_EXPERTS = 20
"""Needs, the most wanted, of which the page says who may know."""
_HEADERS = {"Cache-Control": "no-cache"}
_Result = TypeVar("_Result")


class RunWaiting(Protocol):
    """Runs work in a thread for a coroutine, as ``BlockingPool.run`` does."""

    def __call__(self, work: Callable[[], _Result]) -> Awaitable[_Result]:
        """The work's result. Raises what it raises."""


class VisitLog(Protocol):
    """The visits of the search log."""

    def asking(self, visitor: str) -> str:
        """The visit of somebody who asks for what was searched."""

    def visit_of(self, visitor: str) -> str:
        """The visit of somebody who says something of a demo."""


class RenderPage(Protocol):
    """Renders a template of the reader."""

    def __call__(self, template: str, **facts: object) -> str:
        """The page."""


class LearningPages:
    """The learners' pages of one library. With ``read_only`` nothing can be said or asked."""

    def __init__(
        self,
        learning: Learning,
        catalog: Catalog,
        render: RenderPage,
        run: RunWaiting,
        log: VisitLog,
        *,
        read_only: bool,
    ) -> None:
        self._notes, self._needs, self._people, self._catalog = *learning, catalog
        self._render, self._run, self._log, self._writable = render, run, log, not read_only
        self._turn, self._experts = FormTurn(), Experts(catalog)

    def routes(self) -> list[Route]:
        """The pages, and where they may be written to the forms."""
        pages = [Route(NEEDS, self._page(self.needs)), Route("/insight", self._page(self.insight))]
        if not self._writable:
            return pages
        forms = {NOTES: self.post_note, NEEDS: self.post_need, VOTE: self.post_vote, SEEN: self.post_seen}
        return [*pages, *(Route(path, answer, methods=["POST"]) for path, answer in forms.items())]

    @property
    def writable(self) -> frozenset[str]:
        """The paths that take forms."""
        return WRITABLE if self._writable else frozenset()

    def _page(self, answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            return await self._run(lambda: answer(request))

        return answered

    def needs(self, request: Request) -> Response:
        """What is asked for, most wanted first, and what became of it lately."""
        every, visitor, now = self._needs.every(), visitor_of(request), _now_ms()
        ended = [need for need in every if not need.wanted][:_LATELY]
        waiting = [need for need in every if need.wanted]
        titles = self._titles(one for need in ended for one in need.demo_ids)
        page = self._render(
            "learning/needs.html",
            waiting=shown_needs(waiting, titles, visitor, now, self._experts.of_each(waiting[:_WITH_EXPERTS])),
            ended=shown_needs(ended, titles, visitor, now),
            told=self.told(request),
            writable=self._writable,
            asked=request.query_params.get("asked") == "yes",
        )
        return HTMLResponse(page, headers=_HEADERS)

    def insight(self, _: Request) -> Response:
        """The figures: needs, demos that help and that do not, out of date, without an owner; the last weeks."""
        found = signals(self._catalog, self._notes, self._needs, gone=self._people.gone())
        lists = (
            ("Demos that help", found.that_help()), ("Demos that do not help", found.that_do_not()),
            ("Owner gone or not seen for long", found.orphaned()),
        )  # fmt: skip
        told = any(week.helped is not None for week in found.weeks)
        stale = stale_demos(self._catalog.list(), self._notes.every(), _now_ms())
        page = self._render(
            "learning/insight.html", found=found, lists=lists, stale=stale, bars=bars(found.weeks), told=told
        )
        return HTMLResponse(page, headers=_HEADERS)

    def notes_of(self, demo: Demo) -> ShownNotes:
        """What people said of a demo, as its page shows it."""
        threads = self._notes.threads(demo.demo_id)
        titles = self._titles(reply.shows for thread in threads for reply in thread.replies if reply.shows)
        return shown_notes(threads, self._notes.counts(demo), titles, _now_ms())

    def demo_facts(self, demo: Demo, request: Request) -> dict[str, Any]:
        """What a demo's page needs for notes: those there are, and whether something was just said."""
        reasons = reasons_for(demo, self._notes.every(), _now_ms())
        only_due = bool(reasons) and reasons[0].kind is ReasonKind.REVIEW_DUE  # of which the page itself has a line
        return {
            "said": self.notes_of(demo),
            "out_of_date": "" if only_due else line_of(reasons),
            "can_say": self._writable,
            "thanked": request.query_params.get("said") == "yes",
        }

    def told(self, request: Request) -> tuple[ShownNeed, ...]:
        """The needs of this visitor that ended since."""
        visitor = visitor_of(request)
        ended = self._needs.ended_for(visitor) if visitor else ()
        titles = self._titles(one for need in ended for one in need.demo_ids)
        return tuple(shown_needs(ended, titles, visitor, _now_ms()))

    def _titles(self, demo_ids: Iterable[str]) -> Mapping[str, str]:
        found = {}
        for demo_id in set(demo_ids):
            try:
                found[demo_id] = self._catalog.get(demo_id).title
            except DemoNotFound:  # it was removed
                continue
        return found

    async def post_note(self, request: Request) -> Response:
        """Note what a visitor says of a demo, then show it there. Raises HTTPException, LibraryError."""
        fields = await form_fields(request)
        kind = fields.get("kind", "")
        if kind not in _SAID:
            raise HTTPException(400)
        text, demo_id, step = fields.get("text", "").strip(), fields.get("demo", ""), _number(fields.get("step", ""))
        if kind in {NoteKind.COMMENT, NoteKind.REPLY} and not text:
            raise HTTPException(400)
        if not is_demo_id(demo_id):
            raise HTTPException(404)
        said = f"{demo_id} {step} {kind} {fields.get('about', '')} {text}"
        visitor = await self._take(request, said, lambda visitor: self._notes.add(
            demo_id, NoteKind(kind), step=step, text=text, who=fields.get("who", ""), about=fields.get("about", ""),
            machine=visitor, visit=self._log.visit_of(address_of(request)),
        ))  # fmt: skip
        anchor = f"#step-{step}" if step else "#said"
        return _back(request, f"/demo/{demo_id}?said=yes{anchor}", visitor)

    async def post_need(self, request: Request) -> Response:
        """Note a need, then show where it stands. Raises HTTPException, LibraryError."""
        fields = await form_fields(request)
        query = fields.get("q", "")[:200].strip()
        if not has_words(query):
            raise HTTPException(400)

        def noted(visitor: str) -> None:
            self._log.asking(address_of(request))
            self._needs.ask(query, why=fields.get("why", ""), app=fields.get("app", ""), who=fields.get("who", ""),
                            machine=visitor)  # fmt: skip

        visitor = await self._take(request, query, noted)
        back = f"{NEEDS}?asked=yes" if fields.get("from") == "needs" else f"/?{urlencode({'q': query, 'asked': 'yes'})}"
        return _back(request, back, visitor)

    async def post_vote(self, request: Request) -> Response:
        """Note that a visitor needs the same. Raises HTTPException, LibraryError, RecordNotFound."""
        need_id = (await form_fields(request)).get("need", "")
        query = (await self._run(lambda: self._needs.get(need_id))).query
        visitor = await self._take(request, query, lambda visitor: self._needs.ask(query, machine=visitor))
        return _back(request, f"{NEEDS}?asked=yes", visitor)

    async def post_seen(self, request: Request) -> Response:
        """Remember that a visitor has seen how the needs ended."""
        await form_fields(request)
        if visitor := visitor_of(request):
            await self._run(lambda: self._needs.told(self._needs.ended_for(visitor), visitor))
        return _back(request, "/", visitor)

    async def _take(self, request: Request, said: str, store: Callable[[str], object]) -> str:
        """Store what is said once, within the limits; returns the visitor's name."""
        known = visitor_of(request)
        visitor = known or new_visitor()

        def work() -> None:
            whole = f"{request.url.path} {said}"
            self._turn.take(address_of(request), known, whole, time.monotonic(), lambda: store(visitor))

        await self._run(work)
        return visitor


def _back(request: Request, path: str, visitor: str) -> Response:
    answer = RedirectResponse(path, 303)
    if visitor:
        remember_visitor(request, answer, visitor)
    return answer


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _now_ms() -> int:
    return round(time.time() * 1000)
