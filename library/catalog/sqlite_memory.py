"""MemoryIndex: an index that lives as long as its catalog, where its own place cannot be written.

In memory and not in a temporary folder: that may lie on the same full disk, and a killed program leaves nothing behind.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from library.catalog.sqlite_file import IndexFile


class MemoryIndex(IndexFile):
    """An empty index. ``path`` is where it would lie; nothing is read or written there."""

    def __init__(self, path: Path, *, form: str = "sqlite") -> None:
        super().__init__(path, form=form)
        self._writing = self._reading  # one connection serves both

    def _open(self, *, emptied: bool = False) -> None:
        del emptied  # it always is
        self._unwritable = None
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._prepare(connection, emptied=False)
        self._reader = self._writer = connection
        self._inode = self._tables = 0

    def replaced(self) -> bool:
        """Never: no other program has it."""
        return False

    def renew(self) -> None:
        """Empty it."""
        self.reopen()
