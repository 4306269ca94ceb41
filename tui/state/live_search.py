"""What somebody looks for, keystroke by keystroke: the question of a moment ago is given up when the next key comes.

Owns which question counts, and which search somebody stayed with long enough that it is worth noting. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from capture.errors import Cancelled
from library.model import Found

SETTLED_S = 2.0
"""A search that stands this long, or that somebody acted on, was meant; the letters before it were on the way."""
_SHORTEST = 3
"""Letters; shorter searches say nothing of what is missing."""


class LiveSearch:
    """The questions of one search line. ``asked`` is the latest."""

    def __init__(self) -> None:
        self.asked = ""
        self._over = Event()
        self._noted = ""

    def ask(self, query: str) -> Callable[[], None]:
        """A new question: the one before is over. Returns its pause, which raises Cancelled once it is over itself."""
        self._over.set()
        over = self._over = Event()
        self.asked = query

        def pause() -> None:
            if over.is_set():
                raise Cancelled("The next key came")

        return pause

    def settled(self, found: Found) -> tuple[str, int] | None:
        """What to note of an answer somebody stayed with: its query and hits; None when there is nothing new."""
        query = found.query.strip()
        if found.query != self.asked or len(query) < _SHORTEST or query == self._noted:
            return None
        self._noted = query
        return query, 0 if found.mended else len(found.hits)
