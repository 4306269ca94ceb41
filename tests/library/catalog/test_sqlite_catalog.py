"""The embedded catalog's file: shared by processes, versioned, and made anew when it is damaged."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from library.catalog.catalog import CatalogBusy
from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.sqlite_file import APPLICATION_ID, BEFORE, IndexFile
from library.catalog.statements import migrations
from library.index.model import Term
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo
from tests.support.windows import WINDOWS, skip_on_windows

SPAWN = multiprocessing.get_context("spawn")


def open_catalog(folder: Path, **options: object) -> SqliteCatalog:
    return SqliteCatalog(folder / "index.sqlite", folder / "demos", **options)  # type: ignore[arg-type]  # a test's own options


def refill(catalog: SqliteCatalog) -> None:
    """As the library does from its bundles."""
    catalog.insert(demo("kept-1", "Kept in a bundle", "press the button"))


def write_many(folder: Path, number: int, ready: object, failures: object) -> None:
    """One of several processes that write at once."""
    ready.wait()  # type: ignore[attr-defined]  # a multiprocessing barrier has no public type
    try:
        catalog = open_catalog(folder)
        for n in range(15):
            catalog.insert(demo(f"p{number}-{n}", f"Process {number} {n}", "press the button", "and wait"))
            catalog.match([Term("button")], 20)
        catalog.close()
    except BaseException as error:  # noqa: BLE001  whatever it is, the test has to see it
        failures.put(repr(error))  # type: ignore[attr-defined]  # as above


def test_several_processes_open_a_new_index_and_write_to_it_at_once_without_an_error(tmp_path: Path) -> None:
    ready, failures = SPAWN.Barrier(4), SPAWN.Queue()
    workers = [SPAWN.Process(target=write_many, args=(tmp_path, n, ready, failures)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(100)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert [failures.get() for _ in range(0 if failures.empty() else 1)] == []
    catalog = open_catalog(tmp_path)
    assert catalog.count() == 60
    assert not catalog.faults()
    assert not catalog.notices
    catalog.close()


def test_a_locked_index_is_one_line_and_reading_goes_on(tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path, busy_ms=50)
    refill(catalog)
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CatalogBusy, match="Try again") as caught:
        catalog.insert(demo("new-1", "New"))
    assert "\n" not in str(caught.value)
    assert catalog.get("kept-1").title == "Kept in a bundle"
    other.execute("ROLLBACK")
    catalog.insert(demo("new-1", "New"))
    assert catalog.count() == 2
    other.close()
    catalog.close()


def test_a_transaction_keeps_others_from_writing_before_its_first_word(tmp_path: Path) -> None:
    """One that first reads would fail at its first write when somebody else has written in between."""
    index = IndexFile(tmp_path / "index.sqlite")
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None, timeout=0)
    with index.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    index.close()


def test_a_failed_write_leaves_nothing_of_it(tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path)

    def broken() -> Iterator[tuple[object, int]]:
        yield demo("one-1", "One"), 0
        yield demo("two-1", "Two"), 1 << 70  # more than a database can hold

    with pytest.raises(OverflowError):
        catalog.put_all(broken())  # type: ignore[arg-type]  # on purpose
    assert catalog.count() == 0
    catalog.insert(demo("one-1", "One"))
    assert catalog.count() == 1
    catalog.close()


def test_an_index_from_a_newer_showhow_is_left_alone(tmp_path: Path) -> None:
    open_catalog(tmp_path).close()
    change(tmp_path, f"PRAGMA user_version = {BEFORE + len(migrations('sqlite')) + 1}")
    before = (tmp_path / "index.sqlite").read_bytes()
    with pytest.raises(LibraryError, match="Update showhow"):
        open_catalog(tmp_path, refill=refill)
    assert (tmp_path / "index.sqlite").read_bytes() == before


def test_an_index_from_an_older_showhow_is_made_anew_and_says_so(tmp_path: Path) -> None:
    open_catalog(tmp_path).close()
    change(tmp_path, f"PRAGMA user_version = {BEFORE}")
    catalog = open_catalog(tmp_path, refill=refill)
    assert catalog.count() == 1
    assert "older showhow" in catalog.notices[0]
    catalog.close()


def test_some_other_programs_database_is_not_touched(tmp_path: Path) -> None:
    change(tmp_path, "CREATE TABLE mine (a)")
    before = (tmp_path / "index.sqlite").read_bytes()
    with pytest.raises(LibraryError, match="other program"):
        open_catalog(tmp_path, refill=refill)
    assert (tmp_path / "index.sqlite").read_bytes() == before


def test_the_file_says_whose_it_is(tmp_path: Path) -> None:
    open_catalog(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "index.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", ["header", "pages", "text", "cut short", "tables gone"])
def test_a_damaged_index_is_made_anew_by_itself_and_says_so(tmp_path: Path, damage: str) -> None:
    catalog = open_catalog(tmp_path)
    catalog.put_all((demo(f"d-{n}", f"Thing {n}", "press the button"), 0) for n in range(50))
    catalog.close()
    spoil(tmp_path / "index.sqlite", damage)
    catalog = open_catalog(tmp_path, refill=refill)
    assert [one.demo_id for one in catalog.list()] == ["kept-1"]  # the first question, or the opening, finds it out
    assert len(catalog.match([Term("button")], 9)) == 1
    assert any("made anew" in notice for notice in catalog.notices)
    assert not catalog.faults()
    catalog.close()


def spoil(index: Path, damage: str) -> None:
    data = bytearray(index.read_bytes())
    if damage == "header":
        data[:100] = bytes(range(100))
    elif damage == "pages":
        data[4096:] = b"\xff" * (len(data) - 4096)
    elif damage == "text":
        data = bytearray(b"hello\n" * 1000)
    elif damage == "cut short":
        del data[8192:]
    else:
        return change(index.parent, "DROP TABLE demos")
    index.write_bytes(data)
    return None


def test_an_open_catalog_follows_when_the_index_is_made_anew_under_it(tmp_path: Path) -> None:
    mine = open_catalog(tmp_path, refill=refill)
    mine.insert(demo("old-1", "Old"))
    other = open_catalog(tmp_path, refill=refill)
    other.renew()
    other.insert(demo("new-1", "New"))
    assert {one.demo_id for one in mine.list()} == {"new-1", "kept-1"}
    mine.insert(demo("mine-1", "Mine"))
    assert other.get("mine-1").title == "Mine"
    mine.close()
    other.close()


@pytest.mark.skipif(WINDOWS, reason="Windows deletes no open file")
def test_an_open_catalog_makes_an_index_that_was_deleted_anew(tmp_path: Path) -> None:
    mine = open_catalog(tmp_path, refill=refill)
    mine.insert(demo("old-1", "Old"))
    for name in ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    assert {one.demo_id for one in mine.list()} == {"kept-1"}
    mine.close()


def held(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nothing of that name can be removed, as on Windows while a program has it open."""
    unlink = Path.unlink

    def refusing(path: Path, missing_ok: bool = False) -> None:
        if path.name == name:
            error = PermissionError(13, "The process cannot access the file", str(path))
            error.winerror = 32
            raise error
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr("library.catalog.sqlite_file.OPEN_FILES_STAY", True)
    monkeypatch.setattr(Path, "unlink", refusing)


