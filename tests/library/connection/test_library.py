"""A library is opened by its address, and its index agrees with what lies in it, whoever put it there."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from library.catalog.sqlite_file import BUSY_MS
from library.connection import address as places
from library.connection.address import folder_of, index_path, is_shared
from library.connection.library import Library, open_library
from library.maintenance.check import check
from library.maintenance.revisions import write_version
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle
from tests.support.small_disk import small_disk
from tests.support.web_library import ask, served
from tests.support.windows import WINDOWS


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "how-tos", cache=tmp_path / "cache") as opened:
        yield opened


def reopened(library: Library) -> Library:
    return open_library(library.folder, cache=library.folder.parent / "cache")


def titles(library: Library) -> set[str]:
    return {one.title for one in library.catalog.list()}


def age(folder: Path, seconds: int = 60) -> None:
    """Make a folder and all in it look as if it had last been changed some time ago."""
    for path in (folder, *folder.rglob("*")):
        was = path.stat().st_mtime - seconds
        os.utime(path, (was, was))


def test_a_library_is_made_on_first_use_and_named_after_its_folder(library: Library) -> None:
    assert library.name == "how-tos"
    assert (library.folder / "library.json").is_file()
    assert (library.folder / "index.sqlite").is_file()
    assert library.catalog.count() == 0
    assert not check(library)


def test_a_new_name_is_kept(library: Library) -> None:
    assert library.rename("Finance\x07 how-tos").name == "Finance how-tos"
    with reopened(library) as again:
        assert again.name == "Finance how-tos"


@pytest.mark.parametrize("url", ["s3://bucket", "https://x/y", "file://server/share", "", " ", "a\0b"])
def test_an_address_this_version_cannot_open_is_one_line_that_says_what_it_can(url: str) -> None:
    with pytest.raises(LibraryError, match="Give a folder") as caught:
        open_library(url)
    assert "\n" not in str(caught.value)


def test_addresses_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERPROFILE" if WINDOWS else "HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert folder_of("~/demos") == folder_of("demos") == tmp_path / "demos"
    assert folder_of((tmp_path / "a b").as_uri()) == tmp_path / "a b"
    assert WINDOWS or folder_of("a:b") == tmp_path / "a:b"  # there it is a drive


def test_a_file_in_place_of_the_folder_or_above_it_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(LibraryError, match=r"not a folder|Could not create") as caught:
            open_library(path)
        assert "\n" not in str(caught.value)


def test_a_library_of_a_newer_showhow_is_left_alone(library: Library) -> None:
    (library.folder / "library.json").write_text('{"schema_version": 2}')
    with pytest.raises(LibraryError, match="Update showhow"):
        reopened(library)


def test_a_demo_filed_by_a_process_that_died_before_indexing_it_is_found_at_the_next_opening(library: Library) -> None:
    put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
    with reopened(library) as again:
        assert titles(again) == {"Raise"}
        assert search(again.catalog, "menu").hits[0].demo_id == "raise-k3f9"


def test_refreshing_finds_new_demos_new_versions_and_removals(library: Library) -> None:
    first = put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
    assert library.refresh()
    write_version(first, replace(first, title="Order"), library.store)
    put_bundle(library.demos, demo("approve-k3f9", "Approve"))
    assert library.refresh()
    assert titles(library) == {"Order", "Approve"}
    (library.demos / "raise-k3f9").rename(library.folder / "gone")
    assert library.refresh()
    assert titles(library) == {"Approve"}


def test_refreshing_reads_nothing_when_nothing_changed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put_bundle(library.demos, demo("raise-k3f9", "Raise"))
    age(library.demos / "raise-k3f9")
    age(library.demos)
    library.refresh()
    monkeypatch.setattr("library.connection.bulk_read.newest_bundle", None)  # calling it would fail
    monkeypatch.setattr("os.scandir", None)
    assert not library.refresh()


def test_only_the_demo_that_changed_is_read_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one-1", "two-1", "three-1"):
        put_bundle(library.demos, demo(name, name))
        age(library.demos / name)
    library.refresh()
    read: list[str] = []
    real = __import__("library.storage.bundle", fromlist=["newest_bundle"]).newest_bundle
    monkeypatch.setattr("library.connection.bulk_read.newest_bundle", lambda home: read.append(home.name) or real(home))
    one = put_bundle(library.demos, demo("four-1", "four-1"))
    library.refresh()
    assert read == [one.demo_id]


def test_a_folder_changed_a_moment_ago_is_looked_at_again(library: Library) -> None:
    """Two changes within the coarseness of file times must not be taken for one."""
    first = put_bundle(library.demos, demo("raise-k3f9", "Raise"))
    library.refresh()
    stamp = library.demos.stat()
    write_version(first, replace(first, title="Order"), library.store)
    os.utime(library.demos, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    os.utime(library.demos / "raise-k3f9", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    library.refresh()
    assert titles(library) == {"Order"}


def test_a_demo_that_cannot_be_read_is_told_and_the_others_are_found(library: Library) -> None:
    put_bundle(library.demos, demo("good-1", "Good"))
    bad = put_bundle(library.demos, demo("bad-1", "Bad"))
    (bad.path / "demo.json").write_text("{")
    (library.demos / "notes.txt").touch()
    (library.demos / "Not An Id").mkdir()
    if not WINDOWS:
        (library.demos / "linked-1").symlink_to(library.demos / "good-1")
    with reopened(library) as again:
        assert titles(again) == {"Good"}
        assert len(again.notices) == 1
        assert "bad-1" in again.notices[0]
        faults = check(again)
        assert any("bad-1" in str(fault) for fault in faults)


def test_rebuilding_makes_the_index_anew_from_the_bundles(library: Library) -> None:
    for n in range(3):
        put_bundle(library.demos, demo(f"d-{n}", f"Thing {n}"))
    library.catalog.insert(demo("ghost-1", "Ghost"))
    seen: list[tuple[int, int]] = []
    assert library.rebuild(lambda done, total, _what: seen.append((done, total))) == 3
    assert titles(library) == {"Thing 0", "Thing 1", "Thing 2"}
    assert seen == [(0, 3), (3, 3)]
    assert not check(library)


def test_a_cancelled_rebuild_is_caught_up_at_the_next_opening(library: Library) -> None:
    for n in range(3):
        put_bundle(library.demos, demo(f"d-{n}", f"Thing {n}"))

    def cancel(done: int, total: int, what: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        library.rebuild(cancel)
    with reopened(library) as again:
        assert again.catalog.count() == 3


def test_a_library_whose_index_another_program_holds_opens_soon_with_what_it_knows_and_says_so(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.catalog.insert(put_bundle(library.demos, demo("known-1", "Known", "Open the menu")))
    put_bundle(library.demos, demo("new-1", "New", "Open the menu"))
    monkeypatch.setattr("library.connection.library.OPENING_MS", 1_000)
    other = sqlite3.connect(library.folder / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with reopened(library) as again:
            assert {hit.title for hit in search(again.catalog, "menu").hits} == {"Known"}
            [notice] = again.notices
            assert "another program" in notice
            assert "for 1 seconds" in notice
            assert "nothing was lost" in notice
            assert "\n" not in notice
            other.execute("ROLLBACK")
            with again.catalog._file.reading() as session:  # type: ignore[attr-defined]  # SQLite's own
                assert (
                    session.connection.execute("PRAGMA busy_timeout").fetchone()[0] == BUSY_MS
                )  # writers go on waiting
            again.refresh()
            assert titles(again) == {"Known", "New"}
    finally:
        other.close()


def test_a_deleted_or_damaged_index_is_made_anew_from_the_bundles(library: Library) -> None:
    put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
    library.refresh()
    library.close()
    index = library.folder / "index.sqlite"
    index.write_bytes(b"\xff" * 9_000)
    with reopened(library) as again:
        assert titles(again) == {"Raise"}
        assert any("made anew" in notice for notice in again.notices)
    index.unlink()
    with reopened(library) as again:
        assert titles(again) == {"Raise"}


def test_checking_names_what_is_missing_or_not_in_step(library: Library) -> None:
    one = put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
    library.refresh()
    assert not check(library)
    (one.path / "clip.mp4").unlink()
    (one.path / "steps" / "01.webp").unlink()
    library.catalog.insert(demo("ghost-1", "Ghost"))
    put_bundle(library.demos, demo("new-1", "New"))
    found = "\n".join(str(fault) for fault in check(library))
    for part in ("clip.mp4 is missing", "01.webp is missing", "ghost-1 is in the index", "new-1 is not in the index"):
        assert part in found


def test_a_removed_demo_moved_back_is_found_again(library: Library) -> None:
    put_bundle(library.demos, demo("raise-k3f9", "Raise"))
    library.refresh()
    (library.demos / "raise-k3f9").rename(library.folder / "aside")
    library.refresh()
    assert not titles(library)
    (library.folder / "aside").rename(library.demos / "raise-k3f9")
    library.refresh()
    assert titles(library) == {"Raise"}


MOUNTS = """22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:25 / /mnt/team\\040share rw - nfs4 server:/x rw
31 22 0:26 / /mnt/usb rw - fuseblk /dev/sdb1 rw
32 30 0:27 / /mnt/team\\040share/local rw - tmpfs tmpfs rw
33 22 0:28 / /mnt/ssh rw - fuse.sshfs me@host: rw
34 22 0:29 / /mnt/smb rw - cifs //server/x rw
"""


@pytest.mark.skipif(WINDOWS, reason="reads Linux's list of mounts")
@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/demos", "ext4"),
        ("/mnt/team share/demos", "nfs4"),
        ("/mnt/team share/local/demos", "tmpfs"),
        ("/mnt/teamwork", "ext4"),
        ("/mnt/smb", "cifs"),
        ("/mnt/ssh/x", "fuse.sshfs"),
    ],
)
def test_the_drive_a_folder_lies_on_is_known_by_the_deepest_mount(folder: str, kind: str) -> None:
    assert places._file_system(Path(folder), MOUNTS) == kind


def test_on_a_shared_drive_the_index_stays_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share, cache = tmp_path / "share", tmp_path / "cache"
    monkeypatch.setattr(places, "is_shared", lambda _: True)
    with open_library(share, cache=cache) as mine, open_library(share, cache=tmp_path / "other machine") as theirs:
        assert index_path(share, cache).parent == cache
        assert not list(share.glob("*.sqlite*"))
        put_bundle(share / "demos", demo("raise-k3f9", "Raise", "Open the menu"))
        assert mine.refresh()
        assert theirs.refresh()
        assert titles(mine) == titles(theirs) == {"Raise"}


@pytest.mark.parametrize(
    ("folder", "synced"),
    [
        ("C:/Users/priya/OneDrive/howtos", True),
        ("C:/Users/priya/OneDrive - Contoso Ltd/howtos", True),
        ("D:/Dropbox (Personal)/howtos", True),
        ("/Users/priya/Library/CloudStorage/GoogleDrive-priya@contoso.com/howtos", True),
        ("/Users/priya/Library/Mobile Documents/howtos", True),
        ("C:/Users/priya/AppData/Local/showhow/library", False),
        ("/Users/priya/onedrivers/howtos", False),
    ],
)
def test_a_folder_that_a_program_syncs_is_known_by_its_name(folder: str, synced: bool) -> None:
    assert places.is_synced(Path(folder)) == synced


def test_this_machines_own_disk_is_not_taken_for_a_share(tmp_path: Path) -> None:
    assert not is_shared(tmp_path)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A library with one demo on a disk that cannot be written any more."""
    with small_disk(tmp_path, 8, all_closed=True) as place:
        with open_library(place, cache=tmp_path / "cache") as library:
            put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        yield place


