"""Logs visitors' searches for ``showhow library gaps``: anonymous, and only queries that were not just intermediate.

Owns debouncing of search as you type, and rate limits, so that visitors cannot fill the catalog. Writes in its own
thread; does nothing if the library is read-only.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from contextlib import suppress
from threading import Condition, Thread
from typing import NamedTuple, Protocol

from library.catalog.usage import Visit
from library.model import LibraryError

SETTLED_S = 2.0
"""A query that is unchanged for this long counts, as in the application."""
_SHORTEST = 3
_VISITOR_PER_MINUTE, _TOTAL_PER_MINUTE = 10, 120
_VISITORS = 500
"""Maximum number of visitors whose last query is kept."""


class SearchSink(Protocol):
    """Stores searches; a ``UseLog`` is one."""

    def note_search(self, query: str, hits: int, *, visit: str) -> None:
        """Store a search. Raises LibraryError."""


class Question(NamedTuple):
    """A query of a visitor, its number of hits, its time in seconds, and the id of the visit."""

    visitor: str
    query: str
    hits: int
    at_s: float
    visit: str = ""


class QueryDebouncer:
    """Separates final queries from intermediate ones. Pure: takes the time as argument. Keeps ``_VISITORS`` at most."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Question] = OrderedDict()
        self._noted: OrderedDict[str, str] = OrderedDict()
        self._minute, self._counts = 0, Counter[str]()

    def ask(self, question: Question) -> list[Question]:
        """Add a query; returns the visitor's previous one if it is to be logged, that is, if this one replaces it."""
        before = self._waiting.pop(question.visitor, None)
        final = before is not None and not _still_typing(before.query, question.query)
        if len(question.query) >= _SHORTEST:
            self._waiting[question.visitor] = question
            while len(self._waiting) > _VISITORS:
                self._waiting.popitem(last=False)
        return [before] if before is not None and final and self._accept(before) else []

    def acted(self, visitor: str, now_s: float) -> list[Question]:
        """A visitor opened a demo, so the query was final; returns it if it is to be logged."""
        before = self._waiting.pop(visitor, None)
        return [before] if before is not None and now_s >= before.at_s and self._accept(before) else []

    def settled(self, now_s: float) -> list[Question]:
        """The queries that were unchanged for long enough and are to be logged."""
        settled = [one for one in self._waiting.values() if now_s - one.at_s >= SETTLED_S]
        for one in settled:
            del self._waiting[one.visitor]
        return [one for one in settled if self._accept(one)]

    @property
    def next_s(self) -> float | None:
        """When the next query settles; None when there is none."""
        return min((one.at_s + SETTLED_S for one in self._waiting.values()), default=None)

    def _accept(self, one: Question) -> bool:
        """Whether the query is new from this visitor and within the rate limits of this minute; counts it then."""
        minute = int(one.at_s // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        if self._noted.get(one.visitor) == one.query:
            return False
        if self._counts[one.visitor] >= _VISITOR_PER_MINUTE or self._counts.total() >= _TOTAL_PER_MINUTE:
            return False
        self._counts[one.visitor] += 1
        self._noted[one.visitor] = one.query
        self._noted.move_to_end(one.visitor)
        while len(self._noted) > _VISITORS:
            self._noted.popitem(last=False)
        return True


def _still_typing(before: str, after: str) -> bool:
    """Whether one query continues the other, or deletes letters of it."""
    return before.startswith(after) or after.startswith(before)


class SearchLogger:
    """Logs settled queries in its own thread, which ends with ``close``."""

    def __init__(self, sink: SearchSink) -> None:
        self._sink, self._debouncer = sink, QueryDebouncer()
        self._changed, self._ready = Condition(), list[Question]()
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self._closing = False
        self._thread: Thread | None = None

    def searched(self, visitor: str, query: str, hits: int) -> None:
        """A visitor searched; ``hits`` counts those for the query as typed, not for a corrected spelling."""
        with self._changed:
            visit = self._visit_of(visitor).searching()
            question = Question(visitor, " ".join(query.split()), hits, time.monotonic(), visit)
            self._ready += self._debouncer.ask(question)
            self._begin()

    def opened(self, visitor: str) -> None:
        """A visitor opened a demo."""
        with self._changed:
            self._visit_of(visitor).opening()
            self._ready += self._debouncer.acted(visitor, time.monotonic())
            self._changed.notify()

    def visit_of(self, visitor: str) -> str:
        """The id of the visit of somebody who says something of a demo: that of the search before it."""
        with self._changed:
            return self._visit_of(visitor).opening()

    def asking(self, visitor: str) -> str:
        """A visitor asks for what was searched, so that was final; returns the id of the visit."""
        with self._changed:
            self._ready += self._debouncer.acted(visitor, time.monotonic())
            self._begin()
            return self._visit_of(visitor).searching()

    def _visit_of(self, visitor: str) -> Visit:
        visit = self._visits.setdefault(visitor, Visit())
        self._visits.move_to_end(visitor)
        while len(self._visits) > _VISITORS:
            self._visits.popitem(last=False)
        return visit

    def _begin(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = Thread(target=self._run, name="noting searches", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._ready += self._debouncer.settled(time.monotonic())
                if not self._ready and not self._closing:
                    until = self._debouncer.next_s
                    self._changed.wait(None if until is None else max(0.0, until - time.monotonic()))
                    continue
                ready, self._ready = self._ready, []
                closing = self._closing
            for one in ready:
                with suppress(LibraryError):  # a read-only library
                    self._sink.note_search(one.query, one.hits, visit=one.visit)
            if closing:
                return

    def close(self) -> None:
        """Log what has settled, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(5)