@pytest.mark.parametrize("made", ["rebuilt", "older"])
def test_an_index_that_another_program_keeps_open_is_emptied_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    mine = open_catalog(tmp_path, refill=refill)
    mine.insert(demo("old-1", "Old"))
    held(monkeypatch, "index.sqlite")
    if made == "older":
        change(tmp_path, f"PRAGMA user_version = {BEFORE}")
    other = open_catalog(tmp_path, refill=refill)
    if made == "rebuilt":
        other.renew()
    other.insert(demo("new-1", "New"))
    assert {one.demo_id for one in mine.list()} == {"new-1", "kept-1"}
    assert [one.demo_id for one in mine.list()] == [one.demo_id for one in other.list()]
    assert not other.faults()
    mine.close()
    other.close()


def test_a_damaged_index_that_another_program_keeps_open_is_one_line_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_catalog(tmp_path).close()
    spoil(tmp_path / "index.sqlite", "text")
    held(monkeypatch, "index.sqlite")
    with pytest.raises(LibraryError, match="open in another program") as caught:
        open_catalog(tmp_path, refill=refill)
    assert "permissions" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="Could not create") as caught:
        open_catalog(tmp_path / "file" / "deeper")
    assert "\n" not in str(caught.value)
    (tmp_path / "folder" / "index.sqlite").mkdir(parents=True)
    with pytest.raises(LibraryError, match=r"index\.sqlite"):
        open_catalog(tmp_path / "folder")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB."""
    skip_on_windows("mount")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    gc.collect()  # the traceback of an expected error keeps a cursor, and the cursor its file
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_one_line_and_nothing_indexed_is_lost(small_disk: Path) -> None:
    catalog = open_catalog(small_disk)
    catalog.insert(demo("first-1", "First", "press the button"))
    words = " ".join(f"word{n}" for n in range(3_000))
    with pytest.raises(LibraryError, match="disk is full") as caught:
        catalog.put_all((demo(f"big-{n}", f"Big {n}", words), 0) for n in range(200))
    assert "\n" not in str(caught.value)
    assert catalog.get("first-1").title == "First"
    count = catalog.count()
    catalog.close()
    shutil.copytree(small_disk, small_disk.parent / "copy")
    again = open_catalog(small_disk.parent / "copy")
    assert again.count() == count
    assert not again.faults()
    assert not again.notices
    again.close()


def test_on_a_full_disk_what_is_indexed_is_found_and_writing_goes_on_when_there_is_room(small_disk: Path) -> None:
    catalog = open_catalog(small_disk)
    catalog.insert(demo("first-1", "First", "press the button"))
    catalog.close()
    full = small_disk / "full"
    with suppress(OSError), full.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    again = open_catalog(small_disk, refill=refill)
    assert [hit.demo_id for hit in search(again, "button").hits] == ["first-1"]
    assert again.get("first-1").title == "First"
    with pytest.raises(LibraryError, match="disk is full"):
        again.insert(demo("second-1", "Second", "press the lever"))
    full.unlink()
    again.insert(demo("second-1", "Second", "press the lever"))
    assert [hit.demo_id for hit in search(again, "lever").hits] == ["second-1"]
    again.close()


def test_a_damaged_log_met_by_several_threads_is_put_aside_once(tmp_path: Path) -> None:
    damaged = b"no database " * 1000
    (tmp_path / "index-use.sqlite").write_bytes(damaged)
    catalog, together = open_catalog(tmp_path), threading.Barrier(8)

    def note(number: int) -> None:
        together.wait()
        catalog.use.note_search(f"okapi {number}", 0)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(note, range(8)))
    assert len(catalog.use.searches()) == 8
    assert (tmp_path / "index-use.sqlite.damaged").read_bytes() == damaged
    catalog.close()
