"""The embedded catalog: one SQLite file, an index that can be made anew from the bundles at any time.

Owns what happens to a file that is damaged, outdated or gone: it is replaced by itself. Refuses to hold anything a
bundle does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from library.catalog.catalog import CatalogBroken
from library.catalog.sql_catalog import SqlCatalog
from library.catalog.sqlite_file import BUSY_MS, IndexFile, IndexOutdated, discard
from library.catalog.usage import UseLog
from library.index.model import Session

_Answer = TypeVar("_Answer")


class SqliteCatalog(SqlCatalog):
    """A Catalog in one file. ``refill`` is called when the file had to be made anew and is empty again."""

    def __init__(
        self, path: Path, demos: Path, *, refill: Callable[[SqliteCatalog], None] | None = None, busy_ms: int = BUSY_MS
    ) -> None:
        super().__init__(demos)
        self._refill = refill
        self._use: IndexFile | None = None
        self._use_path, self._opening = path.with_name(f"{path.stem}-use{path.suffix}"), Lock()
        try:
            self._file = IndexFile(path, busy_ms=busy_ms)
        except CatalogBroken as error:
            discard(path)
            self._file = IndexFile(path, busy_ms=busy_ms)
            self._begin_anew("was from an older showhow" if isinstance(error, IndexOutdated) else "was damaged")

    def _begin_anew(self, why: str) -> None:
        self.note(f"The library's index {why} and has been made anew from the demos; nothing is lost.")
        if self._refill is not None:
            self._refill(self)

    def wait_for(self, busy_ms: int) -> None:
        """How long to wait for others who write, from now on."""
        self._file.wait_for(busy_ms)

    def renew(self) -> None:
        """Begin an empty file in place of the present one. Raises LibraryError."""
        self._file.renew()
        self._forget()

    def _ask(self, question: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run a piece of work; once more on a new file when the present one turns out to be damaged."""
        if self._file.replaced():
            self._follow()
        try:
            with self._file.writing() if write else self._file.reading() as session:
                return question(session)
        except CatalogBroken:
            self.renew()
            self._begin_anew("was damaged")
        with self._file.writing() if write else self._file.reading() as session:
            return question(session)

    def _follow(self) -> None:
        """Another program made the index anew, or somebody deleted it: go on with what is there, filled up."""
        self._file.reopen()
        self._forget()
        if self._refill is not None:
            self._refill(self)

    @property
    def use(self) -> UseLog:
        """How the library is used; kept in a file of its own, so that it outlives an index made anew."""
        return UseLog(self._ask_use)

    def _ask_use(self, question: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        with self._opening:
            self._use = self._use or IndexFile(self._use_path, form="use")
        with self._use.writing() if write else self._use.reading() as session:
            return question(session)

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """How much use each demo was; nothing is made where nothing was noted yet."""
        return self.use.used(demo_ids) if self._use or self._use_path.exists() else {}

    def faults(self) -> Sequence[str]:
        """What SQLite's own check finds wrong; empty when nothing is."""
        return [row[0] for row in self._ask(lambda session: session.ask("check")) if row[0] != "ok"]

    def close(self) -> None:
        """Let the files go."""
        self._file.close()
        if self._use is not None:
            self._use.close()
