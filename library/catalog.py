"""What a catalog of demos offers, whatever keeps it, and the records a search works on.

Owns the seam between search and storage. Refuses to rank: a catalog gives candidates, search judges them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from library.model import Demo, DemoNotFound, LibraryError


class CatalogBusy(LibraryError):
    """Another program has been writing for longer than the catalog waits."""


class CatalogBroken(LibraryError):
    """The catalog's file is damaged; it is only an index and can be made anew from the bundles."""


class Term(NamedTuple):
    """A folded word to look for; ``prefix``: it may be only the beginning of one."""

    word: str
    prefix: bool = False


class Entry(NamedTuple):
    """One thing that can be found: a demo as a whole (``number`` 0) or one of its steps.

    The fields are folded text, as ``library.text.folded`` makes it. A step's ``context`` is its demo's title and tags.
    """

    entry_id: int
    demo_id: str
    number: int
    updated_unix_ms: int
    title: str
    tags: str
    step_title: str
    text: str
    context: str


class Telling(NamedTuple):
    """What a hit shows of an entry. ``spoken`` are its words with the moments (ms of clip time) they begin."""

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
    spoken: tuple[tuple[str, int], ...]


class Catalog(Protocol):
    """Demos that can be found. Every method may raise LibraryError; safe to call from several threads."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told since the catalog was opened, like: it was rebuilt."""

    def put(self, demo: Demo, stamp: int = 0) -> None:
        """Make a demo findable, in place of its earlier versions; an older version than the one kept changes nothing.

        ``stamp`` says how its folder stood when it was read (0: unknown); ``stamps`` gives it back.
        """

    def put_all(self, demos: Iterable[tuple[Demo, int]]) -> int:
        """Put many with their stamps; returns how many."""

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

    def candidates(self, terms: Sequence[Term], limit: int, *, any_of: bool = False) -> Sequence[Entry]:
        """About ``limit`` entries that hold all the terms (or any of them): likeliest fields and newest first."""

    def parts(self, demo_ids: Sequence[str], limit: int) -> Sequence[Entry]:
        """All entries of some demos, at most ``limit``: wholes and early steps first."""

    def newest(self, limit: int) -> Sequence[int]:
        """The entries of the newest demos as wholes."""

    def tell(self, entry_ids: Sequence[int]) -> Sequence[Telling]:
        """What to show of entries, in the order asked for; those gone meanwhile are left out."""

    def frequencies(self, terms: Sequence[Term]) -> tuple[int, Sequence[int]]:
        """About how many entries there are, and how many hold each term (its whole word, where there is one)."""

    def vocabulary(self) -> Mapping[str, int]:
        """Every word there is, with about the number of entries that hold it."""

    def close(self) -> None:
        """Let the storage go."""


def not_found(name: str, several: Sequence[Demo] = ()) -> DemoNotFound:
    """The error for a name that fits no demo, or more than one."""
    if not several:
        return DemoNotFound(f"There is no demo “{name}”", "See what there is: showhow list")
    ids = ", ".join(demo.demo_id for demo in several[:5]) + (", …" if len(several) > 5 else "")
    return DemoNotFound(f"“{name}” could be {len(several)} demos", f"Say which by its id: {ids}")
