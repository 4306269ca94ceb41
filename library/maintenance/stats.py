"""Statistics of a library: number, size and age of demos, their tags and authors, and what needs attention.

Also sorting and filtering of lists of demos. Pure: takes the demos as arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from library.model import Demo

_NEVER_MS = 1 << 60


class Sort(StrEnum):
    """Order of a list of demos."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    LONGEST = "longest"
    LARGEST = "largest"
    REVIEW = "review"


_KEYS: Mapping[Sort, Callable[[Demo], int | str]] = {
    Sort.NEWEST: lambda demo: -demo.updated_unix_ms,
    Sort.OLDEST: lambda demo: demo.updated_unix_ms,
    Sort.TITLE: lambda demo: demo.title.casefold(),
    Sort.LONGEST: lambda demo: -demo.clip.duration_ms,
    Sort.LARGEST: lambda demo: -demo.size,
    Sort.REVIEW: lambda demo: demo.review_unix_ms or _NEVER_MS,
}


class Count(msgspec.Struct, frozen=True):
    """A tag, a collection or a person, and the number of its demos."""

    name: str
    demos: int


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """Statistics. ``size``: bytes of the newest versions; ``stale``: review date passed; ``waiting``: without words."""

    demos: int = 0
    steps: int = 0
    duration_ms: int = 0
    size: int = 0
    oldest_unix_ms: int = 0
    newest_unix_ms: int = 0
    stale: int = 0
    waiting: int = 0
    without_owner: int = 0
    tags: tuple[Count, ...] = ()
    collections: tuple[Count, ...] = ()
    authors: tuple[Count, ...] = ()


class Work(msgspec.Struct, frozen=True):
    """Numbers of a team's tasks: waiting, running, and failed within the last days."""

    waiting: int = 0
    working: int = 0
    failed: int = 0


NO_WORK = Work()


def insight(demos: Sequence[Demo], now_unix_ms: int) -> Insight:
    """Statistics of these demos; names most used first."""
    changed = [demo.updated_unix_ms for demo in demos] or [0]

    def number(of: Callable[[Demo], int]) -> int:
        return sum(map(of, demos))

    def most_used(of: Callable[[Demo], Iterable[str]]) -> tuple[Count, ...]:
        return counted(name for demo in demos for name in of(demo))

    return Insight(
        demos=len(demos),
        steps=number(lambda demo: len(demo.steps)),
        duration_ms=number(lambda demo: demo.clip.duration_ms),
        size=number(lambda demo: demo.size),
        oldest_unix_ms=min(changed),
        newest_unix_ms=max(changed),
        stale=number(lambda demo: demo.stale(now_unix_ms)),
        waiting=number(lambda demo: demo.waiting_for_words),
        without_owner=number(lambda demo: not demo.owner),
        tags=most_used(lambda demo: demo.tags),
        collections=most_used(lambda demo: demo.collections),
        authors=most_used(lambda demo: filter(None, [demo.author])),
    )


def counted(names: Iterable[str]) -> tuple[Count, ...]:
    """Count names, most used first. Names that differ only in case count as one, in the first spelling."""
    spelt: dict[str, str] = {}
    counts: Counter[str] = Counter(spelt.setdefault(name.casefold(), name) for name in names)
    return tuple(Count(name, number) for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def browse(
    demos: Iterable[Demo], *, sort: Sort = Sort.NEWEST, tag: str = "", collection: str = "", author: str = "",
    stale_at: int | None = None,
) -> list[Demo]:  # fmt: skip
    """The demos that match all given filters, in the order of ``sort``.

    ``stale_at``: only those whose review date has passed by then (ms since 1970).
    """
    chosen = [
        demo for demo in demos
        if _among(tag, demo.tags) and _among(collection, demo.collections) and _among(author, (demo.author, demo.owner))
        and (stale_at is None or demo.stale(stale_at))
    ]  # fmt: skip
    return sorted(chosen, key=_KEYS[sort])


def _among(name: str, names: Iterable[str]) -> bool:
    return not name or name.casefold() in {one.casefold() for one in names}
