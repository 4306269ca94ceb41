"""ScratchFolder: a place for an index that lives as long as its catalog, where its own place cannot be written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from library.catalog.catalog import CatalogUnwritable
from library.catalog.sqlite_file import IndexFile

_MEMORY = Path("/dev/shm")  # noqa: S108  Linux's memory as a folder; the temporary one may lie on the same full disk


class ScratchFolder:
    """A folder of its own for each index, removed by ``close``."""

    def __init__(self) -> None:
        self._made: list[tempfile.TemporaryDirectory[str]] = []

    def index(self, name: str, form: str, why: CatalogUnwritable) -> IndexFile:
        """An empty index; raises ``why`` when none can be written anywhere."""
        for place in _places():
            with suppress(OSError, CatalogUnwritable):
                folder = tempfile.TemporaryDirectory(prefix="showhow-", dir=place, ignore_cleanup_errors=True)
                self._made.append(folder)
                return IndexFile(Path(folder.name) / name, form=form)
        raise why

    def close(self) -> None:
        """Remove the folders."""
        while self._made:
            self._made.pop().cleanup()


def _places() -> Iterator[str]:
    with suppress(OSError):
        yield tempfile.gettempdir()
    if _MEMORY.is_dir():
        yield str(_MEMORY)
