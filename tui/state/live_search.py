"""``LiveSearch``: search while typing: each new query cancels the one before.

Owns which query is current, and which finished searches are logged.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from capture.errors import Cancelled
from library.model import Found

SETTLED_S = 2.0
"""A query unchanged for this long, or acted on, is logged; shorter-lived ones are typing in progress."""
REST_S = 0.15
"""After this time without a key the question counts as complete, and its meaning is searched too."""
_SHORTEST = 3
"""Minimum letters of a logged query; shorter ones say nothing about missing demos."""


class LiveSearch:
    """The queries of one search field. ``latest`` is the newest."""

    def __init__(self) -> None:
        self.latest = ""
        self._cancelled = Event()
        self._noted = ""

    def start(self, query: str) -> Callable[[], None]:
        """Start a query and cancel the one before. The result raises Cancelled once the query is cancelled."""
        self._cancelled.set()
        cancelled = self._cancelled = Event()
        self.latest = query

        def pause() -> None:
            if cancelled.is_set():
                raise Cancelled("The next key came")

        return pause

    def settled(self, found: Found) -> tuple[str, int] | None:
        """Query and number of hits to log for results that stayed; None if outdated, too short or already logged."""
        query = found.query.strip()
        if found.query != self.latest or len(query) < _SHORTEST or query == self._noted:
            return None
        self._noted = query
        return query, found.answers
