"""EventLog: writes a take's screen changes, events and notices to disk while it is recorded. Thread-safe.

Owns ``changes.jsonl``, ``events.jsonl`` and the list of notices. Does not read a clock: callers give the times.
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
    """Both log files of a take, open for appending. Raises OSError when they cannot be created."""

    def __init__(self, folder: Path) -> None:
        self._changes, self._events = Lines(folder / CHANGES), Lines(folder / EVENTS)
        self._lock = Lock()
        self._closed = False
        self.notices: tuple[str, ...] = ()

    def add(self, event: Event) -> None:
        """Log one event."""
        with self._lock:
            if not self._closed:
                self._events.add(event)

    def notify(self, text: str, at_ms: int) -> None:
        """Log a notice for the user, unless it repeats the last one."""
        if text not in self.notices[-1:]:
            # A loose plug may reconnect for an hour: the events keep every notice, the take only the first ones.
            self.notices = (*self.notices, text)[:_MOST_NOTICES]
            self.add(Notice(at_ms, text))

    def changed(self, changes: Iterable[Change], at_ms: int) -> None:
        """Log the boxes that changed at ``at_ms``."""
        self._changes.add(*(replace(change, at_ms=at_ms) for change in changes))

    def close(self) -> None:
        """Close both logs; later events are dropped."""
        with self._lock:
            self._closed = True
            self._changes.close()
            self._events.close()
