"""Browse page: all demos by pages, narrowed to a tag, a collection or a person, as its template shows them.

Owns what is on a page and the addresses of its neighbours. ``DemoShelf`` keeps the demos between requests; the rest is
pure. Does not create markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlencode

from msgspec.structs import replace

from capture.span import clock
from library.catalog.catalog import Catalog
from library.format import age, count, join
from library.index.model import STATE
from library.maintenance.stats import Sort, browse, counted
from library.model import Demo
from transcribe.model import Step

PER_PAGE = 24
"""Divides by two, three and four columns."""
SORTS = {Sort.NEWEST: "Newest", Sort.TITLE: "A to Z", Sort.LONGEST: "Longest"}
_SHOWN = 12
"""Names of a facet that are shown at once; the rest opens."""
_LONGEST = 200


class KeptDemo(NamedTuple):
    """A demo as a list shows it; ``demo`` is without its steps. ``still``: number of the step to show; 0 for none."""

    demo: Demo
    steps: int
    still: int


class DemoShelf:
    """All demos of a catalog, read again when it has changed. Thread-safe."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._lock = catalog, Lock()
        self._state, self._kept = -1, tuple[KeptDemo, ...]()
        self._languages = dict[str, str]()

    def languages(self) -> Mapping[str, str]:
        """Languages of the demos by id, as far as a list of all has been shown: search does not wait for one."""
        return self._languages

    def all(self) -> Sequence[KeptDemo]:
        """Every demo, newest first. Raises LibraryError."""
        with self._lock:
            state = self._catalog.fact(STATE)
            if state != self._state:
                self._kept = tuple(map(_kept, self._catalog.list()))
                self._languages = {one.demo.demo_id: one.demo.transcript.language for one in self._kept}
                self._state = state
            return self._kept


def _kept(demo: Demo) -> KeptDemo:
    """The demo without what takes memory."""
    best = telling_step(demo)
    path = demo.path / best.still if best else demo.path
    light = replace(demo, steps=(), cuts=(), fasts=(), files={}, timings={}, path=path)
    return KeptDemo(light, len(demo.steps), best.number if best else 0)


def telling_step(demo: Demo) -> Step | None:
    """The step whose still stands for the demo: one with a click, which says more than the first screen."""
    stills = [step for step in demo.steps if step.still]
    return next((step for step in stills if step.clicked), stills[0] if stills else None)


class BrowseQuery(NamedTuple):
    """What a visitor wants to see. ``by`` is an author or owner; ``page`` counts from 1."""

    tag: str = ""
    collection: str = ""
    by: str = ""
    sort: Sort = Sort.NEWEST
    page: int = 1

    def address(self) -> str:
        """The address of this page, without what is as usual."""
        usual = BrowseQuery()
        fields = {name: value for name, value in self._asdict().items() if value != getattr(usual, name)}
        return f"/browse?{urlencode(fields)}" if fields else "/browse"

    def among(self, demos: Iterable[Demo]) -> list[Demo]:
        """The demos wanted, in order."""
        return browse(demos, sort=self.sort, tag=self.tag, collection=self.collection, author=self.by)


def browse_query(given: Mapping[str, str]) -> BrowseQuery:
    """The query of an address; what it does not understand is as usual."""
    tag, collection, by = (given.get(name, "")[:_LONGEST].strip() for name in ("tag", "collection", "by"))
    sort = next((one for one in SORTS if one.value == given.get("sort")), Sort.NEWEST)
    page = given.get("page", "")
    return BrowseQuery(
        tag, collection, by, sort, int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    )


class DemoCard(NamedTuple):
    """A demo in a list. ``thumbnail`` is the address of its picture; empty when it has none."""

    demo_id: str
    title: str
    facts: str
    tags: tuple[str, ...]
    thumbnail: str
    stale: bool
    language: str | None = None


class BrowseLink(NamedTuple):
    """A link to another page of the list; ``chosen`` when it is this one, ``number`` of the demos there."""

    name: str
    href: str
    chosen: bool = False
    number: int = 0


class Facet(NamedTuple):
    """A way to narrow the list. ``more``: the names that are not shown at once."""

    name: str
    shown: tuple[BrowseLink, ...]
    more: tuple[BrowseLink, ...]


