"""``team_packages``: says in one line what to install where the packages for a team's library are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from library.model import LibraryError

TEAM_PACKAGES = frozenset({"psycopg", "psycopg_pool", "psycopg_binary", "procrastinate", "obstore"})
"""What the extra ``team`` brings; ``pyproject.toml`` lists it."""


@contextmanager
def team_packages() -> Iterator[None]:
    """Turns the absence of one of them, or of the library below psycopg, into a LibraryError."""
    try:
        yield
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in TEAM_PACKAGES and "pq wrapper" not in str(error):
            raise
        what = f"A library of a team needs packages that are not installed ({missing or 'libpq'})"
        raise LibraryError(what, 'Install them: pip install "showhow-app[team]"') from error
