"""A team's library, over a real PostgreSQL and a real S3 endpoint: set up once, shared by all, and never half."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from library.connection.library import Library, make_library, open_library
from library.maintenance.check import check
from library.maintenance.copy_library import copy_library
from library.maintenance.edit import EditClash, edit_demo
from library.maintenance.revisions import make_findable, remove_demo
from library.model import LibraryError
from library.search.search import search
from library.storage.bucket import AWS, MediaOptions
from tests.library.factories import demo, put_bundle
from tests.library.storage.stores import options
from tests.support.desktop import wait_for
from tests.support.postgres_server import PostgresServer
from tests.support.s3_server import BUCKET

NAME = "raise-k3f9"


@pytest.fixture
def address(postgres: PostgresServer) -> str:
    """An empty database of its own."""
    return postgres.create(f"team_{secrets.token_hex(4)}")


@dataclass(frozen=True)
class Place:
    """An empty database and a place for media; ``member`` opens the library as one more machine."""

    address: str
    media: str
    options: MediaOptions
    folder: Path

    def set_up(self, address: str = "", media: str = "") -> int:
        return make_library(
            address or self.address,
            media or self.media,
            self.folder / "maker",
            self.options,
            name="How-tos",
            review_days=30,
        )

    def member(self, name: str, address: str = "") -> Library:
        return open_library(address or self.address, cache=self.folder / name, media=self.options)


@pytest.fixture(params=["bucket", "folder"])
def place(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> Place:
    """Each kind of media place."""
    if request.param == "bucket":
        return Place(address, f"s3://{BUCKET}/how tos", options(request.getfixturevalue("s3")), tmp_path)
    return Place(address, str(tmp_path / "share"), AWS, tmp_path)


@pytest.fixture
def team(place: Place) -> Iterator[Library]:
    """A team's library as one member opens it."""
    assert place.set_up() == 0
    with place.member("mine") as opened:
        yield opened


def file_one(library: Library, name: str = NAME, title: str = "Raise") -> None:
    make_findable(library, put_bundle(library.store, demo(name, title, "Open the menu", author="Priya")))


def test_a_library_that_was_not_set_up_says_how_to(address: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="showhow library init") as told:
        open_library(address, cache=tmp_path)
    assert "\n" not in str(told.value)


def test_what_one_files_the_other_finds_at_once_and_can_play(team: Library, place: Place) -> None:
    with place.member("theirs") as theirs:
        file_one(team)
        [hit] = search(theirs.catalog, "menu").hits[:1]
        one = theirs.store.fetch_local(theirs.catalog.get(hit.demo_id))
        assert (one.path / "clip.mp4").read_bytes() == b"not a video of raise-k3f9"
        edit_demo(theirs, NAME, title="Order", by="Tom", base=1)
        with pytest.raises(EditClash, match="Tom changed"):
            edit_demo(team, NAME, title="Paper", by="Ann", base=1)
        assert team.catalog.get(NAME).edited_by == "Tom"
        remove_demo(team, NAME)
        assert not search(theirs.catalog, "menu").hits
    assert (team.name, team.review_days) == ("How-tos", 30)
    assert not check(team)


def test_what_lay_at_the_place_already_is_taken_in(postgres: PostgresServer, team: Library, place: Place) -> None:
    file_one(team)
    again = postgres.create(f"team_{secrets.token_hex(4)}")
    assert place.set_up(again) == 1
    with place.member("other", again) as opened:
        assert search(opened.catalog, "menu").hits


def test_setting_up_twice_is_harmless_and_elsewhere_is_refused(team: Library, place: Place) -> None:
    file_one(team)
    assert place.set_up() == 1
    with pytest.raises(LibraryError, match="set up already"):
        place.set_up(media=str(place.folder / "elsewhere"))
    assert not (place.folder / "elsewhere").exists()


def test_what_a_filer_who_died_left_unfindable_is_caught_up_by_the_others(team: Library) -> None:
    assert team.team is not None
    team.mark_pending(NAME)
    put_bundle(team.store, demo(NAME, "Raise", "Open the menu"))  # and here the filer dies
    team.mark_pending("never-1")
    assert not search(team.catalog, "menu").hits
    assert not team.refresh()  # it may still be at work
    assert team.team.catch_up(team.store, fresh_s=0.0)
    assert search(team.catalog, "menu").hits
    assert [row[0] for row in team.team.fetch("overdue", older_s=0.0)] == ["never-1"]


def test_a_filing_outlives_restarts_of_the_database(tmp_path: Path) -> None:
    with PostgresServer(synchronous_commit="on") as server:  # what was committed stays, as it does for everybody
        place = Place(server.create("team"), str(tmp_path / "share"), AWS, tmp_path)
        place.set_up()
        with place.member("mine") as team:
            file_through_restarts(team, server)


def file_through_restarts(team: Library, postgres: PostgresServer) -> None:
    done = threading.Event()
    failed: list[BaseException] = []

    def file_many() -> None:
        try:
            for number in range(40):
                file_one(team, f"demo-{number}", f"Demo {number}")
                edit_demo(team, f"demo-{number}", tags=["filed"])
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            done.set()

    thread = threading.Thread(target=file_many)
    thread.start()
    for mode, after in (("fast", "demo-5"), ("immediate", "demo-15")):
        wait_for(partial(team.store.versions, after), "some filings")
        postgres.restart(mode)
    thread.join()
    assert not failed
    assert {one.demo_id: one.tags for one in team.catalog.list()} == {f"demo-{n}": ("filed",) for n in range(40)}
    assert not [fault for fault in check(team, quick=True) if fault.kind != "duplicate"]


def test_from_a_folder_to_a_team_and_back_everything_arrives(team: Library, tmp_path: Path) -> None:
    with (
        open_library(tmp_path / "first", cache=tmp_path) as first,
        open_library(tmp_path / "back", cache=tmp_path) as back,
    ):
        for n in range(5):
            file_one(first, f"d-{n}", f"Thing {n}")
        edit_demo(first, "d-1", title="Again")
        assert copy_library(first, team).copied == 6
        assert copy_library(first, team).present == 6
        assert len(search(team.catalog, "menu").hits) == 5
        assert copy_library(team, back).copied == 6
        assert [one.title for one in back.catalog.list()] == [one.title for one in first.catalog.list()]
        assert not check(back)
        assert not check(team)


def test_a_killed_or_cancelled_rebuild_is_completed_by_a_rerun_and_the_library_is_never_empty(team: Library) -> None:
    from capture.errors import Cancelled

    for n in range(5):
        file_one(team, f"d-{n}", f"Thing {n}")

    def cancel(done: int, total: int, what: str) -> None:
        assert team.catalog.count() == 5
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        team.rebuild(cancel)
    assert team.rebuild() == 5
    assert not check(team)
