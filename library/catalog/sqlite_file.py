"""The SQLite file of the embedded catalog: opened, versioned, locked, and its faults in one line.

Owns connections, transactions and what SQLite's errors mean for people. Refuses to know what the tables hold.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from library.catalog.catalog import CatalogBroken, CatalogBusy
from library.catalog.statements import migrations, statements
from library.files import library_errors
from library.index.model import Row
from library.model import LibraryError

APPLICATION_ID = 0x73686F77  # "show"
BEFORE = 1
"""Indexes up to this version were of another make; they are made anew."""
INDEX_VERSION = BEFORE + len(migrations("sqlite"))
BUSY_MS = 30_000
"""How long a writer waits for others. SQLite lets waiters try again by chance, not in turn: with sixteen who write all
the time, one in some thousand waits is longer than five seconds, and none in a minute longer than thirty."""
OPENING_MS = 5_000
"""How long an opening waits for others: what is indexed can be searched meanwhile, and somebody looks at the screen."""

_COMMENT = re.compile(r"--.*")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_CLOSED_TO_US = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


class IndexOutdated(CatalogBroken):
    """The index was made by an older showhow; it is made anew."""


class SqliteSession:
    """A connection that speaks by the names of statements."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self._statements = connection, statements("sqlite")

    def ask(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named question."""
        return self.connection.execute(self._statements[name], values).fetchall()

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""
        self.connection.execute(self._statements[name], values)

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement for each of many."""
        self.connection.executemany(self._statements[name], rows)


class IndexFile:
    """An open index: one connection that reads, one that writes, each used by one thread at a time.

    ``form`` names the migrations that make its tables.
    """

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS, form: str = "sqlite") -> None:
        self.path, self._busy_ms = path, busy_ms
        self._migrations, self._before = migrations(form), BEFORE if form == "sqlite" else 0
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self._reader, self._writer = self._open()
        self._inode = path.stat().st_ino

    def _open(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        with library_errors(f"create the folder {self.path.parent}"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        return self._connect()

    def _connect(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        opened: list[sqlite3.Connection] = []
        try:
            with self._faults():
                for _ in range(2):
                    opened.append(self._connection())  # noqa: PERF401  what opened before a failure must be closed
                self._prepare(opened[1])
                opened[0].execute("PRAGMA query_only = ON")
        except BaseException:
            for connection in opened:
                connection.close()
            raise
        return opened[0], opened[1]

    def _connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_ms / 1000, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes is made anew from the bundles
        connection.execute("PRAGMA mmap_size = 1073741824")  # lists of common words are read without copying pages
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Check whose file it is, bring it up to date, make the tables in a new one."""
        if self._version(connection) == self._newest:
            return
        self._write_ahead(connection)
        connection.execute("BEGIN IMMEDIATE")  # all migrations and the new version number together, or none
        try:
            version = self._version(connection)  # another program may have been quicker
            for _, text in self._migrations[max(0, version - self._before) :]:
                for statement in _COMMENT.sub("", text).split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {self._newest}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """WAL; where the file system cannot, SQLite stays with what works. SQLite does not wait here by itself."""
        until = time.monotonic() + self._busy_ms / 1000
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    @property
    def _newest(self) -> int:
        return self._before + len(self._migrations)

    def _version(self, connection: sqlite3.Connection) -> int:
        """The version of the file's tables; 0 when it has none."""
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return 0
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise LibraryError(
                f"{self.path} is some other program's database", "Move it away, or choose another folder."
            )
        if version > self._newest:
            raise LibraryError(f"The library's index {self.path} is from a newer showhow", "Update showhow to open it.")
        if version <= self._before:
            raise IndexOutdated(f"The library's index {self.path} is from an older showhow", "It is made anew.")
        return version

    @contextmanager
    def reading(self) -> Iterator[SqliteSession]:
        """A connection to read from, for the one thread that holds it. Raises LibraryError."""
        with self._reading, self._faults():
            yield SqliteSession(self._reader)

    @contextmanager
    def writing(self) -> Iterator[SqliteSession]:
        """A transaction: all of it happens, or none. Raises CatalogBusy when others write too long, LibraryError."""
        with self._writing, self._faults():
            self._writer.execute("BEGIN IMMEDIATE")  # a deferred one fails at once when another writer comes between
            try:
                yield SqliteSession(self._writer)
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    with suppress(sqlite3.Error):  # a full disk may have rolled it back; the first error is the news
                        self._writer.execute("ROLLBACK")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _explain(self, error: sqlite3.Error) -> LibraryError:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the rest of an extended code is detail
        if code in _BUSY:
            seconds = f"{self._busy_ms / 1000:.0f} seconds" if self._busy_ms >= 1000 else "some time"
            what = f"The library's index {self.path} is busy: another program has been writing to it for {seconds}"
            return CatalogBusy(what, "Try again in a moment, or end that program; nothing was lost.")
        if code in _BROKEN or "no such table" in str(error) or "no such column" in str(error):
            return CatalogBroken(f"The library's index {self.path} is damaged", "Make it anew: showhow library rebuild")
        if code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorname", "") == "SQLITE_IOERR_SHMSIZE":
            what = f"The library's index {self.path} cannot be written: the disk is full"
            return LibraryError(what, "Free some space and run it again; nothing was lost.")
        if code in _CLOSED_TO_US:
            return LibraryError(f"The library's index {self.path} may not be written", "Check its permissions.")
        return LibraryError(f"The library's index {self.path} cannot be used: {error}", "Check the disk it lies on.")

    def wait_for(self, busy_ms: int) -> None:
        """How long to wait for others from now on."""
        self._busy_ms = busy_ms
        with self._reading, self._writing, self._faults():
            for connection in (self._reader, self._writer):
                connection.execute(f"PRAGMA busy_timeout = {busy_ms:d}")

    def renew(self) -> None:
        """Begin an empty file in its place; another program that did so first is followed. Raises LibraryError."""
        with self._reading, self._writing:
            self.close()
            discard(self.path, self._inode)
            self.reopen()

    def replaced(self) -> bool:
        """Whether another program has put a new file in its place, or somebody has removed it."""
        try:
            return self.path.stat().st_ino != self._inode
        except OSError:
            return True

    def reopen(self) -> None:
        """Open what now lies at the path. Raises LibraryError."""
        with self._reading, self._writing:
            self.close()
            self._reader, self._writer = self._open()
            self._inode = self.path.stat().st_ino

    def close(self) -> None:
        """Let the file go."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()


def discard(path: Path, inode: int = 0) -> None:
    """Remove an index and what SQLite keeps beside it; with ``inode``, only if it is that file. Raises LibraryError."""
    with library_errors(f"make the library's index {path} anew"):
        if inode and path.exists() and path.stat().st_ino != inode:
            return
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
