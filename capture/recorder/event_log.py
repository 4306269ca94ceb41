"""Notes: what a take writes down besides pictures and sound, as it happens. For any thread.

Owns ``changes.jsonl``, ``events.jsonl`` and the list of notices. Refuses to stamp: callers say when.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from capture.files import Lines
from capture.model import Change, Event, Notice
from capture.takes import CHANGES, EVENTS

_MOST_NOTICES = 50


class EventLog:
    """Open files in a take's folder. Raises OSError when they cannot be made."""

    def __init__(self, folder: Path) -> None:
        self._changes, self._events = Lines(folder / CHANGES), Lines(folder / EVENTS)
        self._lock = Lock()
        self._closed = False
        self.notices: tuple[str, ...] = ()

    def add(self, event: Event) -> None:
        """One event."""
        with self._lock:
            if not self._closed:
                self._events.add(event)

    def notify(self, text: str, at_ms: int) -> None:
        """Something the user should know, once."""
        if text not in self.notices[-1:]:
            # A loose plug may come and go for an hour; the events keep all of it, the user has understood.
            self.notices = (*self.notices, text)[:_MOST_NOTICES]
            self.add(Notice(at_ms, text))

    def changed(self, changes: Iterable[Change], at_ms: int) -> None:
        """The boxes that changed at a moment."""
        self._changes.add(*(replace(change, at_ms=at_ms) for change in changes))

    def close(self) -> None:
        """Nothing more."""
        with self._lock:
            self._closed = True
            self._changes.close()
            self._events.close()
