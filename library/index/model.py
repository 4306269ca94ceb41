"""Records of the index: query terms, filters, scored entries, vocabulary, and the database session it reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import msgspec


class Term(NamedTuple):
    """A folded word to look for; ``prefix``: it may be only the beginning of one."""

    word: str
    prefix: bool = False


class Filters(NamedTuple):
    """What a hit must be besides answering: folded words of its author, tags and programs, and its age.

    The last word of each may be unfinished. ``since_unix_ms``: changed then or later; 0 for any.
    """

    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    app: tuple[str, ...] = ()
    since_unix_ms: int = 0

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return any(self)


class ScoredEntry(NamedTuple):
    """An entry that answers: the demo as a whole (``place`` 0) or one of its steps; ``whole`` is the demo's entry.

    ``share``: of what the terms are worth, how much it met (0 to 1). ``own``: how many of the terms stand in it itself,
    not only in its demo's title. ``day``: of the demo's last change, since 1970.
    """

    entry_id: int
    whole: int
    place: int
    day: int
    score: float
    share: float
    own: int


NO_FILTERS = Filters()


def go_on() -> None:
    """The pause of a search nobody cancels."""


class Vocabulary(dict[str, int]):
    """Words with how often they occur, and what looking for a spelling needs of them, made once."""

    def of_lengths(self, least: int, most: int) -> list[str]:
        """The words with so many letters; numbers are none."""
        return [word for length in range(least, most + 1) for word in self._by_length.get(length, ())]

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self):  # so that both engines come to the same guess
            if not word.isdigit():
                found[len(word)].append(word)
        return found

    def begun(self, length: int) -> Vocabulary:
        """The beginnings of that length of longer words, with how often they occur."""
        if length not in self._begun:
            counts: Counter[str] = Counter()
            for word, count in self.items():
                if len(word) > length:
                    counts[word[:length]] += count
            self._begun[length] = Vocabulary(counts)
        return self._begun[length]

    @cached_property
    def _begun(self) -> dict[int, Vocabulary]:
        return {}


Row = tuple[Any, ...]


STATE = "state"
"""The fact that grows with every change of what can be found; what was read before is out of date then."""


class Session(Protocol):
    """One connection inside a transaction, or reading."""

    def ask(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named question."""

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement for each of many."""


def as_json(value: object) -> str:
    """A list handed to a statement as one value, which both engines can unfold."""
    return msgspec.json.encode(value).decode()
