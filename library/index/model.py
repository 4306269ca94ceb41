"""Records of the index: query terms, filters, scored entries, vocabulary, and the database session it reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import msgspec

from library.index.term_flags import HEADING, TEXT


class Term(NamedTuple):
    """A folded word to search for; ``prefix``: longer words that begin with it match too.

    ``variants``: what counts as the word too: another word (its inflection), or several that an entry must all have.
    """

    word: str
    prefix: bool = False
    variants: tuple[tuple[str, ...], ...] = ()


class Filters(NamedTuple):
    """Filters of a search: folded words of author, tags and programs, and the age.

    The last word of each is a prefix. ``since_unix_ms``: changed then or later; 0 for any.
    """

    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    app: tuple[str, ...] = ()
    since_unix_ms: int = 0

    def __bool__(self) -> bool:
        """Whether any filter is set."""
        return any(self)


class ScoredEntry(NamedTuple):
    """A matching entry: the whole demo (``place`` 0) or one of its steps; ``whole`` is the demo's first entry.

    ``share``: fraction of the terms' total idf that it matches (0 to 1). ``own``: number of terms in the entry itself,
    not only in its demo's title. ``day``: of the demo's last change, in days since 1970. ``met``: a bit for each term
    that it matches, the lowest for the first. ``top``: the highest code of its own terms.
    """

    entry_id: int
    whole: int
    place: int
    day: int
    score: float
    share: float
    own: int
    met: int = 0
    top: int = 0

    @property
    def seen(self) -> bool:
        """Whether its terms are only on the screen."""
        return self.top < TEXT

    @property
    def titled(self) -> bool:
        """Whether it is a whole demo with a term in its title."""
        return not self.place and self.top >= HEADING


NO_FILTERS = Filters()


def no_pause() -> None:
    """Does nothing: the ``pause`` of a search that cannot be cancelled."""


class Vocabulary(dict[str, int]):
    """Words with their document frequencies, and cached views for spelling correction."""

    def of_lengths(self, least: int, most: int) -> list[str]:
        """The words of ``least`` to ``most`` letters, without numbers."""
        return [word for length in range(least, most + 1) for word in self._by_length.get(length, ())]

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self):  # so that both engines suggest the same word
            if not word.isdigit():
                found[len(word)].append(word)
        return found

    def prefixes(self, length: int) -> Vocabulary:
        """The prefixes of that length of longer words, with their frequencies."""
        if length not in self._prefixes:
            counts: Counter[str] = Counter()
            for word, count in self.items():
                if len(word) > length:
                    counts[word[:length]] += count
            self._prefixes[length] = Vocabulary(counts)
        return self._prefixes[length]

    @cached_property
    def _prefixes(self) -> dict[int, Vocabulary]:
        return {}


Row = tuple[Any, ...]


STATE = "state"
"""Name of the fact that grows with every change of the catalog; caches compare it."""
LANGUAGE = "language:"
"""Begins the names of the facts that say in which languages the words of the catalog have stems."""


class Session(Protocol):
    """A database connection, inside a transaction or for reading. Statements are run by name."""

    def fetch(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named query."""

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement once for each row."""


def stored_fact(session: Session, name: str) -> int:
    """The number stored under a name; 0 when there is none."""
    rows = session.fetch("fact", name=name)
    return int(rows[0][0]) if rows else 0


def as_json(value: object) -> str:
    """A list as one JSON value, which both engines can expand."""
    return msgspec.json.encode(value).decode()
