"""``migrate``: creates the tables of a team's catalog and brings them up to date.

Each migration runs in one transaction together with its record, and one program at a time. A catalog from a newer
showhow is not changed. Does not connect.
"""

from __future__ import annotations

from typing import Any, Protocol

from library.catalog.statements import migrations
from library.model import LibraryError

_MIGRATING = 0x73686F77_02  # "show": the key of the advisory lock for migrations
_RECORDS = """
CREATE SCHEMA IF NOT EXISTS showhow;
CREATE TABLE IF NOT EXISTS showhow.migrations (
    number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
"""


class Connection(Protocol):
    """The part of psycopg's connection that is used, in autocommit mode."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement."""

    def transaction(self) -> Any:
        """A context manager for a transaction."""


def migrate(connection: Connection, name: str) -> int:
    """Apply the missing migrations; returns their number. Raises LibraryError for a catalog from a newer showhow."""
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
    if connection.execute("SELECT to_regclass('showhow.migrations')").fetchone()[0] is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM showhow.migrations").fetchone()[0])