def test_a_library_that_cannot_be_written_can_still_be_searched(read_only: Path, tmp_path: Path) -> None:
    with open_library(read_only, cache=tmp_path / "cache") as library:
        assert search(library.catalog, "menu").hits[0].title == "Raise"
        with served(library) as running:
            for query in ("menu", "zebra", "okapi"):
                assert ask(running, f"/?q={query}").status == 200
            assert ask(running, "/demo/raise-k3f9").status == 200
        with pytest.raises(LibraryError, match="may not be written") as caught:
            put_bundle(library.demos, demo("new-1", "New"))
        assert "\n" not in str(caught.value)
    with pytest.raises(LibraryError, match="may not be written"):
        open_library(read_only / "new", cache=tmp_path / "cache")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\0", b"[]", b'{"review_days": "soon"}', b"{}" + bytes(2 << 20)]
)
def test_a_broken_library_json_is_named_and_everything_goes_on(tmp_path: Path, content: bytes) -> None:
    folder, cache = tmp_path / "library", tmp_path / "cache"
    with open_library(folder, cache=cache) as library:
        put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
    (folder / "library.json").write_bytes(content)
    with open_library(folder, cache=cache) as library:
        assert titles(library) == {"Raise"}
        assert library.name == "library"
        [note] = library.notices
        assert str(folder / "library.json") in note
        assert "remove" not in note
        library.rename("Our demos")
    with open_library(folder, cache=cache) as library:
        assert library.name == "Our demos"
        assert not library.notices


def test_a_damaged_log_of_searches_begins_anew_and_the_old_one_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_library(folder, cache=tmp_path / "cache") as library:
        put_bundle(library.demos, demo("raise-k3f9", "Raise", "Open the menu"))
        library.refresh()
        library.catalog.use.note_search("okapi", 0)
    (folder / "index-use.sqlite").write_bytes(b"no database " * 1000)
    with open_library(folder, cache=tmp_path / "cache") as library:
        assert search(library.catalog, "menu").hits
        library.catalog.use.note_search("zebra", 0)
        assert [one.query for one in library.catalog.use.searches()] == ["zebra"]
        assert any("index-use.sqlite.damaged" in note for note in library.notices)
    assert (folder / "index-use.sqlite.damaged").exists()