class BrowsePage(NamedTuple):
    """One page of the list. ``pages``: links by number, a gap without address between distant ones."""

    tally: str
    cards: tuple[DemoCard, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[BrowseLink, ...]
    pages: tuple[BrowseLink, ...]
    previous: str
    next: str
    narrowed: bool


def browse_page(kept: Sequence[KeptDemo], wanted: BrowseQuery, now_unix_ms: int, *, fetched: bool) -> BrowsePage:
    """The page of these demos. With ``fetched`` all files are local, and a still that is missing is not shown."""
    by_id = {one.demo.demo_id: one for one in kept}
    demos = [one.demo for one in kept]
    found = [by_id[demo.demo_id] for demo in wanted.among(demos)]
    last = max(1, -(-len(found) // PER_PAGE))
    at = max(1, min(wanted.page, last))
    on_page = found[(at - 1) * PER_PAGE : at * PER_PAGE]
    length = clock(sum(one.demo.clip.duration_ms for one in found))
    return BrowsePage(
        join((count(len(found), "demo"), count(sum(one.steps for one in found), "step"), length)),
        cards(on_page, now_unix_ms, fetched=fetched),
        tuple(_facets(demos, wanted._replace(page=1))),
        tuple(
            BrowseLink(name, wanted._replace(sort=one, page=1).address(), one is wanted.sort)
            for one, name in SORTS.items()
        ),
        tuple(_pages(wanted, at, last)) if last > 1 else (),
        wanted._replace(page=at - 1).address() if at > 1 else "",
        wanted._replace(page=at + 1).address() if at < last else "",
        narrowed=bool(wanted.tag or wanted.collection or wanted.by),
    )


def cards(kept: Iterable[KeptDemo], now_unix_ms: int, *, fetched: bool) -> tuple[DemoCard, ...]:
    """The cards of these demos."""
    return tuple(_card(one, now_unix_ms, fetched=fetched) for one in kept)


def _card(kept: KeptDemo, now_unix_ms: int, *, fetched: bool) -> DemoCard:
    demo = kept.demo
    there = kept.still and (not fetched or demo.path.is_file())
    thumbnail = f"/demo/{demo.demo_id}/thumbnails/{kept.still}.webp?v={demo.version}" if there else ""
    length, changed = clock(demo.clip.duration_ms), age(demo.updated_unix_ms, now_unix_ms)
    facts = join((length, count(kept.steps, "step"), demo.author, changed))
    return DemoCard(
        demo.demo_id, demo.title, facts, demo.tags, thumbnail, demo.stale(now_unix_ms), demo.transcript.language
    )


def _facets(demos: Sequence[Demo], wanted: BrowseQuery) -> Iterable[Facet]:
    """Each facet counts the demos that the other filters leave, which are those its links lead to."""
    tagged = wanted._replace(tag="").among(demos)
    names = (name for demo in tagged for name in demo.tags)
    yield _facet("Tags", names, wanted.tag, lambda name: wanted._replace(tag=name))
    collected = wanted._replace(collection="").among(demos)
    names = (name for demo in collected for name in demo.collections)
    yield _facet("Collections", names, wanted.collection, lambda name: wanted._replace(collection=name))
    theirs = wanted._replace(by="").among(demos)
    names = (name for demo in theirs for name in dict.fromkeys((demo.author, demo.owner)) if name)
    yield _facet("People", names, wanted.by, lambda name: wanted._replace(by=name))


def _facet(title: str, names: Iterable[str], chosen: str, narrowed: Callable[[str], BrowseQuery]) -> Facet:
    """The links of a facet, what is chosen first; its link takes it out again."""
    links = []
    for name, demos in ((one.name, one.demos) for one in counted(names)):
        is_chosen = name.casefold() == chosen.casefold()
        links.append(BrowseLink(name, narrowed("" if is_chosen else name).address(), is_chosen, demos))
    links.sort(key=lambda link: not link.chosen)
    return Facet(title, tuple(links[:_SHOWN]), tuple(links[_SHOWN:]))


def _pages(wanted: BrowseQuery, at: int, last: int) -> Iterable[BrowseLink]:
    """Links to the first, the last and the neighbouring pages."""
    before = 0
    for number in range(1, last + 1):
        if number in {1, last} or abs(number - at) <= 1:
            if number - before > 1:
                yield BrowseLink("…", "")
            yield BrowseLink(str(number), wanted._replace(page=number).address(), number == at)
            before = number
