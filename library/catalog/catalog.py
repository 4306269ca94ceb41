"""What a catalog of demos offers, whatever keeps it, and the records a search works on.

Owns the seam between search and storage. Both engines keep the same index in the same form, so they answer alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from library.catalog.usage import UseLog
from library.index.model import NO_FILTERS, Filters, ScoredEntry, Term, go_on
from library.model import Demo, LibraryError

if TYPE_CHECKING:
    from library.catalog.rows import Batch


class CatalogBusy(LibraryError):
    """Another program has been writing for longer than the catalog waits."""


class CatalogBroken(LibraryError):
    """The catalog's file is damaged; it is only an index and can be made anew from the bundles."""


class EntryDetails(NamedTuple):
    """What a hit shows of an entry.

    ``spoken``: when its words were said, packed as ``library/catalog/word_times.py`` does.

    ``review_unix_ms``: when its demo is to be looked at again; 0 for never.
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
    """Demos that can be found. Every method may raise LibraryError; safe to call from several threads."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told since the catalog was opened, like: it was rebuilt."""

    def note(self, text: str) -> None:
        """Add something the user should be told."""

    def insert(self, demo: Demo, stamp: int = 0) -> None:
        """Make a demo findable, in place of its earlier versions; an older version than the one kept changes nothing.

        ``stamp`` says how its folder stood when it was read (0: unknown); ``stamps`` gives it back.
        """

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Put many with their stamps, in several transactions; returns how many."""

    def put_batches(self, batches: Iterable[Batch]) -> int:
        """Put many that are made ready, with their stamps, in several transactions; returns how many."""

    def remove(self, demo_id: str) -> None:
        """Make it no longer findable; nothing happens when it was not."""

    def get(self, demo_id: str) -> Demo:
        """The whole record. Raises DemoNotFound."""

    def resolve(self, name: str) -> Demo:
        """The demo of that id, exact title whatever its case, or unique beginning of an id. Raises DemoNotFound."""

    def list(self) -> Sequence[Demo]:
        """Every demo, newest first; transcripts and events are left out (``get`` has them)."""

    def count(self) -> int:
        """How many demos there are."""

    def stamps(self) -> dict[str, int]:
        """The stamp of each demo's folder, by id."""

    def fact(self, name: str) -> int:
        """A number kept under a name; 0 when there is none."""

    def keep_fact(self, name: str, value: int) -> None:
        """Keep a number under a name."""

    def faults(self) -> Sequence[str]:
        """What is wrong with what is kept, one line each; empty when nothing is."""

    def renew(self) -> None:
        """Forget all demos, to be filled again from the bundles."""

    def match(
        self, terms: Sequence[Term], demos: int, *, any_of: bool = False, filters: Filters = NO_FILTERS,
        pause: Callable[[], None] = go_on,
    ) -> Sequence[ScoredEntry]:  # fmt: skip
        """The entries of about the best ``demos`` demos that hold all the terms, or any of them; best demo first.

        Without terms the newest demos that pass the filters. ``pause`` is called now and then and may raise Cancelled.
        """

    def newest(self, limit: int) -> Sequence[int]:
        """The entries of the newest demos as wholes."""

    def details(self, entry_ids: Sequence[int]) -> Sequence[EntryDetails]:
        """What to show of entries, in the order asked for; those gone meanwhile are left out."""

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """How many entries there are, and how many hold each term (its whole word, where there is one)."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every word there is, with the number of entries that hold it."""

    @property
    def use(self) -> UseLog:
        """How the library is used: searches, replays, and whether they helped."""

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """How much use each of some demos was; those that were none may be missing."""

    def close(self) -> None:
        """Let the storage go."""
