"""What visitors looked for, noted for ``showhow library gaps``: without names, and only what somebody stayed with.

Owns which of the questions typed on the way counts, and how many a minute at most: visitors change nothing else, and
shall not fill the catalog either. Noting happens beside the answers; where the library may only be read, it does not.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from contextlib import suppress
from threading import Condition, Thread
from typing import NamedTuple, Protocol

from library.model import LibraryError

SETTLED_S = 2.0
"""As in the application: a search that stands this long was meant."""
_SHORTEST = 3
_A_MINUTE_EACH, _A_MINUTE = 10, 120
_VISITORS = 500
"""Whose latest question is remembered."""


class SearchSink(Protocol):
    """Where searches are noted; a ``UseLog`` is one."""

    def note_search(self, query: str, hits: int) -> None:
        """Note one. Raises LibraryError."""


class Question(NamedTuple):
    """What somebody asked, and when (seconds)."""

    visitor: str
    query: str
    hits: int
    at_s: float


class Settling:
    """Questions that may still be letters on the way. Pure: it is told the time. At most ``_VISITORS`` wait."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Question] = OrderedDict()
        self._noted: OrderedDict[str, str] = OrderedDict()
        self._minute, self._counts = 0, Counter[str]()

    def ask(self, question: Question) -> list[Question]:
        """A visitor asks: what they asked before was on the way, or, when it was something else, is to be noted."""
        before = self._waiting.pop(question.visitor, None)
        meant = before is not None and not _on_the_way(before.query, question.query)
        if len(question.query) >= _SHORTEST:
            self._waiting[question.visitor] = question
            while len(self._waiting) > _VISITORS:
                self._waiting.popitem(last=False)
        return [before] if before is not None and meant and self._may(before) else []

    def acted(self, visitor: str, now_s: float) -> list[Question]:
        """A visitor opens a demo: their question was meant."""
        before = self._waiting.pop(visitor, None)
        return [before] if before is not None and now_s >= before.at_s and self._may(before) else []

    def settled(self, now_s: float) -> list[Question]:
        """The questions that stood long enough."""
        ripe = [one for one in self._waiting.values() if now_s - one.at_s >= SETTLED_S]
        for one in ripe:
            del self._waiting[one.visitor]
        return [one for one in ripe if self._may(one)]

    @property
    def next_s(self) -> float | None:
        """When the next one settles; None when none waits."""
        return min((one.at_s + SETTLED_S for one in self._waiting.values()), default=None)

    def _may(self, one: Question) -> bool:
        """Whether it is new from this visitor, and neither they nor all together asked too much this minute."""
        minute = int(one.at_s // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        if self._noted.get(one.visitor) == one.query:
            return False
        if self._counts[one.visitor] >= _A_MINUTE_EACH or self._counts.total() >= _A_MINUTE:
            return False
        self._counts[one.visitor] += 1
        self._noted[one.visitor] = one.query
        self._noted.move_to_end(one.visitor)
        while len(self._noted) > _VISITORS:
            self._noted.popitem(last=False)
        return True


def _on_the_way(before: str, after: str) -> bool:
    """Whether somebody goes on typing, or takes letters back."""
    return before.startswith(after) or after.startswith(before)


class SearchLogger:
    """Notes what settles, in a thread of its own that ends with ``close``."""

    def __init__(self, notes: SearchSink) -> None:
        self._notes, self._settling = notes, Settling()
        self._changed, self._ready = Condition(), list[Question]()
        self._closing = False
        self._thread: Thread | None = None

    def searched(self, visitor: str, query: str, hits: int) -> None:
        """Somebody got an answer; ``hits`` are those for what was typed itself, not for another spelling."""
        question = Question(visitor, " ".join(query.split()), hits, time.monotonic())
        with self._changed:
            self._ready += self._settling.ask(question)
            self._begin()

    def opened(self, visitor: str) -> None:
        """Somebody opened a demo."""
        with self._changed:
            self._ready += self._settling.acted(visitor, time.monotonic())
            self._changed.notify()

    def _begin(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = Thread(target=self._run, name="noting searches", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._ready += self._settling.settled(time.monotonic())
                if not self._ready and not self._closing:
                    until = self._settling.next_s
                    self._changed.wait(None if until is None else max(0.0, until - time.monotonic()))
                    continue
                ready, self._ready = self._ready, []
                closing = self._closing
            for one in ready:
                with suppress(LibraryError):  # a library that may only be read
                    self._notes.note_search(one.query, one.hits)
            if closing:
                return

    def close(self) -> None:
        """Note what has settled, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(5)
