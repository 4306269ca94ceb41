"""Gap: searches that were not answered, grouped, most frequent first, each with why it counts.

Owns which searches count as the same, and when one was not answered: nothing or only weak hits came, the same person
searched again within a minute without opening a demo, opened one and said that it did not help, asked for a demo, or
opened nothing where every hit lacks some of the words.
What the library answers now is no longer a gap.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from library.catalog.catalog import Catalog
from library.catalog.usage import Search, Use, UseEvent, UseLog
from library.learning.needs.model import Need
from library.learning.needs.words import need_id_of, stems_of
from library.model import Found
from library.search.search import search

_HITS = 5
_LOOKED_AT = 200
"""Most gaps that are searched again to see whether they still exist."""
_LEFT_LOOKED_AT = 1_000
"""Most searches after which nothing was opened that are searched again, by words only: some milliseconds each."""
AGAIN_MS = 60_000
"""A search so soon after another one, without a demo opened between them, says that the first was not answered."""
_HELP_MS = 1_800_000
"""Feedback so long after a search belongs to it."""


class Reason(StrEnum):
    """Why a search counts as not answered."""

    NOTHING = "nothing found"
    WEAK = "only weak hits"
    AGAIN = "searched again at once"
    NO_HELP = "did not help"
    ASKED = "asked for"
    LEFT = "some of the words, and nothing opened"


class Gap(NamedTuple):
    """A missing demo: the query as last typed, how often, and when last. ``who`` is empty where no names are stored.

    ``nearest`` is another spelling that has hits; the query may be mistyped. ``why``: how often for each reason.
    """

    query: str
    times: int
    last_unix_ms: int
    who: tuple[str, ...] = ()
    nearest: str = ""
    why: tuple[tuple[Reason, int], ...] = ()


class Unmet(NamedTuple):
    """A search that was not answered, and why."""

    search: Search
    reason: Reason


def gaps(
    catalog: Catalog, log: UseLog, limit: int = 20, since_unix_ms: int = 0, *,
    needs: Sequence[Need] = (), answer: Callable[[str], Found] | None = None,
) -> Sequence[Gap]:  # fmt: skip
    """The missing demos; queries that may be mistyped come last. Raises LibraryError.

    ``needs``: all that was asked for; each vote for one that waits counts. ``answer``: how the library is searched to
    see whether a gap still exists; by words where it is None.
    """
    answer = answer or (lambda query: search(catalog, query, _HITS))
    searches = without_needs(log.searches(since_unix_ms), needs)
    uses = log.uses(since_unix_ms)
    alone = _only_partly_found(catalog, left_unopened(searches, uses, round(time.time() * 1000)))
    wanted = missed([*unmet(searches, uses), *asked(needs, since_unix_ms), *alone])[:_LOOKED_AT]
    still = [left for gap in wanted if (left := _left_of(gap, answer(gap.query))) is not None]
    return sorted(still, key=lambda gap: (_mistyped(gap), -gap.times, -gap.last_unix_ms))[:limit]


def left_unopened(searches: Iterable[Search], uses: Iterable[UseEvent], now_unix_ms: int) -> list[Unmet]:
    """The searches that had hits, of which nothing was opened, and after which nothing else was tried. Pure.

    They were not answered only if the hits were poor, too: a hit can be read without opening it.
    """
    opened: defaultdict[str, list[int]] = defaultdict(list)
    for use in uses:
        opened[use.visit].append(use.at_unix_ms)
    later: dict[str, int] = {}
    found = []
    for one in sorted(searches, key=lambda search: search.at_unix_ms)[::-1]:
        until = later.get(one.visit, one.at_unix_ms + _HELP_MS)
        later[one.visit] = one.at_unix_ms
        over = until - one.at_unix_ms > AGAIN_MS and now_unix_ms - one.at_unix_ms > _HELP_MS
        if one.visit and one.hits and over and not any(one.at_unix_ms <= at <= until for at in opened[one.visit]):
            found.append(Unmet(one, Reason.LEFT))
    return found[::-1]


def _only_partly_found(catalog: Catalog, searches: Sequence[Unmet]) -> list[Unmet]:
    """Those of the newest searches that no hit has all words of."""
    partly: dict[str, bool] = {}
    for one in searches[-_LEFT_LOOKED_AT:]:
        query = one.search.query
        if query not in partly:
            hits = search(catalog, query, _HITS).hits
            partly[query] = bool(hits) and all(hit.partial or hit.nearest for hit in hits)
    return [one for one in searches[-_LEFT_LOOKED_AT:] if partly[one.search.query]]


def asked(needs: Iterable[Need], since_unix_ms: int = 0) -> list[Unmet]:
    """What is asked for and waits, once for each vote. Pure."""
    waiting = (need for need in needs if need.wanted and need.changed_unix_ms >= since_unix_ms)
    return [
        Unmet(Search(need.changed_unix_ms, need.query, 0, need.who[n] if n < len(need.who) else ""), Reason.ASKED)
        for need in waiting
        for n in range(len(need.votes))
    ]


def without_needs(searches: Iterable[Search], needs: Iterable[Need]) -> list[Search]:
    """The searches without the wishes of older showhows that are needs now. Pure."""
    known = {need.need_id for need in needs}
    return [one for one in searches if not (one.asked and need_id_of(one.query) in known)]


def _mistyped(gap: Gap) -> bool:
    """Whether another spelling has hits and nobody asked for a demo all the same."""
    return bool(gap.nearest) and Reason.ASKED not in dict(gap.why)


def _left_of(gap: Gap, found: Found) -> Gap | None:
    """The gap as far as the library does not answer it now; None when it does.

    An answer that people turned down counts only when its demo was filed or changed since.
    """
    if not found.answers:
        weak = bool(found.hits) and not found.mended
        why = tuple((Reason.WEAK if weak and reason is Reason.NOTHING else reason, n) for reason, n in gap.why)
        return gap._replace(nearest=found.suggestion if found.mended else "", why=why)
    if any(hit.updated_unix_ms > gap.last_unix_ms for hit in found.hits if not hit.nearest):
        return None
    left = tuple((reason, n) for reason, n in gap.why if reason is not Reason.NOTHING)
    return gap._replace(times=sum(n for _, n in left), why=left) if left else None


def unmet(searches: Iterable[Search], uses: Iterable[UseEvent] = ()) -> list[Unmet]:
    """The searches that were not answered, oldest first. Pure."""
    opened: defaultdict[str, list[UseEvent]] = defaultdict(list)
    for use in uses:
        opened[use.visit].append(use)
    following: dict[str, Search] = {}
    found = []
    for one in sorted(searches, key=lambda search: search.at_unix_ms)[::-1]:
        after = following.get(one.visit) if one.visit else None
        reason = _reason(one, after, opened[one.visit] if one.visit else ())
        if one.visit:
            following[one.visit] = one
        if reason is not None:
            found.append(Unmet(one, reason))
    return found[::-1]


def _reason(one: Search, after: Search | None, opened: Sequence[UseEvent]) -> Reason | None:
    """Why a search was not answered; ``after``: the next one of its visit. None: it was, or nobody knows."""
    if one.asked:
        return Reason.ASKED
    if not one.hits:
        return Reason.NOTHING
    until = after.at_unix_ms if after else one.at_unix_ms + _HELP_MS
    mine = [use for use in opened if one.at_unix_ms <= use.at_unix_ms <= until]
    if any(use.use is Use.NO_HELP for use in mine):
        return Reason.NO_HELP
    if mine or after is None or after.at_unix_ms - one.at_unix_ms > AGAIN_MS:
        return None
    before, now = one.query.casefold(), after.query.casefold()
    typing = now.startswith(before) or before.startswith(now)
    return Reason.AGAIN if not typing and stems_of(after.query) != stems_of(one.query) else None


def missed(searches: Iterable[Unmet]) -> list[Gap]:
    """Searches that were not answered, grouped by their stems in any order. Pure.

    Later searches with answers do not remove a group; ``gaps`` runs its query again.
    """
    by_words: dict[frozenset[str], list[Unmet]] = {}
    for one in searches:
        if words := stems_of(one.search.query):
            by_words.setdefault(words, []).append(one)
    found = [_gap(same) for same in by_words.values()]
    return sorted(found, key=lambda gap: (-gap.times, -gap.last_unix_ms))


def _gap(same: Sequence[Unmet]) -> Gap:
    latest = max((one.search for one in reversed(same)), key=lambda search: search.at_unix_ms)
    who = tuple(sorted({one.search.who for one in same if one.search.who}))
    why = tuple(Counter(one.reason for one in same).most_common())
    return Gap(latest.query, len(same), latest.at_unix_ms, who, why=why)
