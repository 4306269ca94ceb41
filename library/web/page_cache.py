"""Search pages kept for the next who types the same: the beginnings of words that many type on their way to a query.

Owns how many are kept and that none outlives what it was made from: whatever is filed, edited or removed changes the
catalog's state, and with it the key. What moves by itself (ages, use) may be a minute old. Refuses to know pages.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

_MINUTE_S = 60
KEPT_BYTES = 8 << 20
"""About six hundred pages of forty hits."""


class Page(NamedTuple):
    """A page, and how many hits it shows for what was typed itself."""

    body: bytes
    hits: int


class PageCache:
    """Pages by what was asked. Safe from several threads."""

    def __init__(self, most_bytes: int = KEPT_BYTES, clock: Callable[[], float] = time.time) -> None:
        self._most_bytes, self._clock = most_bytes, clock
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def page(self, state: int, asked: Hashable, make: Callable[[], Page]) -> Page:
        """The page for ``asked`` in this state of the catalog, made if it is not kept. Raises what ``make`` does."""
        key = (state, int(self._clock() // _MINUTE_S), asked)
        with self._lock:
            if (kept := self._pages.get(key)) is not None:
                self._pages.move_to_end(key)
                return kept
        made = make()  # two who ask at once both make it: neither waits for the other
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, page: Page) -> None:
        before = self._pages.pop(key, None)
        self._bytes += len(page.body) - (len(before.body) if before else 0)
        self._pages[key] = page
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._pages.popitem(last=False)[1].body)
