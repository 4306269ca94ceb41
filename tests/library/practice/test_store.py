"""The learner's folder is private, whole after a crash, and empty when it is forgotten."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.model import Click, Take, TakeState
from capture.takes import lock_of, write_take
from library.model import LibraryError
from library.practice.attempts import AttemptLog, AttemptNotFound, cut_off
from library.practice.model import Attempt, AttemptState, PracticeLevel
from library.practice.store import PracticeStore
from tests.library.factories import demo

OWN_WORDS = "Harbour Paper of a learner"


@pytest.fixture
def log(tmp_path: Path) -> AttemptLog:
    return AttemptLog(PracticeStore(tmp_path / "home" / "mine"))


def begun(log: AttemptLog, title: str = OWN_WORDS, take: str = "t1") -> Attempt:
    folder = log.store.takes_folder / take
    folder.mkdir()
    write_take(Take(take_id=take, started_unix_ms=1, width=8, height=8, state=TakeState.FINISHED, path=folder))
    return log.begin(demo("d1", title, "Click New order."), PracticeLevel.TRY, folder)


def test_an_attempt_comes_back_as_it_was_kept(log: AttemptLog) -> None:
    attempt = begun(log)
    assert log.list() == [attempt]
    assert log.find(attempt.attempt_id) == attempt
    assert log.list("another") == []
    assert attempt.steps[0].title == "Click New order."


def test_reading_makes_no_folder(log: AttemptLog) -> None:
    assert log.list() == []
    assert not log.store.folder.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_only_the_user_may_open_it_whatever_the_umask_says(log: AttemptLog) -> None:
    before = os.umask(0)
    try:
        begun(log)
    finally:
        os.umask(before)
    for path in (log.store.folder, *log.store.folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_a_folder_that_others_could_open_is_closed(log: AttemptLog) -> None:
    log.store.folder.mkdir(mode=0o755, parents=True)
    begun(log)
    assert stat.S_IMODE(log.store.folder.stat().st_mode) == 0o700


def test_a_name_that_fits_none_or_several_is_told(log: AttemptLog) -> None:
    begun(log)
    begun(log, take="t2")
    with pytest.raises(AttemptNotFound, match="2 attempts"):
        log.find("2")
    with pytest.raises(AttemptNotFound, match="no attempt"):
        log.find("x")


def test_a_forgotten_attempt_leaves_no_byte_and_no_recording(log: AttemptLog) -> None:
    attempt, other = begun(log), begun(log, "Another", "t2")
    log.forget(attempt)
    assert log.list() == [other]
    assert not Path(attempt.take.path).exists()
    assert Path(other.take.path).exists()
    assert all(OWN_WORDS.encode() not in path.read_bytes() for path in log.store.folder.glob("mine*"))


def test_nothing_outside_the_folder_is_deleted_with_an_attempt(log: AttemptLog, tmp_path: Path) -> None:
    elsewhere = tmp_path / "takes" / "t9"
    elsewhere.mkdir(parents=True)
    attempt = log.begin(demo("d1", "A", "Click."), PracticeLevel.TRY, elsewhere)
    log.forget(attempt)
    assert elsewhere.exists()


def test_a_recording_goes_with_its_attempt_where_the_folder_was_moved(log: AttemptLog, tmp_path: Path) -> None:
    attempt = begun(log)
    moved = AttemptLog(PracticeStore(log.store.folder.rename(tmp_path / "elsewhere")))
    moved.forget(attempt)
    assert moved.list() == []
    assert list(moved.store.takes_folder.iterdir()) == []


def test_an_attempt_that_is_being_recorded_is_not_forgotten(log: AttemptLog) -> None:
    attempt = begun(log)
    lock = lock_of(Path(attempt.take.path))
    assert lock.take()
    try:
        assert not cut_off(attempt)
        with pytest.raises(LibraryError, match="being recorded"):
            log.forget_everything()
        with pytest.raises(LibraryError, match="being recorded"):
            log.forget(attempt)
    finally:
        lock.release()
    assert cut_off(attempt)
    log.forget_everything()
    assert not log.store.folder.exists()


def test_the_export_holds_every_kind_of_record(log: AttemptLog, tmp_path: Path) -> None:
    attempt = begun(log)
    log.store.put("prompt", "p1", Click(1, 2, 3, label="Submit"), at_unix_ms=5, demo_id="d1")
    log.export(tmp_path / "mine.json")
    document = json.loads((tmp_path / "mine.json").read_text())
    assert [(one["kind"], one["key"]) for one in document["records"]] == [
        ("attempt", attempt.attempt_id), ("prompt", "p1")
    ]  # fmt: skip
    assert document["records"][0]["record"]["title"] == OWN_WORDS
    assert document["takes"] == [attempt.take.path]
    assert stat.S_IMODE((tmp_path / "mine.json").stat().st_mode) & 0o077 == 0 or os.name != "posix"


def test_a_verdict_marked_wrong_stays_marked_until_it_is_marked_again(log: AttemptLog) -> None:
    attempt = log.dispute(begun(log), 3)
    assert log.find(attempt.attempt_id).disputed == (3,)
    assert log.dispute(attempt, 3).disputed == ()


def test_a_change_is_made_to_what_is_kept_now_and_brings_nothing_back(log: AttemptLog) -> None:
    attempt = begun(log)
    log.dispute(attempt, 3)
    assert log.change(attempt, lambda now: replace(now, state=AttemptState.MINE)).disputed == (3,)
    log.forget(attempt)
    with pytest.raises(AttemptNotFound, match="deleted"):
        log.change(attempt, lambda now: now)
    assert log.list() == []


def test_a_writer_killed_in_the_middle_leaves_what_was_there(log: AttemptLog) -> None:
    attempt = begun(log)
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        "c.execute('PRAGMA cache_size = 1'); c.execute('DELETE FROM records');"
        "c.execute(\"INSERT INTO records VALUES ('a', 'b', '', 1, zeroblob(3000000))\"); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(log.store.folder / "mine.sqlite")], check=False)
    assert log.list() == [attempt]


def test_many_threads_write_without_losing_a_record(log: AttemptLog) -> None:
    def write(name: int) -> None:
        for n in range(5):
            log.store.put("note", f"{name}-{n}", Click(n, 0, 0), at_unix_ms=n)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.store.all("note", Click)) == 30


def test_a_file_that_is_damaged_or_from_a_newer_showhow_is_told_in_one_line(log: AttemptLog) -> None:
    attempt = begun(log)
    assert attempt.state is AttemptState.RUNNING
    path = log.store.folder / "mine.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match="newer showhow"):
        log.list()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError, match="damaged"):
        log.list()
