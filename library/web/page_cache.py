"""LRU cache of rendered search pages; search as you type asks for the same word beginnings again and again.

Owns the size limit and invalidation: every filed, edited or removed demo changes the catalog's state, which is part of
the key. Values that change with time (ages, use) may be a minute old. Does not know what is on a page.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

_MINUTE_S = 60
KEPT_BYTES = 8 << 20
"""Default limit; about six hundred pages of forty hits."""


class Page(NamedTuple):
    """A rendered page, and the number of its hits for the query as typed (0 for those of a corrected spelling)."""

    body: bytes
    hits: int


class PageCache:
    """Pages by request key. Thread-safe."""

    def __init__(self, most_bytes: int = KEPT_BYTES, clock: Callable[[], float] = time.time) -> None:
        self._most_bytes, self._clock = most_bytes, clock
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def page(self, state: int, asked: Hashable, make: Callable[[], Page]) -> Page:
        """The page for ``asked`` in this state of the catalog, made if not cached. Raises what ``make`` raises."""
        key = (state, int(self._clock() // _MINUTE_S), asked)
        with self._lock:
            if (kept := self._pages.get(key)) is not None:
                self._pages.move_to_end(key)
                return kept
        made = make()  # concurrent requests may both make it: neither waits for the other
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, page: Page) -> None:
        before = self._pages.pop(key, None)
        self._bytes += len(page.body) - (len(before.body) if before else 0)
        self._pages[key] = page
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._pages.popitem(last=False)[1].body)
