"""Nothing filed is lost: older versions and removed demos come back, and a check finds what is wrong with the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.maintenance.check import check
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import remove_demo, restore_demo, restore_version
from library.model import DemoNotFound, LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle

NAME = "raise-k3f9"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        put_bundle(opened.demos, demo(NAME, "Raise", "Open the menu", "Click new order"))
        opened.refresh()
        yield opened


def kinds(library: Library, *, quick: bool = False) -> list[tuple[str, str]]:
    return [(fault.kind, fault.place) for fault in check(library, quick=quick)]


def test_every_file_of_a_bundle_has_its_checksum(library: Library) -> None:
    one = library.catalog.get(NAME)
    assert set(one.files) == {"clip.mp4", "captions.vtt", "steps/01.webp", "steps/02.webp"}
    assert one.size == sum((one.path / name).stat().st_size for name in one.files)
    assert edit_demo(library, NAME, title="Order").files == one.files


def test_a_removed_demo_comes_back_by_its_title_with_all_versions(library: Library) -> None:
    edit_demo(library, NAME, title="Order paper")
    remove_demo(library, NAME)
    [trashed] = library.store.trashed()
    assert (trashed.demo_id, trashed.title) == (NAME, "Order paper")
    assert restore_demo(library, "order PAPER").version == 2
    assert search(library.catalog, "menu").hits
    assert library.store.versions(NAME) == [2, 1]
    assert not library.store.trashed()
    assert not check(library)


def test_what_took_the_place_of_a_removed_demo_is_not_overwritten_by_its_return(library: Library) -> None:
    remove_demo(library, NAME)
    put_bundle(library.demos, demo(NAME, "Another"))
    with pytest.raises(LibraryError, match="another demo"):
        restore_demo(library, NAME)
    assert len(library.store.trashed()) == 1
    with pytest.raises(DemoNotFound):
        restore_demo(library, "../../etc")


def test_an_older_version_comes_back_as_the_newest_and_the_one_between_is_kept(library: Library) -> None:
    edit_demo(library, NAME, title="Order", by="Tom")
    back = restore_version(library, NAME, 1, "Priya")
    assert (back.version, back.title, back.edited_by) == (3, "Raise", "Priya")
    assert library.catalog.get(NAME) == back
    assert library.store.versions(NAME) == [3, 2, 1]
    with pytest.raises(DemoNotFound, match="Its versions are 1, 2, 3"):
        restore_version(library, NAME, 7)


def test_a_version_that_cannot_be_read_keeps_its_number_and_is_written_around(library: Library) -> None:
    edit_demo(library, NAME, title="Order")
    (library.demos / NAME / "v2" / "demo.json").write_text("{")
    assert edit_demo(library, NAME, title="Third").version == 3
    assert (library.demos / NAME / "v2" / "demo.json").read_text() == "{"


def test_a_check_finds_a_changed_byte_a_missing_file_and_one_too_much_and_says_how_to_mend(library: Library) -> None:
    assert not check(library)
    home = library.demos / NAME / "v1"
    data = bytearray((home / "clip.mp4").read_bytes())
    data[0] ^= 1
    (home / "clip.mp4").write_bytes(data)
    (home / "steps" / "02.webp").unlink()
    (home / "steps" / "notes.txt").touch()
    (library.demos / "stray.mp4").touch()
    found = check(library)
    assert [fault.kind for fault in found] == ["changed", "missing", "orphaned", "orphaned"]
    assert all(fault.mend for fault in found)
    assert [kind for kind, _ in kinds(library, quick=True)] == ["missing", "orphaned", "orphaned"]


def test_files_shared_by_versions_are_read_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("Two", "Three"):
        edit_demo(library, NAME, title=title)
    read: list[str] = []
    from library.storage import folder_store

    real = folder_store.facts_of
    monkeypatch.setattr(folder_store, "facts_of", lambda path: read.append(path.name) or real(path))
    assert not check(library)
    assert read.count("clip.mp4") == 1


def test_two_demos_of_one_clip_are_recognised(library: Library) -> None:
    other = put_bundle(library.demos, demo("order-k3f9", "Order", "Quite another text"))
    (other.path / "clip.mp4").unlink()
    os.link(library.demos / NAME / "v1" / "clip.mp4", other.path / "clip.mp4")
    record = (other.path / "demo.json").read_text()
    clip = library.catalog.get(NAME).files["clip.mp4"]
    was = other.files["clip.mp4"]
    text = record.replace(was.sha256, clip.sha256).replace(f'"size":{was.size},', f'"size":{clip.size},', 1)
    (other.path / "demo.json").write_text(text)
    library.rebuild()
    [found] = [fault for fault in check(library) if fault.kind == "duplicate"]
    assert NAME in found.what
    assert "order-k3f9" in found.what


@pytest.mark.parametrize(
    "hostile",
    [
        {"files": {"../../../outside": {"size": 1, "sha256": "0" * 64}}},
        {"files": {"clip.mp4": {"size": -1, "sha256": "0" * 64}}},
        {"files": {"clip.mp4": {"size": 1, "sha256": "../x"}}},
        {"files": {"a\nb": {"size": 1, "sha256": "0" * 64}}},
        {"clip": {"path": "/etc/passwd"}},
    ],
)
def test_a_record_that_names_files_elsewhere_is_refused_in_one_line(
    library: Library, hostile: dict[str, object]
) -> None:
    import msgspec

    record = library.demos / NAME / "v1" / "demo.json"
    document = msgspec.json.decode(record.read_bytes())
    record.write_bytes(msgspec.json.encode(document | hostile))
    [fault] = [fault for fault in check(library) if fault.kind == "unreadable"]
    assert "\n" not in str(fault)
    assert "damaged" in fault.what


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "a\nb\x1b[2J", "x" * 10_000, "発注書を作る", "اطلب الورق", "🦓" * 400]
)
def test_a_hostile_title_becomes_one_plain_line_and_leads_nowhere(library: Library, title: str) -> None:
    one = edit_demo(library, NAME, title=title, tags=[title], owner=title, collections=[title])
    assert "\n" not in one.title
    assert len(one.title) <= 200
    assert library.store.read(NAME, 2) == one
    assert {p.name for p in library.demos.iterdir()} == {NAME}
    assert not check(library)


def test_fields_of_a_newer_showhow_do_no_harm(library: Library) -> None:
    record = library.demos / NAME / "v1" / "demo.json"
    record.write_text(record.read_text().replace("{", '{"mood":{"of":["the","day"]},', 1))
    assert library.rebuild() == 1
    assert not check(library)


def test_collections_are_joined_and_left_one_by_one_whatever_the_case(library: Library) -> None:
    from library.maintenance.edit import collect

    collect(library, NAME, "First week", put=True)
    assert collect(library, NAME, "Finance", put=True).collections == ("First week", "Finance")
    assert collect(library, NAME, "first WEEK", put=True).version == 3  # it is in there already
    assert collect(library, NAME, "FIRST week", put=False, by="Tom").collections == ("Finance",)
    with pytest.raises(LibraryError, match="needs a name"):
        collect(library, NAME, " , ", put=True)


SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini", "@eaDir", "lost+found", "#recycle", "$RECYCLE.BIN", "._clip.mp4")


def test_what_systems_and_drives_put_everywhere_is_no_fault(library: Library) -> None:
    one = library.catalog.get(NAME)
    for place in (library.demos, one.path.parent, one.path, one.path / "steps"):
        for name in SYSTEM:
            if name in {"@eaDir", "lost+found", "#recycle", "$RECYCLE.BIN"}:
                (place / name).mkdir()
                (place / name / "something").touch()
            else:
                (place / name).touch()
    assert kinds(library) == []
    (one.path / "notes.txt").touch()
    assert kinds(library) == [("orphaned", str(one.path / "notes.txt"))]


def test_a_demo_that_may_not_be_read_is_told_and_the_others_are_checked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = put_bundle(library.demos, demo("zebra-k3f9", "Zebra", "Feed it"))
    library.refresh()
    (other.path / "clip.mp4").unlink()
    home, iterdir = library.demos / NAME, Path.iterdir

    def forbidden(folder: Path) -> Iterator[Path]:
        if folder == home:
            raise PermissionError(13, "Permission denied")
        return iterdir(folder)

    monkeypatch.setattr(Path, "iterdir", forbidden)
    found = {fault.demo_id: fault for fault in check(library)}
    assert found[NAME].kind == "unreadable"
    assert "may not be read" in found[NAME].what
    assert found["zebra-k3f9"].kind == "missing"


def test_a_file_that_may_not_be_read_is_told_and_the_others_are_checked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, is_file = library.catalog.get(NAME), Path.is_file
    (one.path / "captions.vtt").unlink()

    def forbidden(path: Path) -> bool:
        if path == one.path / "clip.mp4":
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", forbidden)
    assert kinds(library) == [("missing", "captions.vtt"), ("unreadable", "clip.mp4")]
