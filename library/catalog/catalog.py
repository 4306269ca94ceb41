"""Catalog: the protocol of the database of demos, with its errors and the records of a search.

Both engines store the same index in the same format, so their results are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from library.catalog.usage import UseLog
from library.catalog.vectors import VectorTable
from library.index.model import NO_FILTERS, Filters, ScoredEntry, Term, no_pause
from library.model import Demo, LibraryError

if TYPE_CHECKING:
    from library.catalog.rows import Batch


class CatalogBusy(LibraryError):
    """Another program has held the write lock for longer than the catalog waits."""


class CatalogUnwritable(LibraryError):
    """The catalog can be read, not written: it lies in a place where nothing may be written."""


class CatalogFull(CatalogUnwritable):
    """The disk that the catalog lies on is full."""


class CatalogBroken(LibraryError):
    """The catalog's file is damaged. It is only an index and can be rebuilt from the bundles."""


class EntryDetails(NamedTuple):
    """The data of an entry that a hit shows.

    ``spoken``: the times of the words of a whole demo, packed by ``library/catalog/word_times.py``.
    ``review_unix_ms``: when the demo is due for review; 0 for never.
    """

    entry_id: int
    demo_id: str
    number: int
    updated_unix_ms: int
    title: str
    author: str
    tags: tuple[str, ...]
    step_title: str
    text: str
    start_ms: int
    spoken: bytes
    review_unix_ms: int = 0


class Catalog(Protocol):
    """The database of demos. Every method may raise LibraryError and may be called from several threads."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Messages for the user since the catalog was opened, for example that it was rebuilt."""

    def note(self, text: str) -> None:
        """Add a message for the user."""

    def insert(self, demo: Demo, stamp: int = 0) -> None:
        """Add a demo, replacing its earlier versions. An older version than the stored one changes nothing.

        ``stamp``: modification time of its folder when it was read, in ns (0: unknown); see ``stamps``.
        """

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Add many demos with their stamps, in several transactions; returns their number."""

    def put_batches(self, batches: Iterable[Batch]) -> int:
        """Add prepared batches of demos, in several transactions; returns the number of demos."""

    def remove(self, demo_id: str) -> None:
        """Remove a demo; does nothing when there is none."""

    def get(self, demo_id: str) -> Demo:
        """The complete record of a demo. Raises DemoNotFound."""

    def resolve(self, name: str) -> Demo:
        """The demo with that id, title (any case), or unique prefix of an id. Raises DemoNotFound."""

    def list(self) -> Sequence[Demo]:
        """Every demo, newest first, without transcripts and events (``get`` has them)."""

    def count(self) -> int:
        """The number of demos."""

    def stamps(self) -> dict[str, int]:
        """The stamp of each demo's folder, by id."""

    def fact(self, name: str) -> int:
        """The number stored under a name; 0 when there is none."""

    def keep_fact(self, name: str, value: int) -> None:
        """Store a number under a name."""

    def versions(self) -> Mapping[str, int]:
        """The version of each demo, by id."""

    def places(self, demo_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """The first entry and the number of entries of each demo that exists, by id."""

    def faults(self) -> Sequence[str]:
        """The faults of the stored data, one line each; empty when there are none."""

    def renew(self) -> None:
        """Remove all demos, before a rebuild from the bundles."""

    def match(
        self, terms: Sequence[Term], demos: int, *, any_of: bool = False, filters: Filters = NO_FILTERS,
        pause: Callable[[], None] = no_pause,
    ) -> Sequence[ScoredEntry]:  # fmt: skip
        """The entries of about the best ``demos`` demos that match all terms, or one with ``any_of``; best demo first.

        Without terms, the newest demos that pass the filters. ``pause`` is called regularly and may raise Cancelled.
        """

    def passing(self, filters: Filters) -> frozenset[str]:
        """All demos that pass filters."""

    def newest(self, limit: int) -> Sequence[int]:
        """The first entries of the newest demos."""

    def details(self, entry_ids: Sequence[int]) -> Sequence[EntryDetails]:
        """The details of entries, in the given order, without those that no longer exist."""

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """The number of entries, and of those with each term (as an exact word, where there is one)."""

    def word_counts(self, words: Sequence[str]) -> Mapping[str, int]:
        """The document frequency of each of the words that any entry has."""

    def word_forms(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Of each word the words of the library with the same stem, most frequent first; see library/index/stems.py."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every word with its document frequency."""

    def synonyms(self) -> Sequence[Sequence[str]]:
        """Groups of words or phrases that mean the same in this library, folded, words separated by one space."""

    @property
    def use(self) -> UseLog:
        """The log of searches, replays and feedback."""

    @property
    def vectors(self) -> VectorTable:
        """The stored sentence embeddings."""

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """The use of each demo, see ``UseLog.used``; demos without any may be missing."""

    def close(self) -> None:
        """Close the database."""
