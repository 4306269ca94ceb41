"""A library opened: its address becomes a folder, and the folder a catalog that agrees with what lies in it.

Owns opening, keeping the index up to date with the bundles, making it anew, and checking. Refuses to search or file.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from capture.files import write_bytes
from capture.progress import Progress, silent
from library.bundle import newest_bundle, versions
from library.catalog import CatalogBusy
from library.files import explained, read_bounded
from library.model import LibraryError
from library.places import folder_of, index_path
from library.records import decode_record
from library.refresh import refresh
from library.sqlite import SqliteCatalog
from library.staging import sweep
from library.text import clean, is_demo_id

_LARGEST_FACTS = 1 << 20
FACTS = "library.json"


class LibraryFacts(msgspec.Struct, frozen=True):
    """What a library says of itself (``library.json``)."""

    library_id: str = ""
    name: str = ""
    schema_version: int = 1


@dataclass(frozen=True)
class Library:
    """An open library. ``name`` is what people call it. Use as a context manager, or close it."""

    url: str
    folder: Path
    catalog: SqliteCatalog
    name: str

    @property
    def demos(self) -> Path:
        """The folder of all bundles."""
        return self.folder / "demos"

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
        return refresh(self.catalog, self.demos)

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew from the bundles; returns how many demos it has. Raises LibraryError, Cancelled."""
        sweep(self.demos)
        self.catalog.renew()
        refresh(self.catalog, self.demos, progress)
        return self.catalog.count()

    def check(self, progress: Progress = silent) -> list[str]:
        """What is wrong, one line each; empty when all is well. Changes nothing but an index that is damaged."""
        return list(_faults(self, progress))

    def rename(self, name: str) -> Library:
        """Give it another name; returns it so named. Raises LibraryError."""
        _write_facts(
            self.folder, LibraryFacts(_facts(self.folder).library_id or secrets.token_hex(8), clean(name, 100))
        )
        return Library(self.url, self.folder, self.catalog, clean(name, 100) or self.folder.name)

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
    return Library(str(url), folder, catalog, facts.name or folder.name)


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


def _faults(library: Library, progress: Progress) -> Iterator[str]:
    for fault in library.catalog.faults():
        yield f"The index: {fault}. Make it anew: showhow library rebuild"
    known = {demo.demo_id: demo.version for demo in library.catalog.list()}
    with explained(f"read the library {library.folder}"):
        homes = sorted(entry for entry in library.demos.iterdir() if is_demo_id(entry.name))
    for done, home in enumerate(homes):
        progress(done, len(homes), "Checking demos")
        yield from _demo_faults(home, known.pop(home.name, 0))
    for missing in known:
        yield f"{missing} is in the index but not in the library. Make the index anew: showhow library rebuild"


def _demo_faults(home: Path, indexed: int) -> Iterator[str]:
    try:
        demo = newest_bundle(home)
    except LibraryError as error:
        yield str(error)
        return
    if (newest := versions(home)[0]) != demo.path:
        yield f"{newest} cannot be read; version {demo.version} stands in for it."
    if indexed != demo.version:
        yield f"{demo.demo_id} is not in the index as it is filed. Make the index anew: showhow library rebuild"
    for name in (demo.clip.path, *(step.still for step in demo.steps if step.still)):
        if not (demo.path / name).is_file():
            yield f"{demo.path / name} is missing."
