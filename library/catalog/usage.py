"""UseLog: the log of searches with their hits, replays and feedback.

Owns what is stored, and that no names are stored unless the library's owner turned them on. Single keystrokes are not
logged, only settled searches. A ``visit`` joins the searches and uses of one sitting without saying whose it was.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from library.index.model import Session
from library.text import clean

_Answer = TypeVar("_Answer")
_LONGEST = 300
_NAMES = "names"
_CARRIED = "carried"
_SITTING_S = 600.0


class Use(StrEnum):
    """A use of a demo, or feedback on it."""

    REPLAY = "replay"
    HELPED = "helped"
    NO_HELP = "no help"


class Search(NamedTuple):
    """A settled search; ``hits``: those that answer it. ``who`` is empty where no names are stored.

    ``asked``: somebody asked for a demo with these words; only of showhows that had no needs.
    """

    at_unix_ms: int
    query: str
    hits: int
    who: str = ""
    visit: str = ""
    asked: bool = False


class UseEvent(NamedTuple):
    """A use of a demo. ``visit``: of the search before it, empty when it is not known."""

    at_unix_ms: int
    demo_id: str
    use: Use
    visit: str = ""


class Visit:
    """The sitting of one person at a program: a random id, another one after a demo was opened or after some minutes.

    So that searches without an opening between them can be told, and nothing else.
    """

    def __init__(self) -> None:
        self._id, self._opened, self._last_s = secrets.token_hex(4), False, time.monotonic()

    def searching(self) -> str:
        """The id to log a search with."""
        now = time.monotonic()
        if self._opened or now - self._last_s > _SITTING_S:
            self._id, self._opened = secrets.token_hex(4), False
        self._last_s = now
        return self._id

    def opening(self) -> str:
        """The id to log a use with: that of the search before it."""
        self._opened = True
        return self._id


class RunWork(Protocol):
    """Runs work on the database of the log; in a transaction when it writes."""

    def __call__(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Returns the work's result."""


class UseLog:
    """The log of a library's use. Every method may raise LibraryError."""

    def __init__(self, run: RunWork) -> None:
        self._run = run

    def note_search(self, query: str, hits: int, who: str = "", visit: str = "") -> None:
        """Log a search; ``who`` is stored only where names are on. An empty query is not logged."""
        query = clean(query, _LONGEST)
        if query:
            self._note("note_search", who, query=query, hits=hits, visit=visit, asked=0)

    def note(self, demo_id: str, use: Use, who: str = "", visit: str = "") -> None:
        """Log that a demo was replayed, helped or did not help."""
        self._note("note_use", who, demo_id=demo_id, kind=use.value, visit=visit)

    def _note(self, statement: str, who: str, **values: str | int) -> None:
        values["at_unix_ms"] = round(time.time() * 1000)

        def write(session: Session) -> None:
            name = clean(who, _LONGEST) if _names(session) else ""
            session.run(statement, who=name, **values)

        self._run(write, write=True)

    def searches(self, since_unix_ms: int = 0) -> Sequence[Search]:
        """The searches since then, oldest first."""
        rows = self._run(lambda s: s.fetch("searches", since_unix_ms=since_unix_ms))
        return [Search(at, query, hits, who, visit, bool(asked)) for at, query, hits, who, visit, asked in rows]

    def uses(self, since_unix_ms: int = 0) -> Sequence[UseEvent]:
        """The uses since then, oldest first."""
        rows = self._run(lambda s: s.fetch("uses", since_unix_ms=since_unix_ms))
        return [UseEvent(at, demo_id, Use(kind), visit) for at, demo_id, kind, visit in rows]

    def carry_over(self, carry: Callable[[Sequence[Search], Sequence[UseEvent]], object]) -> None:
        """Give ``carry`` this log's searches and uses, once for ever: as soon as it has returned, never again."""
        if not self._run(lambda s: s.fetch("use_setting", name=_CARRIED)):
            carry(UseLog.searches(self), UseLog.uses(self))
            self._run(lambda s: s.run("set_use", name=_CARRIED, value=1), write=True)

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """The use of each demo: a replay counts 1, "helped" 3, "did not help" -3."""
        ids = msgspec.json.encode(list(demo_ids)).decode()
        return {row[0]: row[1] for row in self._run(lambda s: s.fetch("used", ids=ids))}

    @property
    def names(self) -> bool:
        """Whether names are stored."""
        return self._run(_names)

    def keep_names(self, on: bool) -> None:
        """Turn the storing of names on or off; turning it off deletes the stored names."""

        def write(session: Session) -> None:
            session.run("set_use", name=_NAMES, value=int(on))
            if not on:
                session.run("forget_names")
                session.run("forget_names_of_uses")

        self._run(write, write=True)


def _names(session: Session) -> bool:
    rows = session.fetch("use_setting", name=_NAMES)
    return bool(rows and rows[0][0])
