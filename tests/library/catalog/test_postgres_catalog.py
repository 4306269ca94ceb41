"""The team's catalog when things go wrong: restarts, migrations cut short, newer ones, no right to write."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg
import pytest
from msgspec.structs import replace

from library.catalog import postgres_catalog
from library.catalog.catalog import CatalogBroken
from library.catalog.postgres_catalog import PostgresCatalog, without_password
from library.catalog.statements import migrations
from library.index.model import Term
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo
from tests.support.desktop import wait_for
from tests.support.postgres_server import PostgresServer

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def database(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new empty database of its own."""
    name = f"own{abs(hash(request.node.name)):x}"[:30]
    yield postgres.create(name)
    postgres.psql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def shaky() -> Iterator[PostgresServer]:
    """A server that these tests may stop."""
    with PostgresServer(synchronous_commit="on") as server:
        yield server


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_under_searches_and_filings_loses_nothing_and_nobody_notices(
    shaky: PostgresServer, mode: str
) -> None:
    catalog = PostgresCatalog(shaky.create(f"restart-{mode}"))
    stop, failures, filed = threading.Event(), list[BaseException](), list[str]()

    def file_many() -> None:
        while not stop.is_set():
            name = f"d-{len(filed)}"
            catalog.insert(demo(name, f"Thing {name}", "press the button"))
            filed.append(name)

    def search_many() -> None:
        while not stop.is_set():
            search(catalog, "press the b")

    def guarded(work: object) -> None:
        try:
            work()  # type: ignore[operator]  # one of the two above
        except BaseException as error:  # noqa: BLE001  whatever it is, the test has to see it
            failures.append(error)

    workers = [threading.Thread(target=guarded, args=(work,)) for work in (file_many, search_many, search_many)]
    for worker in workers:
        worker.start()
    wait_for(lambda: len(filed) > 5 or failures, "the first demos")
    shaky.restart(mode)
    before = len(filed)
    wait_for(lambda: len(filed) > before + 5 or failures, "more demos after the restart", 60)
    stop.set()
    for worker in workers:
        worker.join()
    assert not failures
    assert {one.demo_id for one in catalog.list()} == set(filed)
    assert not catalog.faults()
    catalog.close()


def test_a_server_that_stays_away_is_one_line_without_the_password(shaky: PostgresServer) -> None:
    url = shaky.create("away")
    catalog = PostgresCatalog(url, retry_s=0.2)
    shaky.stop()
    try:
        with pytest.raises(LibraryError, match="cannot be reached") as caught:
            catalog.count()
        assert "\n" not in str(caught.value)
        with pytest.raises(LibraryError, match="cannot be reached") as caught:
            PostgresCatalog(url.replace("showhow@", "showhow:secret@"))
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)
    finally:
        shaky.start()
    catalog._retry_s = 60
    assert catalog.count() == 0  # it is there again, and so are we
    catalog.close()


def test_addresses_are_shown_without_password() -> None:
    assert without_password("postgresql://ann:pw@db.example/lib?x=1") == "postgresql://ann@db.example/lib?x=1"
    socket = "postgresql://ann@/lib?host=/var/run/postgresql&sslmode=require"
    assert without_password(socket) == socket
    assert without_password(f"{socket}&password=pw&sslpassword=pw2") == socket
    assert without_password(f"{socket}&pass%77ord=pw") == socket  # libpq reads that too
    assert without_password("postgresql://db/lib") == "postgresql://db/lib"


def test_an_older_catalog_is_migrated_with_a_record_of_each_step(database: str) -> None:
    old = PostgresCatalog(database)
    old.insert(replace(demo("old-1", "Old", "press the button"), review_unix_ms=1_000))
    old.close()
    with psycopg.connect(database, autocommit=True) as connection:  # as the first version left it
        connection.execute("SET search_path TO showhow")
        connection.execute("DROP TABLE settings, announced, tasks, searches, uses, use_settings, glossary, journal")
        connection.execute("DROP TABLE synonyms, stems, vectors, vector_data, vector_facts, vector_bits")
        connection.execute("ALTER TABLE demos DROP COLUMN review_unix_ms, DROP COLUMN format")
        connection.execute("DELETE FROM migrations WHERE number > 1")
    catalog = PostgresCatalog(database)
    assert catalog.get("old-1").title == "Old"
    assert search(catalog, "button").hits[0].review_unix_ms == 1_000
    assert search(catalog, "pressing button").hits[0].partial
    assert [catalog.update_format() for _ in range(2)] == [1, 0]  # a few at a time, until all have it
    assert not search(catalog, "pressing button").hits[0].partial
    catalog.use.note_search("x y", 0)
    rows = catalog._run(lambda session: session.connection.execute("SELECT number, name FROM migrations").fetchall())  # type: ignore[attr-defined]  # psycopg's own
    assert rows == [(at, name) for at, (name, _) in enumerate(migrations("postgres"), 1)]
    catalog.close()


