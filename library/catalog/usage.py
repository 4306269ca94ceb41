"""How a library is used: what was searched and how much was found, what was replayed, and whether it helped.

Owns what is kept of that, and that no names are kept unless the library's owner turned them on. Refuses to count single
keystrokes: only a search somebody stayed with is noted.
"""

from __future__ import annotations

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


class Use(StrEnum):
    """What somebody did with a demo, or said of it."""

    REPLAY = "replay"
    HELPED = "helped"
    NO_HELP = "no help"


class Search(NamedTuple):
    """A search somebody stayed with."""

    at_unix_ms: int
    query: str
    hits: int
    who: str = ""


class Ask(Protocol):
    """Runs a piece of work where use is kept; in a transaction when it writes."""

    def __call__(self, question: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """The work's result."""


class UseLog:
    """What is kept of a library's use. Every method may raise LibraryError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def note_search(self, query: str, hits: int, who: str = "") -> None:
        """Note a search; ``who`` is kept only where names are on. One without words is none."""
        query = clean(query, _LONGEST)
        if query:
            self._note("note_search", who, query=query, hits=hits)

    def note(self, demo_id: str, use: Use, who: str = "") -> None:
        """Note that a demo was replayed, or did or did not help."""
        self._note("note_use", who, demo_id=demo_id, kind=use.value)

    def _note(self, statement: str, who: str, **values: str | int) -> None:
        at_unix_ms = round(time.time() * 1000)

        def write(session: Session) -> None:
            name = clean(who, _LONGEST) if _names(session) else ""
            session.run(statement, at_unix_ms=at_unix_ms, who=name, **values)

        self._ask(write, write=True)

    def searches(self, since_unix_ms: int = 0) -> Sequence[Search]:
        """The searches since then, oldest first."""
        rows = self._ask(lambda s: s.ask("searches", since_unix_ms=since_unix_ms))
        return [Search(at_unix_ms=at, query=query, hits=hits, who=who) for at, query, hits, who in rows]

    def answers(self) -> Mapping[str, Mapping[Use, int]]:
        """For each demo how often it was replayed, helped and did not."""
        found: dict[str, dict[Use, int]] = {}
        for demo_id, kind, count in self._ask(lambda s: s.ask("answers")):
            found.setdefault(demo_id, {})[Use(kind)] = count
        return found

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """How much use each demo was: a replay counts one, a word that it helped three, that it did not three less."""
        ids = msgspec.json.encode(list(demo_ids)).decode()
        return {row[0]: row[1] for row in self._ask(lambda s: s.ask("used", ids=ids))}

    @property
    def names(self) -> bool:
        """Whether names are kept."""
        return self._ask(_names)

    def keep_names(self, on: bool) -> None:
        """Keep names from now on, or not any more; then those kept so far are forgotten."""

        def write(session: Session) -> None:
            session.run("set_use", name=_NAMES, value=int(on))
            if not on:
                session.run("forget_names")
                session.run("forget_names_of_uses")

        self._ask(write, write=True)


def _names(session: Session) -> bool:
    rows = session.ask("use_setting", name=_NAMES)
    return bool(rows and rows[0][0])
