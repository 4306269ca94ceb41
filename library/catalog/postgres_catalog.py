"""PostgresCatalog: the catalog of a team in PostgreSQL, shared by many machines, through psycopg.

Owns connections, migrations, retries when the server restarts, and the translation of errors into messages. No other
file imports psycopg. All tables are in a schema of their own. Writers take turns with an advisory lock, so that posting
lists grow one at a time; readers never wait.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from library.catalog.catalog import CatalogBroken, CatalogBusy
from library.catalog.pgvector import PgVectorTable
from library.catalog.sql_catalog import SqlCatalog
from library.catalog.statements import migrations, statements
from library.catalog.usage import UseLog
from library.catalog.vectors import VectorTable
from library.index.model import Row, Session
from library.model import LibraryError

_Answer = TypeVar("_Answer")
_WRITING = 0x73686F77_01  # "show": the key of the writers' advisory lock
_RETRY_S = 20.0
"""How long to retry when the server is gone; a restart takes one to five seconds."""
_CONNECT_S = 10
_ONCE_CONNECT_S = 3
_BUSY_MS = 30_000
"""How long a writer waits for other writers."""
_POOL = 8
_VALUE = re.compile(r"(?<![:\w]):([a-z_]+)")
# Errors of the pool are raised; it must not log over the screen as well.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
_DISCONNECTED = (psycopg.OperationalError, psycopg.InterfaceError)
_MIGRATING = 0x73686F77_02  # "show": the key of the advisory lock for migrations
_RECORDS = """
CREATE SCHEMA IF NOT EXISTS showhow;
CREATE TABLE IF NOT EXISTS showhow.migrations (
    number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
"""
_PASSWORDS = {"password", "sslpassword"}


class PostgresSession:
    """A Session on a psycopg connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def fetch(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named query."""
        return self.connection.execute(_statements()[name], values, binary=True).fetchall()

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""
        self.connection.execute(_statements()[name], values)

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement once for each row, in one batch."""
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(_statements()[name], rows)


class PostgresCatalog(SqlCatalog):
    """A Catalog in PostgreSQL; ``url`` is a libpq URL. Raises LibraryError when it cannot be opened."""

    def __init__(self, url: str, demos: Path = Path(), *, retry_s: float = _RETRY_S) -> None:
        super().__init__(demos)
        self._name, self._retry_s = without_password(url), retry_s
        self._pool = ConnectionPool(
            url, min_size=1, max_size=_POOL, open=False, configure=_configure, timeout=_CONNECT_S,
            kwargs={"autocommit": True, "connect_timeout": _CONNECT_S, "application_name": "showhow"},
        )  # fmt: skip
        with self._translated_errors():
            with psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_S) as connection:
                migrate(connection, self._name)
            self._pool.open()

    def _run(self, work: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run work on a connection, again when the server was gone. Writing the same twice does no harm."""
        until = time.monotonic() + self._retry_s
        while True:
            with self._translated_errors():
                try:
                    with self._pool.connection(timeout=max(1.0, until - time.monotonic())) as connection:
                        return self._answer(connection, work, write=write)
                except (*_DISCONNECTED, PoolTimeout) as error:
                    if not _is_transient(error) or time.monotonic() > until:
                        raise
            time.sleep(0.1)

    def transact(self, work: Callable[[Session], _Answer]) -> _Answer:
        """Run work that does not change the index: it does not wait for the lock of the index writers."""
        return self._run(work)

    @staticmethod
    def _answer(connection: Connection, work: Callable[[Session], _Answer], *, write: bool) -> _Answer:
        session = PostgresSession(connection)
        if not write:
            return work(session)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITING,))
            return work(session)

    def renew(self) -> None:
        """Remove all demos, before a rebuild from the bundles."""
        self._run(lambda session: session.run("renew"), write=True)
        self._drop_caches()

    @property
    def use(self) -> UseLog:
        """The log of searches, replays and feedback."""
        return UseLog(self._run)

    @property
    def vectors(self) -> VectorTable:
        """The stored sentence embeddings."""
        return PgVectorTable(self._run)

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """The use of each demo; see ``UseLog.used``."""
        return self.use.used(demo_ids)

    def faults(self) -> Sequence[str]:
        """One line for each demo with missing parts; empty when there is none."""
        return [row[0] for row in self._run(lambda session: session.fetch("check"))]

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, PoolTimeout) as error:
            raise _translate_error(error, self._name) from error


def query_once(url: str, name: str, /, **values: Any) -> list[Row]:
    """The rows of one named query, without opening the catalog and with a short timeout. Raises LibraryError."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=_ONCE_CONNECT_S) as connection:
            _configure(connection)
            return PostgresSession(connection).fetch(name, **values)
    except psycopg.Error as error:
        raise _translate_error(error, without_password(url)) from error


def _configure(connection: Connection) -> None:
    connection.execute("SET search_path TO showhow, public")  # public: where extensions are
    connection.execute(f"SET lock_timeout TO {_BUSY_MS}")


@cache
def _statements() -> dict[str, str]:
    """The statements with psycopg's placeholders."""
    found = statements("postgres").items()
    return {name: _VALUE.sub(r"%(\1)s", sql.replace("%", "%%")) for name, sql in found}


def _is_transient(error: Exception) -> bool:
    """Whether a retry can help: the server is gone or starting, or two writers conflicted."""
    state = getattr(error, "sqlstate", None)
    if isinstance(error, PoolTimeout) or state is None:
        return True
    return state.startswith("08") or state in {"57P01", "57P02", "57P03", "40001", "40P01"}


def _translate_error(error: Exception, name: str) -> LibraryError:
    text = " ".join(str(error).split())
    if isinstance(error, errors.LockNotAvailable):
        what = f"The library {name} is busy: somebody has been writing to it for {_BUSY_MS // 1000} seconds"
        return CatalogBusy(what, "Try again in a moment.")
    if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn | errors.DataCorrupted):
        return CatalogBroken(f"The library {name} lacks some of its tables", "Make it anew: showhow library rebuild")
    if isinstance(error, errors.DiskFull):
        return LibraryError(f"The library {name} cannot be written: the server's disk is full", "Nothing was lost.")
    if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
        return LibraryError(f"The library {name} may not be written", "Ask its owner for the right to.")
    if isinstance(error, (*_DISCONNECTED, PoolTimeout)):
        return LibraryError(f"The library {name} cannot be reached: {text}", "Check the address, and that it runs.")
    return LibraryError(f"The library {name} cannot be used: {text}", "Tell its owner.")


def without_password(url: str) -> str:
    """A library's address without passwords, for display and for others' settings.

    Its query stays as it is written: host and sslmode may stand there, without which it leads nowhere.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # no address; what in it may be a password is not known
        return f"{url.partition('://')[0]}://…"
    user, at, host = parts.netloc.rpartition("@")
    shown = (one for one in parts.query.split("&") if unquote(one.partition("=")[0]).lower() not in _PASSWORDS)
    query = "&".join(shown)
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{host}", parts.path, query, ""))


def migrate(connection: Connection, name: str) -> int:
    """Apply the missing migrations; returns their number. Raises LibraryError for a catalog from a newer showhow.

    Each runs in one transaction together with its record, and one program at a time.
    """
    known = migrations("postgres")
    if (applied := _applied(connection)) == len(known):
        return 0
    if not applied:
        with connection.transaction():
            _lock(connection)
            connection.execute(_RECORDS)
    for number, (title, text) in enumerate(known, 1):
        with connection.transaction():
            _lock(connection)
            if _applied(connection) < number:  # another program may have applied it first
                connection.execute("SET LOCAL search_path TO showhow")
                connection.execute(text)
                connection.execute("INSERT INTO migrations (number, name) VALUES (%s, %s)", (number, title))
    if _applied(connection) > len(known):
        raise LibraryError(f"The library {name} is from a newer showhow", "Update showhow to open it.")
    return len(known) - applied


def _lock(connection: Connection) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))


def _applied(connection: Connection) -> int:
    """The number of the latest migration; 0 when there is none, or no table for them."""
    [(table,)] = connection.execute("SELECT to_regclass('showhow.migrations')")
    if table is None:
        return 0
    [(number,)] = connection.execute("SELECT coalesce(max(number), 0) FROM showhow.migrations")
    return int(number)
