"""What several files of the library's tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.catalog.postgres_catalog import PostgresCatalog
from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library
from tests.library.storage.stores import bucket, bucket_library, folder_library
from tests.support.postgres_server import PostgresServer
from tests.support.s3_server import S3

KINDS = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server for the whole run; starting it costs about two seconds."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def team_database(postgres: PostgresServer) -> str:
    """The address of one database for many tests; each empties it."""
    return postgres.create("team")


def emptied(url: str, demos: Path) -> PostgresCatalog:
    """A catalog in PostgreSQL as if it were new."""
    made = PostgresCatalog(url, demos)
    made.renew()
    made._run(
        lambda session: session.connection.execute(
            "TRUNCATE searches, uses, use_settings, vectors, vector_data, vector_facts, vector_bits"
        ),
        write=True,
    )  # type: ignore[attr-defined]  # psycopg's own
    return made


@pytest.fixture(params=KINDS)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog of each kind."""
    made: Catalog
    if request.param == "sqlite":
        made = SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")
    else:
        made = emptied(request.getfixturevalue("team_database"), tmp_path / "demos")
    yield made
    made.close()


@pytest.fixture
def s3() -> Iterator[S3]:
    """A real HTTP S3 endpoint with an empty bucket."""
    with S3() as server:
        yield server
        assert not server.refused, "a request was not signed rightly"


@pytest.fixture(params=["folder", "bucket"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """An empty library over each kind of store."""
    if request.param == "folder":
        with folder_library(tmp_path / "library") as opened:
            yield opened
        return
    with bucket_library(bucket(request.getfixturevalue("s3")), tmp_path) as opened:
        yield opened
