"""Folders that a program syncs (Dropbox, OneDrive, Syncthing, rsync): what arrives is found at the next opening."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection import library as module
from library.connection import sync
from library.connection.folder_scan import DemoFolder, scan
from library.connection.library import Library, open_library
from library.maintenance.check import check
from library.search.search import search
from tests.library.factories import demo, put_bundle

OLD_NS = 1_700_000_000_000_000_000


def settle(folder: Path, time_ns: int = OLD_NS) -> None:
    """Give everything the times it has on the other machine, as rsync does, the folders last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        os.utime(path, ns=(time_ns, time_ns))
    os.utime(folder, ns=(time_ns, time_ns))


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The folder of a demo of two versions on a colleague's machine."""
    demos = tmp_path / "theirs/demos"
    demos.mkdir(parents=True)
    one = demo("raise-k3f9", "Raise", "Open the menu")
    put_bundle(demos, one)
    put_bundle(demos, replace(one, version=2, title="Raise an order"))
    settle(demos)
    return demos / "raise-k3f9"


def opened(tmp_path: Path) -> Library:
    return open_library(tmp_path / "mine", cache=tmp_path / "cache")


def titles(tmp_path: Path) -> list[str]:
    with opened(tmp_path) as library:
        return [one.title for one in library.catalog.list()]


def there(tmp_path: Path) -> Path:
    with opened(tmp_path) as library:
        settle(library.demos)
        library.refresh()
    titles(tmp_path)
    return tmp_path / "mine/demos"


def test_files_that_arrive_after_their_folders_are_found(tmp_path: Path, theirs: Path) -> None:
    demos = there(tmp_path)
    (demos / theirs.name / "v1").mkdir(parents=True)
    settle(demos)
    assert titles(tmp_path) == []
    assert titles(tmp_path) == []
    shutil.copytree(theirs / "v1", demos / theirs.name / "v1", dirs_exist_ok=True)
    settle(demos)
    assert titles(tmp_path) == ["Raise"]
    with opened(tmp_path) as library:
        assert [hit.title for hit in search(library.catalog, "menu").hits] == ["Raise"]
        assert not check(library)


def test_a_version_that_just_appears_is_found(tmp_path: Path, theirs: Path) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs / "v1", demos / theirs.name / "v1")
    settle(demos)
    assert titles(tmp_path) == ["Raise"]
    (demos / theirs.name / "v2").mkdir()
    settle(demos)
    assert titles(tmp_path) == ["Raise"]
    shutil.copytree(theirs / "v2", demos / theirs.name / "v2", dirs_exist_ok=True)
    settle(demos)
    assert titles(tmp_path) == ["Raise an order"]


def test_a_record_that_is_written_again_in_its_place_is_found(tmp_path: Path, theirs: Path) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs / "v1", demos / theirs.name / "v1")
    settle(demos)
    assert titles(tmp_path) == ["Raise"]
    record = demos / theirs.name / "v1/demo.json"
    record.write_bytes(record.read_bytes().replace(b'"Raise"', b'"Buy it"'))
    settle(demos)
    assert titles(tmp_path) == ["Buy it"]


def test_a_reader_that_runs_for_days_looks_again(tmp_path: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs / "v1", demos / theirs.name / "v1")
    settle(demos)
    with opened(tmp_path) as library:
        shutil.copytree(theirs / "v2", demos / theirs.name / "v2")
        settle(demos)
        monkeypatch.setattr(module, "_LOOK_AGAIN_S", 0.0)
        assert library.refresh()
        assert [one.title for one in library.catalog.list()] == ["Raise an order"]


@pytest.mark.parametrize(
    "name",
    ["v2 (Anna's conflicted copy 2026-11-26)", "v2.sync-conflict-20261126-101010-ABCDEFG", "v2-ANNA-PC", "v2 (1)"],
)
def test_a_conflict_copy_is_told(tmp_path: Path, theirs: Path, name: str) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs, demos / theirs.name)
    shutil.copytree(theirs / "v2", demos / theirs.name / name)
    settle(demos)
    with opened(tmp_path) as library:
        [notice] = library.notices
        assert name in notice
        assert [one.title for one in library.catalog.list()] == ["Raise an order"]
        assert [fault.place for fault in check(library)] == [str(demos / theirs.name / name)]


def test_nothing_is_read_again_when_nothing_changed(
    tmp_path: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs, demos / theirs.name)
    settle(demos)
    titles(tmp_path)

    def never(*_: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr("library.connection.bulk_read.newest_bundle", never)
    assert titles(tmp_path) == ["Raise an order"]


def test_a_demo_that_is_filed_while_the_folders_are_looked_at_stays_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filing(demos: Path) -> dict[str, DemoFolder]:
        folders = scan(demos)
        library.catalog.insert(put_bundle(demos, demo("order-1", "Order", "Open the menu")))
        return folders

    with opened(tmp_path) as library:
        put_bundle(library.demos, demo("raise-1", "Raise", "Open the menu"))
        with monkeypatch.context() as during:
            during.setattr(sync, "scan", filing)
            library.refresh()
        assert {one.title for one in library.catalog.list()} == {"Order", "Raise"}


def test_a_demo_that_is_put_back_after_the_folders_were_looked_at_stays_found(
    tmp_path: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demos = there(tmp_path)
    shutil.copytree(theirs, demos / theirs.name)

    def putting_back(demos: Path) -> dict[str, DemoFolder]:
        folders = scan(demos)
        shutil.move(tmp_path / theirs.name, demos)
        return folders

    with opened(tmp_path) as library:
        shutil.move(demos / theirs.name, tmp_path)
        with monkeypatch.context() as during:
            during.setattr(sync, "scan", putting_back)
            library.refresh()
        assert [one.title for one in library.catalog.list()] == ["Raise an order"]
        shutil.rmtree(demos / theirs.name)
        library.refresh()
        assert not library.catalog.list()
