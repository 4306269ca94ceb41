"""``LibraryModel``: state of the library screen: hits grouped by demo, and the selected one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from library.format import count
from library.learning.needs.words import can_ask
from library.model import Found, Hit
from library.search.query import FILTERS

FILTERS_HINT = "author:NAME · tag:WORD · app:PROGRAM · since:30d"
STEPS_SHOWN = 3
"""Maximum steps shown for each demo of a search, so that other demos stay visible on a small screen."""


class LibraryState(StrEnum):
    """What the library screen shows."""

    OPENING = "opening"
    EMPTY = "empty"
    NO_HITS = "no hits"
    HITS = "hits"


@dataclass(frozen=True)
class ResultGroup:
    """One demo among the results, with its best steps."""

    demo_id: str
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Hit:
        """The best-scored hit."""
        return self.hits[0]


@dataclass
class LibraryModel:
    """The state of the library screen. ``count`` is how many demos the library holds, None until it is open."""

    query: str = ""
    count: int | None = None
    opening: str = ""
    """How far the opening is, where it takes long."""
    found: Found = field(default_factory=lambda: Found(query=""))
    groups: tuple[ResultGroup, ...] = ()
    index: int = 0
    like: str = ""
    """Title of the demo whose similar demos are shown; empty while searching."""
    program: str = ""
    """The program in front when its user asked for help: its hits come first. Empty otherwise."""
    wishes: set[str] = field(default_factory=set)
    """Queries for which the user has asked, folded."""

    @property
    def state(self) -> LibraryState:
        """What to show."""
        if self.groups:
            return LibraryState.HITS
        if self.count is None:
            return LibraryState.OPENING
        return LibraryState.NO_HITS if self.count and self.query else LibraryState.EMPTY

    @property
    def hits(self) -> list[Hit]:
        """All hits in display order: by demo, best demo first."""
        return [hit for group in self.groups for hit in group.hits]

    @property
    def selected(self) -> Hit | None:
        """The hit that Enter replays."""
        hits = self.hits
        return hits[self.index] if 0 <= self.index < len(hits) else None

    @property
    def offer(self) -> str:
        """What Enter does now: ``replay``, search for the ``suggestion``, ``ask`` for a demo, ``record`` the first one.

        Empty while the library opens, and where none of these makes sense. A search in vain never begins a recording.
        """
        if self.selected is not None:
            return "replay"
        if self.state is LibraryState.NO_HITS:
            return "suggestion" if self.found.suggestion else "ask" if self.can_ask else ""
        return "record" if self.state is LibraryState.EMPTY else ""

    @property
    def can_ask(self) -> bool:
        """Whether nothing answers the query and the user has not asked for it yet."""
        return bool(self.count) and not self.like and not self.is_asked and can_ask(self.found)

    @property
    def is_asked(self) -> bool:
        """Whether the user has asked for what the query says."""
        return _same(self.query) in self.wishes

    def note_asked(self, query: str) -> None:
        """The user has asked for this."""
        self.wishes.add(_same(query))

    def take_back(self, query: str) -> None:
        """The wish could not be noted."""
        self.wishes.discard(_same(query))

    def show_like(self, found: Found, title: str) -> None:
        """Show demos similar to the one titled ``title``; the query stays."""
        query = self.query
        self.show(found)
        self.query, self.like = query, title

    def show(self, found: Found, keep: str | None = None) -> None:
        """Show search results; selects the first hit of demo ``keep`` if it is there, else the best hit."""
        self.like = ""
        self.found, self.query = found, found.query
        steps = STEPS_SHOWN if found.query.strip() or self.program else 1
        self.groups = group_hits(found.hits, steps)
        at = [i for i, hit in enumerate(self.hits) if hit.demo_id == keep]
        self.index = at[0] if at else 0

    def join(self, found: Found, keep: str | None = None) -> None:
        """Show the hits by words and by meaning of the same query, without moving the selected hit.

        What the user selected stays where it is, with all above it. So does the best hit if it has all the words.
        ``keep``: as for ``show``, when nothing was selected.
        """
        selected, index, before = self.selected, self.index, self.groups
        self.show(found, keep)
        if selected is None or not (index or not (selected.partial or selected.nearest)):
            return
        kept = list(before[: next(at for at, group in enumerate(before) if selected in group.hits) + 1])
        ids = {group.demo_id for group in kept}
        self.groups = (*kept, *(group for group in self.groups if group.demo_id not in ids))
        self.index = index

    def move(self, by: int) -> None:
        """Move the selection, clamped to the list."""
        self.index = max(0, min(self.index + by, len(self.hits) - 1))

    def summary(self) -> str:
        """``12 steps · 8 demos · 3 ms``; empty without a query or hits."""
        if self.like:
            return f"like “{self.like}”"
        if self.query.endswith(":") and _names_a_filter(self.query):
            return FILTERS_HINT
        if self.program and not self.query.strip():
            return f"in {self.program}"
        if not (self.query.strip() and self.groups):
            return ""
        steps, demos = len(self.found.hits), len({hit.demo_id for hit in self.found.hits})
        words = [
            *([f"{self.program} first"] if self.program else []),
            *([f"for “{self.found.suggestion}”"] if self.found.mended else []),
            count(steps, "step"),
            count(demos, "demo"),
            f"{self.found.took_ms:.0f} ms",
        ]
        return " · ".join(words)


def group_hits(hits: tuple[Hit, ...], steps: int) -> tuple[ResultGroup, ...]:
    """Hits by demo, demos in the order of their best hit, at most ``steps`` of each."""
    by_demo: dict[str, list[Hit]] = {}
    for hit in hits:
        by_demo.setdefault(hit.demo_id, []).append(hit)
    return tuple(ResultGroup(demo_id, tuple(group[:steps])) for demo_id, group in by_demo.items())


def _same(query: str) -> str:
    return " ".join(query.casefold().split())


def _names_a_filter(query: str) -> bool:
    return query.lower().endswith(tuple(f"{name}:" for name in FILTERS))
