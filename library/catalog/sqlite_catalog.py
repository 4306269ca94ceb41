"""SqliteCatalog: the embedded catalog, one SQLite file that can be rebuilt from the bundles at any time.

Owns the replacement of a file that is damaged, outdated or gone. Holds nothing that the bundles do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from library.catalog.catalog import Catalog, CatalogBroken, CatalogUnwritable
from library.catalog.index_files import set_aside
from library.catalog.shared_use import SharedUseLog
from library.catalog.sql_catalog import SqlCatalog
from library.catalog.sqlite_file import BUSY_MS, IndexFile, IndexOutdated
from library.catalog.sqlite_memory import MemoryIndex
from library.catalog.usage import UseLog
from library.catalog.vectors import VectorTable
from library.index.model import Session

_Answer = TypeVar("_Answer")


class SqliteCatalog(SqlCatalog):
    """A Catalog in one file. ``refill`` is called when the file had to be replaced by an empty one."""

    def __init__(
        self, path: Path, demos: Path, *, refill: Callable[[Catalog], object] | None = None, busy_ms: int = BUSY_MS
    ) -> None:
        super().__init__(demos)
        self._refill = refill
        self._use: IndexFile | None = None
        self._no_use: IndexFile | None = None
        self._vectors: IndexFile | None = None
        self._shared: SharedUseLog | None = None
        self._use_path, self._opening = path.with_name(f"{path.stem}-use{path.suffix}"), Lock()
        self._vectors_path = path.with_name(f"{path.stem}-vectors{path.suffix}")
        try:
            self._file = self._opened(path, busy_ms)
        except CatalogUnwritable as error:
            self._file = self._in_memory(path, error)

    def _opened(self, path: Path, busy_ms: int) -> IndexFile:
        try:
            return IndexFile(path, busy_ms=busy_ms)
        except CatalogBroken as error:
            file = IndexFile(path, busy_ms=busy_ms, anew=True)
            why = "was from an older showhow" if isinstance(error, IndexOutdated) else "was damaged"
        self._file = file
        try:
            self._note_and_refill(why)
        except BaseException:
            file.close()
            raise
        return file

    def _in_memory(self, path: Path, why: CatalogUnwritable) -> IndexFile:
        """An empty index in memory, in place of one that cannot be made at its path."""
        self.note(f"{why} Until then the library is searched with an index that is made each time.")
        return MemoryIndex(path)

    def _note_and_refill(self, why: str) -> None:
        self.note(f"The library's index {why} and has been made anew from the demos; nothing is lost.")
        if self._refill is not None:
            self._refill(self)

    def wait_for(self, busy_ms: int) -> None:
        """Set how long to wait for other writers."""
        self._file.wait_for(busy_ms)

    def renew(self) -> None:
        """Replace the file by an empty one. Raises LibraryError."""
        with self._reader_lock:  # no search may read the new file with what was cached of the old one
            self._file.renew()
            self._drop_caches()

    def _run(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run work on a connection; once more on a new file when the present one is damaged."""
        if self._file.replaced():
            self._reopen()
        try:
            with self._file.writing() if write else self._file.reading() as session:
                return work(session)
        except CatalogBroken:
            self._make_anew()
        with self._file.writing() if write else self._file.reading() as session:
            return work(session)

    def _make_anew(self) -> None:
        """Replace the damaged file, by an index in memory where it cannot be removed."""
        try:
            self.renew()
        except CatalogUnwritable as error:
            with self._reader_lock:
                self._file.close()
                self._file = self._in_memory(self._file.path, error)
                self._drop_caches()
            if self._refill is not None:
                self._refill(self)
        else:
            self._note_and_refill("was damaged")

    def _reopen(self) -> None:
        """Open the file that replaced the present one, or a new one if it was deleted, and refill it."""
        with self._reader_lock:
            self._file.reopen()
            self._drop_caches()
        if self._refill is not None:
            self._refill(self)

    @property
    def use(self) -> UseLog:
        """The log of searches, replays and feedback, in a file of its own that survives a rebuild of the index."""
        return self._shared or UseLog(self._run_use)

    def share_use(self, folder: Path) -> None:
        """Share the log from now on with the other machines that use the library in this folder."""
        self._shared = SharedUseLog(self._run_use, folder)

    def _run_use(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        file: IndexFile | None = None
        try:
            file = self._use_file(write=write)
            with file.writing() if write else file.reading() as session:
                return work(session)
        except CatalogBroken:
            self._put_use_aside(file)
        file = self._use_file(write=write)
        with file.writing() if write else file.reading() as session:
            return work(session)

    def _put_use_aside(self, broken: IndexFile | None) -> None:
        """Begin a new log; the damaged one stays beside it, because nothing can make it anew.

        ``broken``: the open log, or None for one that cannot be opened. Of several threads that meet it one does it.
        """
        with self._opening:
            if self._use is not broken:
                return
            if self._use is not None:
                self._use.close()
                self._use = None
            aside = set_aside(self._use_path)
        if aside is not None:
            self.note(f"The log of searches and replays was damaged and begins anew; the old one is {aside}.")

    def _use_file(self, *, write: bool) -> IndexFile:
        """The file of the log; where none can be made, an empty one to read."""
        with self._opening:
            try:
                self._use = self._use or IndexFile(self._use_path, form="use")
            except CatalogUnwritable:
                if write:
                    raise
                self._no_use = self._no_use or MemoryIndex(self._use_path, form="use")
                return self._no_use
            return self._use

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """The use of each demo; does not create the file when there is none."""
        return self.use.used(demo_ids) if self._shared or self._use or self._use_path.exists() else {}

    @property
    def vectors(self) -> VectorTable:
        """The stored sentence embeddings, in a file of their own that survives a rebuild of the index."""
        return VectorTable(self._run_vectors)

    def _run_vectors(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run work on the file of vectors. A damaged file is removed: vectors are made anew from the demos."""
        with self._opening:
            if self._vectors is None:
                try:
                    self._vectors = IndexFile(self._vectors_path, form="vectors")
                except CatalogBroken:
                    self._vectors = IndexFile(self._vectors_path, form="vectors", anew=True)
        try:
            with self._vectors.writing() if write else self._vectors.reading() as session:
                return work(session)
        except CatalogBroken:
            self._vectors.renew()
        with self._vectors.writing() if write else self._vectors.reading() as session:
            return work(session)

    def faults(self) -> Sequence[str]:
        """The faults that SQLite's integrity check finds, one line each."""
        return [row[0] for row in self._run(lambda session: session.fetch("check")) if row[0] != "ok"]

    def close(self) -> None:
        """Close the files."""
        for file in (self._file, self._use, self._no_use, self._vectors):
            if file is not None:
                file.close()
