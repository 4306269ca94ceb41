"""Looking after filed demos: every change is a new version, and removing only moves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library, open_library
from library.connection.sync import refresh
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import amend, remove_demo, write_version
from library.model import Demo, DemoNotFound, LibraryError
from library.search.search import search
from library.storage.bundle import read_bundle
from tests.library.factories import demo, put_bundle
from tests.support.desktop import wait_for

NAME = "raise-k3f9"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        put_bundle(opened.demos, demo(NAME, "Raise", "Open the menu", "Click new order", tags=["finance"]))
        opened.refresh()
        yield opened


def test_an_edit_is_a_new_version_on_disk_and_in_the_catalog(library: Library) -> None:
    before = library.catalog.get(NAME)
    changed = edit_demo(library, NAME, title="Order paper", tags=["paper, office"], author="Tom", review_unix_ms=99)
    assert (changed.version, changed.title, changed.tags) == (2, "Order paper", ("paper", "office"))
    assert (changed.author, changed.review_unix_ms, changed.by_hand) == ("Tom", 99, ("title",))
    assert changed.updated_unix_ms >= before.updated_unix_ms
    assert changed.created_unix_ms == before.created_unix_ms
    assert library.catalog.get(NAME) == read_bundle(library.demos / NAME) == changed
    assert [hit.demo_id for hit in search(library.catalog, "paper").hits] == [NAME]
    assert not search(library.catalog, "finance").hits


def test_what_is_added_to_a_version_is_found_from_another_machine_too(library: Library, tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "theirs.sqlite", library.demos)
    refresh(catalog, library.demos)
    wait_for(lambda: not refresh(catalog, library.demos), "their index to settle")
    amend(library, NAME, lambda now: replace(now, steps=tuple(replace(s, screen_text="Ledger") for s in now.steps)))
    assert refresh(catalog, library.demos)
    assert search(catalog, "ledger").hits
    catalog.close()


def test_what_is_not_given_stays(library: Library) -> None:
    changed = edit_demo(library, NAME, author="Tom")
    assert (changed.title, changed.tags) == ("Raise", ("finance",))
    assert edit_demo(library, NAME, tags=[]).tags == ()


def test_a_step_gets_another_title_and_is_found_by_it(library: Library) -> None:
    changed = edit_demo(library, NAME, step_titles={2: "Begin\x1b a new order"})
    assert changed.steps[1].title == "Begin a new order"
    assert changed.by_hand == ("steps",)
    assert search(library.catalog, "begin").hits[0].step == 2


def test_a_review_date_is_taken_away_by_zero(library: Library) -> None:
    edit_demo(library, NAME, review_unix_ms=99)
    assert edit_demo(library, NAME, review_unix_ms=0).review_unix_ms is None


def test_an_edit_that_changes_nothing_makes_no_version(library: Library) -> None:
    assert edit_demo(library, NAME, tags=["finance"], step_titles={}).version == 1


def test_a_wrong_step_an_empty_title_and_an_unknown_demo_are_one_line_and_change_nothing(library: Library) -> None:
    with pytest.raises(DemoNotFound, match="no step 9"):
        edit_demo(library, NAME, step_titles={9: "x"})
    with pytest.raises(LibraryError, match="cannot be empty"):
        edit_demo(library, NAME, title=" ")
    for name in ("nobody", "../etc", "", ".staging-1"):
        with pytest.raises(DemoNotFound):
            edit_demo(library, name, title="x")
        with pytest.raises(DemoNotFound):
            remove_demo(library, name)
    assert library.catalog.get(NAME).version == 1


def test_two_people_who_edit_at_once_both_get_their_change(library: Library) -> None:
    changes = [{"title": "Order paper"}, {"author": "Tom"}, {"tags": ["office"]}, {"review_unix_ms": 99}]
    threads = [threading.Thread(target=edit_demo, args=(library, NAME), kwargs=change) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = library.catalog.get(NAME)
    assert (last.title, last.author, last.tags, last.review_unix_ms) == ("Order paper", "Tom", ("office",), 99)
    assert last.version == 5


def test_an_edit_builds_on_what_another_filed_meanwhile(library: Library) -> None:
    first = read_bundle(library.demos / NAME)
    write_version(first, replace(first, author="Tom"), library.store)  # not indexed yet
    changed = edit_demo(library, NAME, title="Order")
    assert (changed.version, changed.author) == (3, "Tom")


def test_a_failed_edit_leaves_the_demo_as_it_was(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("library.storage.bundle.write_synced", full)
    with pytest.raises(LibraryError, match="disk is full"):
        edit_demo(library, NAME, title="Order")
    assert read_bundle(library.demos / NAME).title == library.catalog.get(NAME).title == "Raise"
    assert [p.name for p in library.demos.iterdir()] == [NAME]


def test_a_removed_demo_lies_whole_in_the_trash_and_is_found_no_more(library: Library) -> None:
    edit_demo(library, NAME, title="Order")
    trash = Path(remove_demo(library, NAME).place)
    assert trash.parent == library.folder / ".trash"
    assert sorted(p.name for p in trash.iterdir()) == ["v1", "v2"]
    assert library.catalog.count() == 0
    assert not search(library.catalog, "menu").hits
    with pytest.raises(DemoNotFound):
        remove_demo(library, NAME)
    trash.rename(library.demos / NAME)
    library.refresh()
    assert library.catalog.get(NAME).title == "Order"


def test_a_demo_gone_from_the_folder_is_taken_from_the_index_too(library: Library) -> None:
    (library.demos / NAME).rename(library.folder / "aside")
    with pytest.raises(DemoNotFound):
        remove_demo(library, NAME)
    assert library.catalog.count() == 0


def test_the_same_id_can_be_removed_twice(library: Library) -> None:
    first = remove_demo(library, NAME)
    one: Demo = put_bundle(library.demos, demo(NAME, "Raise again"))
    library.catalog.insert(one)
    assert remove_demo(library, NAME) != first
