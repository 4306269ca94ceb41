"""PracticeStore: the learner's own folder: records in ``mine.sqlite``, takes of attempts in ``takes/``.

Owns that only the user may open it, that writes are whole or not done, and that what is forgotten leaves the disk.
Records are JSON by kind and key, so that a new kind needs no new table and is exported and forgotten with the rest.
Does not know a library, and nothing of a library knows it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from capture.files import remove_folder
from library.files import as_library_error, library_errors
from library.model import LibraryError
from library.records import decode_record

FILE, TAKES = "mine.sqlite", "takes"
_APPLICATION_ID = 0x73686F6D  # "show", of mine
_VERSION = 1
_BUSY_S = 30.0
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_TABLE = """
CREATE TABLE IF NOT EXISTS records (
  kind TEXT NOT NULL, key TEXT NOT NULL, demo_id TEXT NOT NULL, at_unix_ms INTEGER NOT NULL, record BLOB NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
_PUT = "INSERT OR REPLACE INTO records VALUES (:kind, :key, :demo_id, :at_unix_ms, :record)"
_PUT_NEW = _PUT.replace("OR REPLACE", "OR IGNORE")
_GET = "SELECT record FROM records WHERE kind = :kind AND key = :key"
_ALL = (
    "SELECT record FROM records WHERE kind = :kind AND (:demo_id = '' OR demo_id = :demo_id) ORDER BY at_unix_ms, key"
)
_EVERYTHING = "SELECT kind, key, demo_id, at_unix_ms, record FROM records ORDER BY kind, at_unix_ms, key"
_UPDATE = "UPDATE records SET record = :record WHERE kind = :kind AND key = :key"
_REMOVE = "DELETE FROM records WHERE kind = :kind AND key = :key"
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_Record = TypeVar("_Record")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class KeptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it is exported: its kind (``attempt``), its key, and its content."""

    kind: str
    key: str
    demo_id: str
    at_unix_ms: int
    record: msgspec.Raw


class PracticeStore:
    """The folder of one user. Made at the first write; any thread or process may use it. Raises LibraryError."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._path = folder, folder / FILE

    @property
    def takes_folder(self) -> Path:
        """Where attempts are recorded; private like the rest. Makes it."""
        self._make_private()
        takes = self.folder / TAKES
        with library_errors(f"make the folder {takes}"):
            takes.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        return takes

    def put(self, kind: str, key: str, record: msgspec.Struct, *, at_unix_ms: int, demo_id: str = "") -> None:
        """Keep a record, in the place of one of the same kind and key."""
        values = {"kind": kind, "key": key, "demo_id": demo_id, "at_unix_ms": at_unix_ms}
        with self._open(write=True) as connection:
            connection.execute(_PUT, values | {"record": msgspec.json.encode(record)})

    def put_new(self, kind: str, key: str, record: msgspec.Struct, *, at_unix_ms: int) -> None:
        """Keep a record unless there is one of that kind and key, such as another program made meanwhile."""
        values = {"kind": kind, "key": key, "demo_id": "", "at_unix_ms": at_unix_ms}
        with self._open(write=True) as connection:
            connection.execute(_PUT_NEW, values | {"record": msgspec.json.encode(record)})

    def update(self, kind: str, key: str, type_: type[_Struct], change: Callable[[_Struct], _Struct]) -> _Struct | None:
        """Replace a record by what ``change`` makes of it; nobody writes between. None when there is none."""
        named = {"kind": kind, "key": key}
        with self._open(write=True) as connection:
            if (row := connection.execute(_GET, named).fetchone()) is None:
                return None
            changed = change(decode_record(row[0], type_, f"Your {kind} {key}"))
            connection.execute(_UPDATE, named | {"record": msgspec.json.encode(changed)})
        return changed

    def get(self, kind: str, key: str, type_: type[_Record]) -> _Record | None:
        """One record; None when there is none."""
        with self._open() as connection:
            row = connection.execute(_GET, {"kind": kind, "key": key}).fetchone()
        return decode_record(row[0], type_, f"Your {kind} {key}") if row is not None else None

    def all(self, kind: str, type_: type[_Record], *, demo_id: str = "") -> list[_Record]:
        """Every record of a kind, oldest first; those of one demo when it is named."""
        with self._open() as connection:
            values = {"kind": kind, "demo_id": demo_id}
            rows = connection.execute(_ALL, values).fetchall()
        return [decode_record(row[0], type_, f"Your {kind}") for row in rows]

    def readable(self, kind: str, type_: type[_Record]) -> tuple[list[_Record], int]:
        """Every record of a kind that can be read, oldest first, and the number of those that cannot."""
        with self._open() as connection:
            rows = connection.execute(_ALL, {"kind": kind, "demo_id": ""}).fetchall()
        found = list[_Record]()
        for row in rows:
            with suppress(LibraryError):
                found.append(decode_record(row[0], type_, f"Your {kind}"))
        return found, len(rows) - len(found)

    def remove(self, kind: str, key: str) -> None:
        """Delete a record; SQLite overwrites it with zeros."""
        with self._open(write=True) as connection:
            connection.execute(_REMOVE, {"kind": kind, "key": key})

    def everything(self) -> list[KeptRecord]:
        """Every record of every kind, for the export."""
        with self._open() as connection:
            rows = connection.execute(_EVERYTHING).fetchall()
        return [
            KeptRecord(kind=kind, key=key, demo_id=demo_id, at_unix_ms=at, record=msgspec.Raw(record))
            for kind, key, demo_id, at, record in rows
        ]

    def forget_everything(self) -> None:
        """Delete the folder with all in it. What cannot be deleted is an error; the rest is gone then."""
        if self.folder.is_symlink():
            raise LibraryError(f"{self.folder} is a link", "Delete what it leads to by hand.")
        shutil.rmtree(self.folder, ignore_errors=True)
        with library_errors(f"delete {self.folder}"), suppress(FileNotFoundError):
            remove_folder(self.folder)  # says why, where something is left

    def _make_private(self) -> None:
        with library_errors(f"make the folder {self.folder}"):
            self.folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            if self.folder.stat().st_mode & 0o077:
                self.folder.chmod(_FOLDER_MODE)

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection, in a transaction when it writes; an empty database in memory when there is no file to read."""
        try:
            with closing(self._connect(write=write)) as connection:
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        if not write and not self._path.is_file():
            connection = sqlite3.connect(":memory:", isolation_level=None)
            connection.execute(_TABLE)
            return connection
        if write:
            self._make_private()
            with library_errors(f"write {self._path}"):
                os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, _FILE_MODE))
        connection = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the table, once. What is kept here cannot be made anew, so each write is on disk before it returns."""
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise LibraryError(f"{self._path} was written by a newer showhow", "Update showhow to open it.")
        if version == 0:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute("COMMIT")

    def _translated(self, error: sqlite3.Error) -> LibraryError:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _BUSY:
            return LibraryError(f"{self._path} is busy: another showhow has been writing to it", "Try again.")
        if code in _DAMAGED:
            return LibraryError(f"{self._path} is damaged", "Put a copy back, or move it away to begin anew.")
        if code == sqlite3.SQLITE_FULL:
            return LibraryError(
                f"{self._path} cannot be written: the disk is full", "Free some space; nothing is lost."
            )
        return as_library_error(f"use {self._path}", OSError(None, str(error)))
