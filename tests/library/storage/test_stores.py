"""What holds for every place bundles can lie in, a folder and a bucket alike."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import Library
from library.maintenance.check import check
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import amend, remove_demo, restore_demo, restore_version
from library.model import Demo, DemoNotFound, LibraryError
from library.search.search import search
from library.storage.staging import VersionTaken
from library.storage.store import newest
from tests.library.factories import demo, put_bundle

NAME = "raise-k3f9"


@pytest.fixture
def filled(library: Library) -> Library:
    one = put_bundle(library.store, demo(NAME, "Raise", "Open the menu", "Click new order", author="Priya"))
    library.catalog.insert(one)
    return library


def test_what_is_filed_is_read_back_with_all_its_files(filled: Library) -> None:
    one = newest(filled.store, NAME)
    assert one == filled.catalog.get(NAME)
    here = filled.store.fetch_local(one)
    assert (here.path / "clip.mp4").read_bytes() == b"not a video of raise-k3f9"
    assert (here.path / "steps" / "02.webp").read_bytes() == b"still 2"
    assert (here.path / "captions.vtt").read_bytes().startswith(b"WEBVTT")
    assert list(filled.store.demo_ids()) == [NAME]
    assert not check(filled)


def test_an_edit_is_a_new_version_and_the_older_ones_stay(filled: Library) -> None:
    edit_demo(filled, NAME, title="Order paper", by="Tom", base=1)
    assert filled.store.versions(NAME) == [2, 1]
    assert [filled.store.read(NAME, version).title for version in (1, 2)] == ["Raise", "Order paper"]
    assert restore_version(filled, NAME, 1).version == 3
    assert newest(filled.store, NAME).title == "Raise"
    assert not check(filled)
    with pytest.raises(LibraryError):
        filled.store.read(NAME, 9)


def test_forgotten_versions_are_gone_with_their_files_and_what_others_share_stays(filled: Library) -> None:
    first = newest(filled.store, NAME)
    put_bundle(filled.store, replace(first, version=2, title="Order", steps=first.steps[:1]))
    edit_demo(filled, NAME, title="Order paper")
    filled.store.forget(NAME, 2)
    filled.store.forget(NAME, 2)
    assert filled.store.versions(NAME) == [3, 2]
    assert not (filled.store.demos / NAME / "v1").exists()
    assert (filled.store.fetch_local(newest(filled.store, NAME)).path / "clip.mp4").read_bytes()
    assert not check(filled)
    filled.store.forget(NAME, 3)
    assert filled.store.versions(NAME) == [3]
    assert not check(filled)


def test_what_no_person_changed_is_added_to_the_version_there_is(filled: Library) -> None:
    def seen(now: Demo) -> Demo:
        return replace(now, steps=tuple(replace(step, screen_text="Ledger") for step in now.steps))

    amended = amend(filled, NAME, seen)
    assert filled.store.versions(NAME) == [1]
    assert newest(filled.store, NAME) == filled.catalog.get(NAME) == amended
    assert search(filled.catalog, "ledger").hits
    assert not check(filled)


def test_what_is_added_while_another_files_a_version_brings_no_older_one_back(filled: Library) -> None:
    def seen(now: Demo) -> Demo:
        edit_demo(filled, NAME, title="Order paper")
        return replace(now, steps=tuple(replace(step, screen_text="Ledger") for step in now.steps))

    assert amend(filled, NAME, seen).title == filled.catalog.get(NAME).title == "Order paper"
    assert not check(filled)


def test_nothing_is_added_to_a_version_that_was_deleted_meanwhile(filled: Library) -> None:
    def seen(now: Demo) -> Demo:
        put_bundle(filled.store, replace(now, version=2, oldest=2))
        filled.store.forget(NAME, 2)
        return replace(now, steps=tuple(replace(step, screen_text="Ledger") for step in now.steps))

    with pytest.raises(DemoNotFound):
        amend(filled, NAME, seen)
    assert filled.store.versions(NAME) == [2]


def test_a_version_is_filed_by_one_only(filled: Library) -> None:
    one = newest(filled.store, NAME)
    put_bundle(filled.store, replace(one, version=2, title="Tom's"))
    with pytest.raises(VersionTaken):
        put_bundle(filled.store, replace(one, version=2, title="Ann's"))
    with pytest.raises(VersionTaken):
        put_bundle(filled.store, demo(NAME, "Another first"))
    assert newest(filled.store, NAME).title == "Tom's"
    assert not [fault for fault in check(filled) if fault.kind != "index"]


def test_many_who_edit_at_once_all_get_their_change(filled: Library) -> None:
    from library.maintenance.edit import collect

    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            collect(filled, NAME, f"Week {number}", put=True)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(filled.catalog.get(NAME).collections) == [f"Week {number}" for number in range(5)]
    assert filled.store.versions(NAME) == [6, 5, 4, 3, 2, 1]


def test_a_removed_demo_is_hidden_everywhere_and_comes_back_whole(filled: Library) -> None:
    edit_demo(filled, NAME, title="Order paper")
    assert remove_demo(filled, NAME).title == "Order paper"
    assert not list(filled.store.demo_ids())
    assert not filled.store.versions(NAME)
    assert not search(filled.catalog, "menu").hits
    for gone in (
        lambda: remove_demo(filled, NAME),
        lambda: edit_demo(filled, NAME, title="x"),
        lambda: filled.store.remove("../etc"),
    ):
        with pytest.raises(DemoNotFound):
            gone()
    assert [one.demo_id for one in filled.store.trashed()] == [NAME]
    assert restore_demo(filled, "Order paper").version == 2
    assert not filled.store.trashed()
    assert not check(filled)


def test_what_is_deleted_from_the_trash_is_gone_for_good(filled: Library) -> None:
    filled.store.discard(remove_demo(filled, NAME))
    assert not filled.store.trashed()
    with pytest.raises(DemoNotFound):
        restore_demo(filled, NAME)
    put_bundle(filled.store, demo(NAME, "Raise again"))
    assert filled.store.versions(NAME) == [1]


def test_rebuilding_brings_the_index_to_what_lies_there(filled: Library) -> None:
    put_bundle(filled.store, demo("order-1", "Order"))
    filled.catalog.insert(demo("ghost-1", "Ghost"))
    assert {fault.kind for fault in check(filled)} == {"index"}
    assert filled.rebuild() == 2
    assert {one.demo_id for one in filled.catalog.list()} == {NAME, "order-1"}
    assert not check(filled)


def test_a_demo_whose_writer_gave_up_half_way_is_not_there(library: Library) -> None:
    def give_up() -> None:
        with library.store.stage(NAME, 1) as staging:
            (staging.folder / "clip.mp4").write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert not list(library.store.demo_ids())
    assert not library.store.versions(NAME)
    assert not list(Path(library.demos).rglob("clip.mp4"))


def test_a_place_is_tried_without_leaving_anything(filled: Library) -> None:
    before = sorted(path.relative_to(filled.folder) for path in filled.store.demos.rglob("*"))
    filled.store.try_write()
    assert sorted(path.relative_to(filled.folder) for path in filled.store.demos.rglob("*")) == before
    assert list(filled.store.demo_ids()) == [NAME]
    assert not check(filled)
