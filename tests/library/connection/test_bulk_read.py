"""Very many bundles read beside each other: the index is the same as one by one, whatever becomes of the readers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from capture.errors import Cancelled
from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection import bulk_read as reading
from library.connection.sync import refresh
from tests.benches.bench_shelf import make_share
from tests.library.index.test_index import tables
from tests.support.desktop import wait_for

COUNT = 230


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of demos this machine has not seen."""
    folder = tmp_path_factory.mktemp("share")
    make_share(folder, COUNT)
    return folder


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were very many."""
    monkeypatch.setattr(reading, "_WORTH_IT", 1)
    monkeypatch.setattr(reading, "_LARGE_BATCH", 60)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def indexed(share: Path, place: Path) -> SqliteCatalog:
    catalog = SqliteCatalog(place, share / "demos")
    refresh(catalog, share / "demos")
    return catalog


@pytest.mark.usefixtures("helped")
def test_read_by_other_processes_the_index_is_the_same(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helped = indexed(share, tmp_path / "helped.sqlite")
    monkeypatch.setattr(reading, "_WORTH_IT", 10_000)
    alone = indexed(share, tmp_path / "alone.sqlite")
    assert helped.count() == COUNT
    assert tables(helped) == tables(alone)
    helped.close()
    alone.close()


@pytest.mark.usefixtures("helped")
def test_a_demo_that_cannot_be_read_is_told_and_the_others_are_found(share: Path, tmp_path: Path) -> None:
    record = share / "demos" / "demo-7" / "v1" / "demo.json"
    whole = record.read_bytes()
    try:
        record.write_bytes(whole[:100])
        catalog = indexed(share, tmp_path / "i.sqlite")
    finally:
        record.write_bytes(whole)
    assert catalog.count() == COUNT - 1
    assert any("demo-7" in note and "damaged" in note for note in catalog.notices)
    catalog.close()


@pytest.mark.usefixtures("helped")
def test_readers_that_are_killed_lose_nothing(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []
    answer = reading._ReaderProcess._request

    def dying(process: reading._ReaderProcess, question: bytes) -> bytes:
        child = process._child
        if child is not None and len(killed) < 2:
            killed.append(child.pid)
            child.kill()
            child.wait()
        return answer(process, question)

    monkeypatch.setattr(reading._ReaderProcess, "_request", dying)
    catalog = indexed(share, tmp_path / "i.sqlite")
    assert len(killed) == 2
    assert catalog.count() == COUNT
    assert not catalog.notices
    catalog.close()


DIE = """
import os, sys, time
from pathlib import Path
from library.connection import bulk_read as reading
from library.connection.sync import refresh
from library.catalog.sqlite_catalog import SqliteCatalog

reading._WORTH_IT, reading._LARGE_BATCH, os.cpu_count = 1, 60, lambda: 2
enter = reading._ReaderProcess.__enter__

def entered(process):
    made = enter(process)
    print(process._child.pid, flush=True)
    return made

def stand(done, total, what):
    if done:
        print("here", flush=True)
        time.sleep(600)

reading._ReaderProcess.__enter__ = entered
demos = Path(sys.argv[1])
refresh(SqliteCatalog(Path(sys.argv[2]), demos), demos, stand)
"""


def test_kill_9_in_mid_reading_takes_the_readers_along_and_the_next_opening_completes(
    share: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", DIE, str(share / "demos"), str(tmp_path / "i.sqlite")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    *readers, last = [child.stdout.readline().strip() for _ in range(3)]
    assert last == "here"
    child.kill()
    child.communicate()
    wait_for(lambda: not any(Path("/proc", pid).exists() for pid in readers), "the readers to end")
    catalog = indexed(share, tmp_path / "i.sqlite")
    assert catalog.count() == COUNT
    assert not catalog.notices
    catalog.close()


@pytest.mark.usefixtures("helped")
def test_cancelled_it_ends_its_readers_and_a_rerun_completes(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[reading._ReaderProcess] = []
    enter = reading._ReaderProcess.__enter__
    monkeypatch.setattr(reading._ReaderProcess, "__enter__", lambda one: started.append(one) or enter(one))  # type: ignore[func-returns-value]  # appended first

    def cancel(done: int, _total: int, _what: str) -> None:
        if done:
            raise Cancelled("Enough")

    catalog = SqliteCatalog(tmp_path / "i.sqlite", share / "demos")
    with pytest.raises(Cancelled):
        refresh(catalog, share / "demos", cancel)
    assert len(started) == 2
    assert all(one._child is None for one in started)
    refresh(catalog, share / "demos")
    assert catalog.count() == COUNT
    assert not catalog.faults()
    catalog.close()
