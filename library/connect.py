"""A library opened: its address becomes a folder, and the folder a catalog that agrees with what lies in it.

Owns opening, keeping the index up to date with the bundles, and making it anew. Refuses to search or file.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from dataclasses import replace as with_changes
from pathlib import Path

import msgspec

from capture.files import write_bytes
from capture.progress import Progress, silent
from library.catalog import CatalogBusy
from library.check import check
from library.files import explained, read_bounded
from library.folder_store import FolderStore
from library.model import LibraryError
from library.places import folder_of, index_path
from library.records import decode_record
from library.refresh import refill, refresh
from library.sqlite import SqliteCatalog
from library.store import Fault, Store
from library.text import clean

_LARGEST_FACTS = 1 << 20
FACTS = "library.json"
REVIEW_DAYS = 365
"""Programs change their looks about once a year; a demo older than that is looked at again."""


class LibraryFacts(msgspec.Struct, frozen=True):
    """What a library says of itself (``library.json``)."""

    library_id: str = ""
    name: str = ""
    schema_version: int = 1
    review_days: int = REVIEW_DAYS


@dataclass(frozen=True)
class Library:
    """An open library. ``name`` is what people call it. Use as a context manager, or close it.

    ``review_days``: how long after its filing a demo is to be looked at again; 0 for never. ``scanned``: the catalog is
    this machine's own and finds out by scanning what others filed; a team's is shared and told.
    """

    url: str
    folder: Path
    catalog: SqliteCatalog
    name: str
    store: Store
    review_days: int = REVIEW_DAYS
    scanned: bool = True

    @property
    def demos(self) -> Path:
        """The folder of bundles on this machine."""
        return self.store.demos

    @property
    def trash(self) -> Path:
        """Where removed demos go."""
        return self.folder / ".trash"

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told since it was opened: a new index, demos that cannot be read."""
        return self.catalog.notices

    def refresh(self) -> bool:
        """Find what others filed or removed; whether anything changed. Costs one look at a folder when nothing did."""
        return refresh(self.catalog, self.demos) if self.scanned else False

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew from the bundles; returns how many demos it has. Raises LibraryError, Cancelled."""
        self.store.sweep()
        if not self.scanned:  # others are using it: it is mended while it runs, and never empty
            return refill(self.catalog, self.store, progress)
        self.catalog.renew()
        refresh(self.catalog, self.demos, progress)
        return self.catalog.count()

    def check(self, progress: Progress = silent, *, quick: bool = False) -> list[Fault]:
        """What is wrong and how to mend it; empty when all is well. Changes nothing but an index that is damaged."""
        return list(check(self, progress, quick=quick))

    def rename(self, name: str) -> Library:
        """Give it another name; returns it so named. Raises LibraryError."""
        facts = _facts(self.folder)
        named = msgspec.structs.replace(
            facts, library_id=facts.library_id or secrets.token_hex(8), name=clean(name, 100)
        )
        _write_facts(self.folder, named)
        return with_changes(self, name=named.name or self.folder.name)

    def close(self) -> None:
        """Let the index go."""
        self.catalog.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_library(url: str | Path, *, cache: Path | None = None) -> Library:
    """Open a library, made on first use. ``url`` is a folder; ``cache`` is for indexes that must not lie there.

    Raises LibraryError in one line: not a folder, not writable, from a newer showhow, an address of another kind.
    """
    folder = folder_of(str(url))
    if folder.exists() and not folder.is_dir():
        raise LibraryError(f"The library {folder} is a file, not a folder", "Choose another path.")
    if not (folder / "demos").is_dir():
        _create(folder)
    facts = _facts(folder)
    index = index_path(folder, cache or _user_cache())
    catalog = SqliteCatalog(index, folder / "demos", refill=lambda new: _refill(new, folder / "demos"))
    try:
        refresh(catalog, folder / "demos")
    except CatalogBusy:
        catalog.note("The library is being written to; the newest demos may not be found yet.")
    except BaseException:
        catalog.close()
        raise
    store = FolderStore(folder / "demos", folder / ".trash")
    return Library(str(url), folder, catalog, facts.name or folder.name, store, max(0, facts.review_days))


def _refill(catalog: SqliteCatalog, demos: Path) -> None:
    refresh(catalog, demos)


def _create(folder: Path) -> None:
    with explained(f"create the library {folder}"):
        (folder / "demos").mkdir(parents=True, exist_ok=True)
    if not (folder / FACTS).exists():
        _write_facts(folder, LibraryFacts(secrets.token_hex(8)))


def _facts(folder: Path) -> LibraryFacts:
    if not (folder / FACTS).exists():
        return LibraryFacts()
    with explained(f"read the library {folder}"):
        data = read_bounded(folder / FACTS, _LARGEST_FACTS)
    return decode_record(data, LibraryFacts, f"The library {folder}")


def _write_facts(folder: Path, facts: LibraryFacts) -> None:
    with explained(f"write the library {folder}"):
        write_bytes(folder / FACTS, msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n")


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("showhow", appauthor=False) / "indexes"