def test_a_catalog_from_a_newer_showhow_is_left_alone(database: str) -> None:
    PostgresCatalog(database).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO showhow.migrations (number, name) VALUES (999, 'from-the-future')")
    with pytest.raises(LibraryError, match="Update showhow"):
        PostgresCatalog(database)


def test_a_migration_that_fails_in_the_middle_leaves_nothing_and_a_rerun_completes(database: str) -> None:
    broken = [*migrations("postgres"), ("broken", "CREATE TABLE half (a integer); SELECT 1 / 0")]
    with mock.patch.object(postgres_catalog, "migrations", return_value=broken):
        with pytest.raises(LibraryError):
            PostgresCatalog(database)
        with psycopg.connect(database) as connection:
            assert connection.execute("SELECT to_regclass('showhow.half')").fetchone() == (None,)
            assert connection.execute("SELECT max(number) FROM showhow.migrations").fetchone() == (len(broken) - 1,)
    catalog = PostgresCatalog(database)
    catalog.insert(demo("one-1", "One", "x"))
    catalog.close()


MIGRATE_SLOWLY = """
import sys
from unittest import mock
from library.catalog import postgres_catalog
from library.catalog.postgres_catalog import PostgresCatalog
from library.catalog.statements import migrations
known = enumerate(migrations("postgres"))
slow = [(name, text + "; SELECT pg_sleep(60)" if at else text) for at, (name, text) in known]
with mock.patch.object(postgres_catalog, "migrations", lambda engine: slow):
    PostgresCatalog(sys.argv[1])
"""


def test_kill_9_in_the_middle_of_a_migration_leaves_nothing_half_and_a_rerun_completes(database: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", MIGRATE_SLOWLY, database])
    with psycopg.connect(database, autocommit=True) as watching:
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        wait_for(lambda: watching.execute(asleep).fetchone() == (1,), "the second migration")
        child.kill()
        child.wait()
        watching.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        )  # the server itself would notice only when the sleep is over
        wait_for(lambda: watching.execute(asleep).fetchone() == (0,), "its end")
        assert watching.execute("SELECT max(number) FROM showhow.migrations").fetchone() == (1,)
        assert watching.execute("SELECT to_regclass('showhow.tasks')").fetchone() == (None,)
    catalog = PostgresCatalog(database)
    catalog.use.note_search("works now", 0)
    catalog.close()


def open_and_put(url: str, number: int, ready: object, failures: object) -> None:
    """One of several processes that open a new catalog and write at once."""
    ready.wait()  # type: ignore[attr-defined]  # a multiprocessing barrier has no public type
    try:
        catalog = PostgresCatalog(url)
        for n in range(10):
            catalog.insert(demo(f"p{number}-{n}", f"Process {number} {n}", "press the button"))
        catalog.close()
    except BaseException as error:  # noqa: BLE001  whatever it is, the test has to see it
        failures.put(repr(error))  # type: ignore[attr-defined]  # as above


def test_several_processes_make_a_new_catalog_and_write_to_it_at_once_without_an_error(database: str) -> None:
    ready, failures = SPAWN.Barrier(4), SPAWN.Queue()
    workers = [SPAWN.Process(target=open_and_put, args=(database, n, ready, failures)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(100)
    assert failures.empty()
    catalog = PostgresCatalog(database)
    assert catalog.count() == 40
    assert not catalog.faults()
    assert len({one.whole for one in catalog.match([Term("button")], 100)}) == 40
    catalog.close()


def test_somebody_who_may_only_read_can_search_and_is_told_in_one_line_when_writing(
    postgres: PostgresServer, database: str
) -> None:
    owner = PostgresCatalog(database)
    owner.insert(demo("one-1", "One", "press the button"))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA showhow TO reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA showhow TO reader")
    reader = PostgresCatalog(database.replace("showhow@", "reader@", 1))
    assert search(reader, "butt").hits
    with pytest.raises(LibraryError, match="may not be written") as caught:
        reader.insert(demo("two-1", "Two", "x"))
    assert "\n" not in str(caught.value)
    reader.close()
    owner.close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP OWNED BY reader")


def test_tables_that_vanished_are_one_line_that_says_what_to_do(database: str) -> None:
    catalog = PostgresCatalog(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP TABLE showhow.words")
    with pytest.raises(CatalogBroken, match="rebuild"):
        catalog.vocabulary()
    catalog.close()


@pytest.mark.parametrize("url", ["postgresql://", "postgresql://:bad:port/x", "postgresql://nowhere.invalid/x", "x=="])
def test_an_address_that_leads_nowhere_is_one_line(url: str, tmp_path: Path) -> None:
    with mock.patch.dict("os.environ", {"PGHOST": str(tmp_path)}), pytest.raises(LibraryError) as caught:
        PostgresCatalog(url)
    assert "\n" not in str(caught.value)
