"""The catalog of a team: PostgreSQL, shared by many machines, through psycopg. The only file that imports it.

Owns connections, what happens when the server restarts under them, and what its errors mean for people. All tables
lie in a schema of their own. Writers take turns by an advisory lock, so that lists grow one at a time; readers never
wait.
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
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from library.catalog.catalog import CatalogBroken, CatalogBusy
from library.catalog.postgres_schema import bring_up_to_date
from library.catalog.sql_catalog import SqlCatalog
from library.catalog.statements import statements
from library.catalog.usage import UseLog
from library.index.model import Row, Session
from library.model import LibraryError

_Answer = TypeVar("_Answer")
_WRITING = 0x73686F77_01  # "show": the lock of those who write
_PATIENCE_S = 20.0
"""How long a server that went away may take to come back; a restart takes one to five seconds."""
_CONNECT_S = 10
_GLANCE_S = 3
_BUSY_MS = 30_000
"""How long a writer waits for others."""
_POOL = 8
_VALUE = re.compile(r"(?<![:\w]):([a-z_]+)")
# What the pool cannot do is told by an error; it must not write over the screen as well.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
_GONE = (psycopg.OperationalError, psycopg.InterfaceError)


class PostgresSession:
    """A connection that speaks by the names of statements."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def ask(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named question."""
        return self.connection.execute(_statements()[name], values, binary=True).fetchall()

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""
        self.connection.execute(_statements()[name], values)

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement for each of many, without waiting for each."""
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(_statements()[name], rows)


class PostgresCatalog(SqlCatalog):
    """A Catalog in PostgreSQL; ``url`` is a libpq address. Raises LibraryError when it cannot be opened."""

    def __init__(self, url: str, demos: Path = Path(), *, patience_s: float = _PATIENCE_S) -> None:
        super().__init__(demos)
        self._name, self._patience_s = without_password(url), patience_s
        self._pool = ConnectionPool(
            url, min_size=1, max_size=_POOL, open=False, configure=_configure, timeout=_CONNECT_S,
            kwargs={"autocommit": True, "connect_timeout": _CONNECT_S, "application_name": "showhow"},
        )  # fmt: skip
        with self._explained():
            with psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_S) as connection:
                bring_up_to_date(connection, self._name)
            self._pool.open()

    def _ask(self, question: Callable[[Session], _Answer], *, write: bool = False) -> _Answer:
        """Run a piece of work; again when the server went away. To write the same twice does no harm."""
        until = time.monotonic() + self._patience_s
        while True:
            with self._explained():
                try:
                    with self._pool.connection(timeout=max(1.0, until - time.monotonic())) as connection:
                        return self._answer(connection, question, write=write)
                except (*_GONE, PoolTimeout) as error:
                    if not _passes(error) or time.monotonic() > until:
                        raise
            time.sleep(0.1)

    def transact(self, question: Callable[[Session], _Answer]) -> _Answer:
        """Ask or write something that is not the index, so that nobody waits for those who write that."""
        return self._ask(question)

    @staticmethod
    def _answer(connection: Connection, question: Callable[[Session], _Answer], *, write: bool) -> _Answer:
        session = PostgresSession(connection)
        if not write:
            return question(session)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITING,))
            return question(session)

    def renew(self) -> None:
        """Forget all demos, to be filled again from the bundles."""
        self._ask(lambda session: session.run("renew"), write=True)
        self._forget()

    @property
    def use(self) -> UseLog:
        """How the library is used."""
        return UseLog(self._ask)

    def used(self, demo_ids: Sequence[str]) -> Mapping[str, int]:
        """How much use each demo was."""
        return self.use.used(demo_ids)

    def faults(self) -> Sequence[str]:
        """Demos whose parts are not all there; empty when all is well."""
        return [row[0] for row in self._ask(lambda session: session.ask("check"))]

    def close(self) -> None:
        """Let the connections go."""
        self._pool.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, PoolTimeout) as error:
            raise _explain(error, self._name) from error


def query_once(url: str, name: str, /, **values: Any) -> list[Row]:
    """The rows of one named question, without opening the catalog; a server that does not answer is not waited for.

    Raises LibraryError.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=_GLANCE_S) as connection:
            _configure(connection)
            return PostgresSession(connection).ask(name, **values)
    except psycopg.Error as error:
        raise _explain(error, without_password(url)) from error


def _configure(connection: Connection) -> None:
    connection.execute("SET search_path TO showhow")
    connection.execute(f"SET lock_timeout TO {_BUSY_MS}")


@cache
def _statements() -> dict[str, str]:
    """The statements with psycopg's way of naming values."""
    found = statements("postgres").items()
    return {name: _VALUE.sub(r"%(\1)s", sql.replace("%", "%%")) for name, sql in found}


def _passes(error: Exception) -> bool:
    """Whether trying again can help: the server went away, is starting, or two writers met."""
    state = getattr(error, "sqlstate", None)
    if isinstance(error, PoolTimeout) or state is None:
        return True
    return state.startswith("08") or state in {"57P01", "57P02", "57P03", "40001", "40P01"}


def _explain(error: Exception, name: str) -> LibraryError:
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
    if isinstance(error, (*_GONE, PoolTimeout)):
        return LibraryError(f"The library {name} cannot be reached: {text}", "Check the address, and that it runs.")
    return LibraryError(f"The library {name} cannot be used: {text}", "Tell its owner.")


def without_password(url: str) -> str:
    """A library's address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url.partition("?")[0]
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}@{host}", parts.path, "", ""))
