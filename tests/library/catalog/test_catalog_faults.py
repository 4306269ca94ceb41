"""kill -9 while the embedded catalog is migrated, rebuilt and written: nothing half is ever seen, a rerun completes."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from library.catalog import sqlite_file
from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.sqlite_file import BEFORE
from library.catalog.statements import migrations
from library.connection.library import open_library
from library.index.model import Term
from library.maintenance.check import check
from library.search.search import search
from tests.library.factories import demo, put_bundle
from tests.support.desktop import wait_for

SPAWN = multiprocessing.get_context("spawn")
LONG = (
    "; CREATE TABLE half AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n LIMIT 1e9"
)
MIGRATE = f"""
import sys
from pathlib import Path
from unittest import mock
from library.catalog import sqlite_file
from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.statements import migrations
slow = [(name, text + {LONG!r}) for name, text in migrations("sqlite")]
with mock.patch.object(sqlite_file, "migrations", lambda form: slow):
    SqliteCatalog(Path(sys.argv[1]), Path(sys.argv[1]).parent)
"""
REBUILD = """
import sys, time
from library.catalog import sql_catalog
from library.connection.library import open_library
from library.catalog.sqlite_file import SqliteSession

def stand(*_):
    print("here", flush=True)
    time.sleep(600)

library = open_library(sys.argv[1])
sql_catalog._AT_ONCE = 100
if sys.argv[2] == "reading":
    progress = lambda done, total, what: done > 150 and stand()
else:
    progress, run_many, seen = (lambda *_: None), SqliteSession.run_many, []
    def stopping(session, name, rows):
        run_many(session, name, rows)
        seen.append(name)
        if seen.count("put_demo") == 2:
            stand()
    SqliteSession.run_many = stopping
library.rebuild(progress)
"""


def locked(index: Path) -> bool:
    """Whether somebody is writing to it."""
    if not index.exists():
        return False
    connection = sqlite3.connect(index, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    else:
        return False
    finally:
        connection.close()


def test_kill_9_in_the_middle_of_a_migration_leaves_nothing_half_and_a_rerun_completes(tmp_path: Path) -> None:
    index = tmp_path / "index.sqlite"
    child = subprocess.Popen([sys.executable, "-c", MIGRATE, str(index)])
    wait_for(lambda: locked(index), "the migration")
    child.kill()
    child.wait()
    catalog = SqliteCatalog(index, tmp_path)
    assert not catalog.notices
    catalog.insert(demo("one-1", "One", "press the button"))
    assert catalog.match([Term("button")], 5)
    catalog.close()
    connection = sqlite3.connect(index)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    assert connection.execute("PRAGMA user_version").fetchone() == (BEFORE + len(migrations("sqlite")),)
    connection.close()


def test_an_older_index_is_migrated_with_all_it_holds(tmp_path: Path) -> None:
    SqliteCatalog(tmp_path / "index.sqlite", tmp_path).insert(demo("old-1", "Old", "press the button"))
    more = [
        *migrations("sqlite"),
        ("more", "CREATE TABLE more (a INTEGER); -- a; comment\nINSERT INTO more VALUES (1)"),
    ]
    with mock.patch.object(sqlite_file, "migrations", return_value=more):
        catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path)
        assert catalog.get("old-1").title == "Old"
        assert not catalog.notices
        catalog.close()
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    assert connection.execute("SELECT a FROM more").fetchone() == (1,)
    assert connection.execute("PRAGMA user_version").fetchone() == (BEFORE + len(more),)
    connection.close()


@pytest.mark.parametrize("while_", ["reading", "writing"])
def test_kill_9_in_the_middle_of_a_rebuild_shows_no_half_demo_and_the_next_opening_completes(
    tmp_path: Path, while_: str
) -> None:
    with open_library(tmp_path / "library") as library:
        names = {f"demo-{n}" for n in range(250)}
        for name in sorted(names):
            put_bundle(library.demos, demo(name, f"Thing {name}", "press the button", "and wait"))
    command = [sys.executable, "-c", REBUILD, str(tmp_path / "library"), while_]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"here"
    child.kill()
    child.wait()
    child.stdout.close()
    half = SqliteCatalog(tmp_path / "library" / "index.sqlite", tmp_path / "library" / "demos")
    shown = half.list()
    assert len(shown) == {"reading": 200, "writing": 100}[while_]
    assert all(len(half.get(one.demo_id).steps) == 2 for one in shown)
    half.close()
    with open_library(tmp_path / "library") as library:
        assert {one.demo_id for one in library.catalog.list()} == names
        assert not check(library)
        assert search(library.catalog, "wait").hits


def write_for(folder: Path, number: int, until: float, results: object) -> None:
    """One of many who write and search at once."""
    written, failures = 0, []
    catalog = SqliteCatalog(folder / "index.sqlite", folder)
    while time.time() < until:
        try:
            catalog.insert(demo(f"w{number}-{written}", f"Writer {number} {written}", "press the button", "and wait"))
            written += 1
            search(catalog, "press the b")
        except BaseException as error:  # noqa: BLE001  whatever it is, the test has to see it
            failures.append(repr(error))
    catalog.close()
    results.put((number, written, failures))  # type: ignore[attr-defined]  # a multiprocessing queue


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.long)])
def test_sixteen_writers_at_once_meet_no_error_and_lose_nothing(tmp_path: Path, seconds: int) -> None:
    SqliteCatalog(tmp_path / "index.sqlite", tmp_path).close()
    results, until = SPAWN.Queue(), time.time() + seconds + 3
    writers = [SPAWN.Process(target=write_for, args=(tmp_path, n, until, results)) for n in range(16)]
    for writer in writers:
        writer.start()
    told = [results.get(timeout=seconds + 60) for _ in writers]
    for writer in writers:
        writer.join()
    assert [failures for _, _, failures in told] == [[]] * 16
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path)
    wanted = {f"w{number}-{n}" for number, written, _ in told for n in range(written)}
    assert {one.demo_id for one in catalog.list()} == wanted
    assert catalog.frequencies([Term("button")]) == (3 * len(wanted), [len(wanted)])
    assert not catalog.faults()
    catalog.close()
