"""IndexFile: a SQLite file with its connections, migrations, transactions and error messages.

Does not know what the tables hold.
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

from library.catalog.catalog import CatalogBroken, CatalogBusy, CatalogFull, CatalogUnwritable
from library.catalog.index_files import OPEN_FILES_STAY, discard, try_room, unwritable
from library.catalog.statements import migrations, statements
from library.index.model import Row
from library.model import LibraryError

APPLICATION_ID = 0x73686F77  # "show"
BEFORE = 3
"""Index files up to this version had another format; they are rebuilt."""
BUSY_MS = 30_000
"""How long a writer waits for others. SQLite's waiters retry at random, not in turn: with sixteen permanent writers,
one wait in some thousand was longer than five seconds, and in a minute none was longer than thirty."""
OPENING_MS = 5_000
"""How long opening waits for writers: a user waits for it, and the indexed demos can be searched without the update."""

_COMMENT = re.compile(r"--.*")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


class IndexOutdated(CatalogBroken):
    """The index was made by an older showhow; it has to be rebuilt."""


class SqliteSession:
    """A Session on a sqlite3 connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self._statements = connection, statements("sqlite")

    def fetch(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named query."""
        return self.connection.execute(self._statements[name], values).fetchall()

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""
        self.connection.execute(self._statements[name], values)

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement once for each row."""
        self.connection.executemany(self._statements[name], rows)


class IndexFile:
    """An open file with a connection for reading and one for writing, each used by one thread at a time.

    ``form`` names its migrations: ``sqlite``, ``use`` or ``vectors``. ``anew``: in place of the file that is there.
    """

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS, form: str = "sqlite", anew: bool = False) -> None:
        self.path, self._busy_ms = path, busy_ms
        self._migrations, self._before = migrations(form), BEFORE if form == "sqlite" else 0
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self._open(emptied=anew and not discard(path))

    def _open(self, *, emptied: bool = False) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(f"create the folder {self.path.parent}", error) from error
        self._unwritable: CatalogUnwritable | None = None
        self._reader, self._writer = self._emptied() if emptied else self._connect()
        self._inode, self._tables = self.path.stat().st_ino, _tables(self._reader)

    def _emptied(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        try:
            return self._connect_to_write(emptied=True)
        except CatalogBroken as error:
            what = f"The library's index {self.path} is damaged, and open in another program"
            raise LibraryError(what, "End that program and run it again; nothing is lost.") from error

    def _connect(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        """A connection for reading and one for writing; where nothing can be written, two that read what is indexed."""
        try:
            return self._connect_to_write()
        except CatalogUnwritable as error:
            if not self.path.exists() or not self.path.stat().st_size:
                raise
            self._unwritable = type(error)(error.what, error.remedy)  # that one's traceback keeps the file open
            return self._connect_to_read(self._unwritable)

    def _connect_to_read(self, why: CatalogUnwritable) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        """Two connections that write nothing, not even SQLite's files beside an index in WAL mode.

        Raises ``why`` when the index is of an older format: it cannot be made anew there.
        """
        address = f"{self.path.absolute().as_uri()}?immutable=1"
        with self._translated_errors():
            reader, writer = (
                sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False) for _ in range(2)
            )
            try:
                reader.execute("PRAGMA temp_store = MEMORY")
                current = self._version(reader) == self._newest
            except IndexOutdated:
                current = False
            if not current:
                reader.close()
                writer.close()
                raise why
            return reader, writer

    def _connect_to_write(self, *, emptied: bool = False) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        opened: list[sqlite3.Connection] = []
        try:
            with self._translated_errors():
                for _ in range(2):
                    opened.append(self._connection())  # noqa: PERF401  what opened before a failure must be closed
                self._prepare(opened[1], emptied=emptied)
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
        try:
            connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut loses is rebuilt from the bundles
            connection.execute("PRAGMA mmap_size = 1073741824")  # reads lists of common words without copying pages
        except BaseException:  # of a damaged file, which Windows does not remove while it is open
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, emptied: bool) -> None:
        """Check that the file is ours and apply the missing migrations; ``emptied``: drop what it holds, apply all."""
        if not emptied and self._version(connection) == self._newest:
            return
        self._write_ahead(connection)
        connection.execute("BEGIN IMMEDIATE")  # all migrations and the new version number together, or none
        try:
            if emptied:
                _drop_tables(connection)
            version = 0 if emptied else self._version(connection)  # another program may have migrated it first
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
        """Turn WAL on, where the file system supports it. SQLite's busy timeout does not apply here, so retry."""
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
        """A session for reading, for one thread at a time. Raises LibraryError."""
        with self._reading, self._translated_errors():
            yield SqliteSession(self._reader)

    @contextmanager
    def writing(self) -> Iterator[SqliteSession]:
        """A session in a write transaction. Raises CatalogBusy when others write for too long, LibraryError."""
        if self._unwritable is not None:
            self.reopen()  # there may be room again
            if self._unwritable is not None:
                raise self._unwritable
        with self._writing, self._translated_errors():
            self._writer.execute("BEGIN IMMEDIATE")  # a deferred one fails at once when another writer comes between
            try:
                yield SqliteSession(self._writer)
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    with suppress(sqlite3.Error):  # a full disk may have rolled back; raise the first error
                        self._writer.execute("ROLLBACK")

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._translate_error(error) from error

    def _translate_error(self, error: sqlite3.Error) -> LibraryError:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the rest of an extended code is detail
        if code in _BUSY:
            seconds = f"{self._busy_ms / 1000:.0f} seconds" if self._busy_ms >= 1000 else "some time"
            what = f"The library's index {self.path} is busy: another program has been writing to it for {seconds}"
            return CatalogBusy(what, "Try again in a moment, or end that program; nothing was lost.")
        if code in _BROKEN or "no such table" in str(error) or "no such column" in str(error):
            return CatalogBroken(f"The library's index {self.path} is damaged", "Make it anew: showhow library rebuild")
        if code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorname", "") == "SQLITE_IOERR_SHMSIZE":
            what = f"The library's index {self.path} cannot be written: the disk is full"
            return CatalogFull(what, "Free some space and run it again; nothing was lost.")
        if code in _NOT_WRITABLE:
            kind = CatalogUnwritable if self.path.is_file() or not self.path.exists() else LibraryError
            return kind(f"The library's index {self.path} may not be written", "Check its permissions.")
        return LibraryError(f"The library's index {self.path} cannot be used: {error}", "Check the disk it lies on.")

    def wait_for(self, busy_ms: int) -> None:
        """Set how long to wait for other writers."""
        self._busy_ms = busy_ms
        with self._reading, self._writing, self._translated_errors():
            for connection in (self._reader, self._writer):
                connection.execute(f"PRAGMA busy_timeout = {busy_ms:d}")

    def renew(self) -> None:
        """Replace the file by an empty one, unless another program did so first; empty it where that one keeps it open.

        Raises LibraryError: CatalogUnwritable, with the file as it was, when there is no room for another like it.
        """
        with self._reading, self._writing:
            try_room(self.path)
            self.close()
            self._open(emptied=not discard(self.path, self._inode))

    def replaced(self) -> bool:
        """Whether the file was replaced, removed or emptied since it was opened."""
        try:
            if self.path.stat().st_ino != self._inode:
                return True
        except OSError:
            return True
        if not OPEN_FILES_STAY:
            return False
        with self._reading:
            return _tables(self._reader) != self._tables

    def reopen(self) -> None:
        """Open the file that is now at the path. Raises LibraryError."""
        with self._reading, self._writing:
            self.close()
            self._open()

    def close(self) -> None:
        """Close the connections."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()


def _tables(connection: sqlite3.Connection) -> int:
    """A number that changes with each change of the tables; 0 for a file that is damaged."""
    with suppress(sqlite3.Error):  # what reads it will tell
        return int(connection.execute("PRAGMA schema_version").fetchone()[0])
    return 0


def _drop_tables(connection: sqlite3.Connection) -> None:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
    for (name,) in connection.execute(named).fetchall():
        connection.execute(f'DROP TABLE "{name}"')
