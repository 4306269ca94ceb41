"""On a full disk and in a place where nothing may be written, everything that reads goes on; only filing is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from library.catalog.usage import Use
from library.connection.library import Library, open_library
from library.learning.signals.gaps import gaps
from library.maintenance.check import check
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle
from tests.support.desktop import wait_for
from tests.support.small_disk import small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    with small_disk(tmp_path, 4) as place:
        yield place


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "full").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))


def read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def made(folder: Path, cache: Path, *, gather: bool = False) -> None:
    """A library with a demo that was searched for and replayed."""
    with open_library(folder, cache=cache) as library:
        put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
        library.refresh()
        library.gather_use(gather)
    with open_library(folder, cache=cache) as library:
        library.catalog.use.note_search("okapi", 0)
        library.catalog.use.note("raise-k3f9", Use.REPLAY)


def assert_read(library: Library) -> None:
    assert [hit.title for hit in search(library.catalog, "menu").hits] == ["Raise"]
    assert [one.title for one in library.catalog.list()] == ["Raise"]
    assert library.catalog.get("raise-k3f9").steps
    assert not check(library)


@pytest.mark.parametrize("stop", [fill, read_only])
@pytest.mark.parametrize("gather", [False, True])
def test_what_is_indexed_is_read(tmp_path: Path, disk: Path, stop: Callable[[Path], None], gather: bool) -> None:
    made(disk / "library", disk / "cache", gather=gather)
    stop(disk)
    with open_library(disk / "library", cache=disk / "cache") as library:
        assert_read(library)
        gaps(library.catalog, library.catalog.use)
        with pytest.raises(LibraryError) as told:
            library.rename("Another name")
        assert "\n" not in str(told.value)


@pytest.mark.parametrize("stop", [fill, read_only])
def test_without_an_index_one_is_made_for_the_time_and_that_is_told(
    tmp_path: Path, disk: Path, stop: Callable[[Path], None]
) -> None:
    """As on a machine that opens the library for the first time, or has been updated."""
    made(disk / "library", disk / "cache")
    for path in (disk / "library").glob("*.sqlite*"):
        path.unlink()
    (disk / "cache").mkdir(exist_ok=True)
    stop(disk)
    with open_library(disk / "library", cache=disk / "cache") as library:
        assert_read(library)
        assert gaps(library.catalog, library.catalog.use) is not None
        [note] = library.notices
        assert "made each time" in note


def test_a_damaged_index_that_may_not_be_removed_is_replaced_for_the_time(tmp_path: Path, disk: Path) -> None:
    made(disk / "library", disk / "cache")
    (disk / "library" / "index.sqlite").write_bytes(b"no database at all")
    read_only(disk)
    with open_library(disk / "library", cache=disk / "cache") as library:
        assert_read(library)
        [note] = library.notices
        assert "made each time" in note


def test_with_no_other_place_the_index_of_a_read_only_library_is_read_as_it_is(tmp_path: Path, disk: Path) -> None:
    made(disk / "library", disk / "cache")
    read_only(disk)
    with open_library(disk / "library", cache=disk / "cache") as library:
        assert_read(library)
        assert not any("made each time" in note for note in library.notices)


def test_a_rebuild_without_room_leaves_the_index_as_it_was(tmp_path: Path, disk: Path) -> None:
    made(disk / "library", disk / "cache")
    with open_library(disk / "library", cache=disk / "cache") as library:
        fill(disk)
        with pytest.raises(LibraryError, match="the disk is full"):
            library.rebuild()
        assert_read(library)
    with open_library(disk / "library", cache=disk / "cache") as library:
        assert_read(library)
        (disk / "full").unlink()
        wait_for(lambda: library.rebuild() == 1, "the index")
        assert_read(library)
