"""Pathways in a library of each kind: whole versions, two people at once, names, what is not to be trusted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library, open_library
from library.connection.team import TeamState
from library.model import DemoNotFound, LibraryError, RecordNotFound
from library.practice.pathways.building import (
    key_at,
    moved_point,
    parse_point,
    usual_points,
    with_points,
    without_point,
)
from library.practice.pathways.model import MOST_POINTS, Pathway, Point, PointKind, keyed
from library.practice.pathways.pathways import Pathways, pathways_of
from library.practice.pathways.shelf import FolderPathways, PathwayShelf, TeamPathways
from library.records import NewerRecord
from library.storage.staging import VersionTaken
from tests.library.conftest import emptied
from tests.library.factories import demo, put_bundle

HOSTILE = "<b>\x1b[31mOrders\u202e</b>\n" + "x" * 500


@pytest.fixture(params=["folder", "team"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PathwayShelf]:
    """Each place where pathways are kept, empty."""
    if request.param == "folder":
        yield FolderPathways(tmp_path)
        return
    catalog = emptied(request.getfixturevalue("team_database"), tmp_path / "demos")
    catalog._run(
        lambda session: session.connection.execute("DELETE FROM settings WHERE starts_with(name, 'pathways/')"),
        write=True,
    )  # type: ignore[attr-defined]  # psycopg's own
    yield TeamPathways(TeamState(catalog))
    catalog.close()


@pytest.fixture
def pathways(shelf: PathwayShelf) -> Pathways:
    return Pathways(shelf)


def watch(demo_id: str) -> Point:
    return Point(kind=PointKind.WATCH, demo_id=demo_id, title=demo_id)


def test_a_pathway_is_found_by_id_beginning_and_title_and_keeps_its_versions(
    pathways: Pathways, shelf: PathwayShelf
) -> None:
    made = pathways.create("Orders for beginners", (watch("split-1"),), about="Start here", owner="Priya")
    assert pathways.all() == [made]
    for name in (made.pathway_id, made.pathway_id[:8], "orders for BEGINNERS"):
        assert pathways.find(name) == made
    changed = pathways.change(made.pathway_id, lambda now: replace(now, about="Begin here"), by="Tom")
    assert (changed.version, changed.about, changed.edited_by) == (2, "Begin here", "Tom")
    assert list(shelf.versions(made.pathway_id)) == [2, 1]
    assert pathways.change(made.pathway_id, lambda now: now) == changed
    with pytest.raises(RecordNotFound, match="no pathway"):
        pathways.find("../../etc")
    pathways.create("Orders for experts", ())
    with pytest.raises(RecordNotFound, match="2 pathways"):
        pathways.find("orders")


def test_two_people_who_edit_at_the_same_time_both_have_their_way(pathways: Pathways) -> None:
    made = pathways.create("Orders", tuple(map(watch, ("a-1", "b-1", "c-1"))))
    ready = threading.Barrier(2)

    def edit(change: partial[Pathway]) -> None:
        ready.wait(20)
        pathways.change(made.pathway_id, change)

    changes = (partial(without_point, key=key_at(made, 1)), partial(with_points, points=(watch("d-1"),)))
    both = [threading.Thread(target=edit, args=(change,)) for change in changes]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)
    now = pathways.get(made.pathway_id)
    assert [point.demo_id for point in now.points] == ["b-1", "c-1", "d-1"]
    assert now.version == 3


def test_a_version_is_written_once(pathways: Pathways, shelf: PathwayShelf) -> None:
    made = pathways.create("Orders", ())
    with pytest.raises(VersionTaken):
        shelf.put(made.pathway_id, 1, b"{}")
    assert pathways.get(made.pathway_id) == made


def test_a_damaged_version_hides_neither_the_one_before_nor_other_pathways(
    pathways: Pathways, shelf: PathwayShelf
) -> None:
    made, other = pathways.create("Orders", ()), pathways.create("Suppliers", ())
    shelf.put(made.pathway_id, 2, b'{"pathway_id": 7')
    assert pathways.get(made.pathway_id) == made
    assert pathways.all() == [made, other]
    assert pathways.change(made.pathway_id, lambda now: replace(now, title="Orders now")).version == 3


def test_a_version_of_a_newer_showhow_is_not_overwritten_by_an_older_one(
    pathways: Pathways, shelf: PathwayShelf
) -> None:
    made = pathways.create("Warehouse", ())
    newer = replace(made, schema_version=99, title="Warehouse, next year")
    shelf.put(made.pathway_id, 2, msgspec.json.encode(newer))
    assert pathways.get(made.pathway_id).title == "Warehouse"
    with pytest.raises(NewerRecord, match="newer showhow"):
        pathways.change(made.pathway_id, lambda now: replace(now, title="Mine"))
    assert list(shelf.versions(made.pathway_id)) == [2, 1]


def test_what_others_wrote_into_the_library_is_cleaned_and_limited(pathways: Pathways, shelf: PathwayShelf) -> None:
    point = {"kind": "assess", "demo_id": "../../etc", "title": HOSTILE, "after_days": 10**9, "pass_share": -3.5}
    record = {"pathway_id": "another", "title": HOSTILE, "points": [point] * (MOST_POINTS + 5), "about": HOSTILE}
    shelf.put("orders-1", 1, msgspec.json.encode(record))
    found = pathways.get("orders-1")
    assert found.pathway_id == "orders-1"
    assert len(found.points) == MOST_POINTS
    assert "\x1b" not in found.title + found.about + found.points[0].title
    assert len(found.title) <= 200
    assert (found.points[0].demo_id, found.points[0].after_days, found.points[0].pass_share) == ("", 365, 1.0)


def test_a_thousand_points_are_filed_and_one_more_is_refused(pathways: Pathways) -> None:
    many = tuple(watch(f"d-{number}") for number in range(MOST_POINTS))
    made = pathways.create("Everything", many)
    assert pathways.get(made.pathway_id).points == many
    assert len({one.key for one in keyed(many)}) == MOST_POINTS
    with pytest.raises(LibraryError, match="at most 1,000 points"):
        pathways.change(made.pathway_id, partial(with_points, points=(watch("one-more"),)))


def test_points_are_moved_by_key_and_what_is_gone_is_left_alone() -> None:
    pathway = Pathway(pathway_id="p-1", title="Orders", points=tuple(map(watch, ("a-1", "b-1", "c-1"))))
    first, last = key_at(pathway, 1), key_at(pathway, 3)
    assert [p.demo_id for p in moved_point(pathway, last, first).points] == ["c-1", "a-1", "b-1"]
    assert [p.demo_id for p in moved_point(pathway, first, "gone").points] == ["b-1", "c-1", "a-1"]
    assert moved_point(pathway, "gone", first) == pathway
    with pytest.raises(LibraryError, match="no point 4"):
        key_at(pathway, 4)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as opened:
        for demo_id, title in (("split-1", "Split an order"), ("merge-1", "Merge: two orders")):
            opened.catalog.insert(put_bundle(opened.demos, demo(demo_id, title, "Open it.", "Do it.")))
        yield opened


def test_points_are_typed_as_they_are_named(library: Library) -> None:
    typed = ("watch:split", "practise:Split an order", "assess:split-1", "assess:Merge: two orders@0")
    points = [parse_point(text, library.catalog) for text in typed]
    assert [(p.kind, p.demo_id, p.after_days) for p in points] == [
        ("watch", "split-1", 0), ("practise", "split-1", 0), ("assess", "split-1", 3), ("assess", "merge-1", 0)
    ]  # fmt: skip
    assert parse_point("sign-off:Shift lead=Tom, Ana", library.catalog) == Point(
        kind=PointKind.SIGN_OFF, role="Shift lead", by=("Tom", "Ana")
    )
    for wrong in ("split-1", "dance:split-1", "watch:", "sign-off: =Tom"):
        with pytest.raises(LibraryError, match=r"no point|needs a role"):
            parse_point(wrong, library.catalog)
    with pytest.raises(LibraryError, match="cannot wait"):
        parse_point("assess:split-1@999", library.catalog)
    with pytest.raises(DemoNotFound):
        parse_point("watch:nothing", library.catalog)


def test_the_usual_plan_is_all_with_help_first_then_all_alone_then_the_sign_off(library: Library) -> None:
    demos = [library.catalog.get("split-1"), library.catalog.get("merge-1")]
    points = usual_points(demos, sign_off="Shift lead")
    assert [point.kind.value for point in points] == [
        "watch", "practise", "watch", "practise", "assess", "assess", "sign_off"
    ]  # fmt: skip


def test_pathways_are_beside_the_demos_and_disturb_no_check(library: Library) -> None:
    made = pathways_of(library).create("Orders", (watch("split-1"),))
    assert (library.folder / "pathways" / made.pathway_id / "v1" / "pathway.json").is_file()
    assert isinstance(library.catalog, SqliteCatalog)
    assert list(library.store.strays(library.catalog.list())) == []
    with open_library(library.folder.parent / "copy", cache=library.folder.parent / "other") as copy:
        for _ in range(2):
            pathways_of(library).copy_to(pathways_of(copy))
            assert pathways_of(copy).all() == [made]
