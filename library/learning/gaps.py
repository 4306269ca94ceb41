"""Gap: searches without hits, grouped, most frequent first, and demos that did not help.

Owns which searches count as the same. A search that finds something now is no longer a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from library.catalog.catalog import Catalog
from library.catalog.usage import Search, Use, UseLog
from library.index.stems import USUAL, stem_key
from library.model import Found
from library.search.query import read_query
from library.search.search import search

_LOOKED_AT = 200
"""Most gaps that are searched again to see whether they still exist."""


class Gap(NamedTuple):
    """A missing demo: the query as last typed, how often, and when last. ``who`` is empty where no names are stored.

    ``nearest`` is another spelling that has hits; the query may be mistyped.
    """

    query: str
    times: int
    last_unix_ms: int
    who: tuple[str, ...] = ()
    nearest: str = ""


class Unhelpful(NamedTuple):
    """A demo with more answers that it did not help than that it did."""

    demo_id: str
    title: str
    helped: int
    did_not: int


def gaps(catalog: Catalog, log: UseLog, limit: int = 20, since_unix_ms: int = 0) -> Sequence[Gap]:
    """The missing demos; queries that may be mistyped come last. Raises LibraryError."""
    wanted = missed(log.searches(since_unix_ms))[:_LOOKED_AT]
    searched = ((gap, search(catalog, gap.query, 1)) for gap in wanted)
    still = [gap._replace(nearest=found.suggestion if found.mended else "") for gap, found in searched if _lacks(found)]
    return sorted(still, key=lambda gap: bool(gap.nearest))[:limit]


def _lacks(found: Found) -> bool:
    return found.mended or not found.hits


def missed(searches: Iterable[Search]) -> list[Gap]:
    """Searches without hits, grouped by their stems in any order. Pure.

    Later searches with hits do not remove a group; ``gaps`` runs its query again.
    """
    by_words: dict[frozenset[str], list[Search]] = {}
    for one in searches:
        words = frozenset(stem_key(term.word, USUAL) or term.word for term in read_query(one.query).content)
        if words and not one.hits:
            by_words.setdefault(words, []).append(one)
    found = [_gap(same) for same in by_words.values()]
    return sorted(found, key=lambda gap: (-gap.times, -gap.last_unix_ms))


def _gap(same: Sequence[Search]) -> Gap:
    latest = max(reversed(same), key=lambda one: one.at_unix_ms)
    who = tuple(sorted({one.who for one in same if one.who}))
    return Gap(latest.query, len(same), latest.at_unix_ms, who)


def unhelpful(catalog: Catalog, log: UseLog) -> Sequence[Unhelpful]:
    """Demos that did not help more often than they did, worst first. Raises LibraryError."""
    titles = {demo.demo_id: demo.title for demo in catalog.list()}
    found = [
        Unhelpful(demo_id, titles[demo_id], counts.get(Use.HELPED, 0), counts.get(Use.NO_HELP, 0))
        for demo_id, counts in log.answers().items()
        if demo_id in titles
    ]
    return sorted((one for one in found if one.did_not > one.helped), key=lambda one: one.helped - one.did_not)
