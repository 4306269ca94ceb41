"""What people ask for stands among the gaps and says so, and what older showhows wrote down is taken along, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.catalog.usage import Use
from library.learning.needs.words import can_ask
from library.learning.notes.model import NoteKind
from library.learning.signals.gaps import Reason, gaps
from library.learning.signals.signals import unhelpful
from library.search.search import search
from tests.library.factories import demo
from tests.library.learning.conftest import SharedLibrary


def why(shared: SharedLibrary, name: str = "lead") -> dict[str, dict[Reason, int]]:
    catalog, needs = shared.library(name).catalog, shared.machine(name).needs.every()
    return {gap.query: dict(gap.why) for gap in gaps(catalog, catalog.use, needs=needs)}


def wish_of_before(catalog: Catalog, query: str, who: str = "") -> None:
    """As a showhow without needs logged it."""
    catalog.use._note("note_search", who, query=query, hits=0, visit="v", asked=1)


def test_a_need_counts_beside_the_searches_for_the_same_and_says_why(shared: SharedLibrary) -> None:
    shared.library("lead").catalog.use.note_search("feed the zebra", 0, visit="a")
    shared.machine("ana").needs.ask("feed zebras")
    shared.machine("bo").needs.ask("zebra feeding")
    assert why(shared) == {"feed zebras": {Reason.ASKED: 2, Reason.NOTHING: 1}}


def test_a_need_counts_where_something_was_found_and_ends_when_it_is_answered(shared: SharedLibrary) -> None:
    shared.file("leave-1", "Book leave", "Open the calendar")
    need = shared.machine("ana").needs.ask("book leave")
    assert why(shared) == {"book leave": {Reason.ASKED: 1}}
    shared.machine("filer").needs.answer(need.need_id, "leave-1")
    assert why(shared) == {}


def test_what_was_asked_for_is_not_taken_for_mistyped(shared: SharedLibrary) -> None:
    shared.file("order-1", "Raise a purchase order", "Open the menu")
    shared.machine("lead").needs.ask("purchse")
    for query in ("vacation days", "purchaze"):
        shared.library("lead").catalog.use.note_search(query, 0)
    assert list(why(shared))[-1] == "purchaze"


def test_asking_is_offered_only_where_nothing_answers(catalog: Catalog) -> None:
    catalog.insert(demo("order-1", "Raise a purchase order", "Open the menu"))
    offered = {
        query: can_ask(search(catalog, query)) for query in ("purchase", "zebra", "purchse", "raise zebra", "?!")
    }
    assert offered == {"purchase": False, "zebra": True, "purchse": True, "raise zebra": False, "?!": False}


def test_wishes_and_feedback_of_an_older_showhow_are_needs_and_notes_once(shared: SharedLibrary) -> None:
    shared.file("bad-1", "Bad one")
    log = shared.library("ana").catalog.use
    wish_of_before(shared.library("ana").catalog, "feed the zebra")
    log.note("bad-1", Use.NO_HELP)
    for _ in range(2):
        shared.machine("ana")
    learning = shared.machine("lead")
    assert [(need.query, len(need.votes)) for need in learning.needs.every()] == [("feed the zebra", 1)]
    assert [(note.demo_id, note.kind) for note in learning.notes.every()] == [("bad-1", NoteKind.STUCK)]
    assert why(shared) == {"feed the zebra": {Reason.ASKED: 1}}
    assert why(shared, "ana") == {"feed the zebra": {Reason.ASKED: 1}}


def test_what_is_noted_now_is_not_taken_along_again(shared: SharedLibrary) -> None:
    shared.file("good-1", "Good one")
    shared.machine("ana").notes.add("good-1", NoteKind.HELPED)
    shared.machine("ana")
    assert len(shared.machine("lead").notes.every()) == 1


def test_demos_that_did_not_help_are_named(shared: SharedLibrary) -> None:
    shared.file("bad-1", "Bad one")
    shared.file("good-1", "Good one")
    for who, name, kind in (
        ("a", "bad-1", NoteKind.STUCK), ("a", "good-1", NoteKind.HELPED), ("b", "good-1", NoteKind.STUCK),
    ):  # fmt: skip
        shared.machine(who).notes.add(name, kind)
    found = unhelpful(shared.library("lead").catalog.list(), shared.machine("lead").notes.every())
    assert [(one.demo_id, one.helped, one.did_not) for one in found] == [("bad-1", 0, 1)]


@pytest.mark.parametrize("shared", ["folder"], indirect=True)
def test_a_library_that_cannot_be_written_takes_nothing_along_and_is_read(shared: SharedLibrary) -> None:
    shared.machine("ana").needs.ask("feed the zebra")
    library = shared.library("bo")
    wish_of_before(library.catalog, "tame a lion")
    Path(library.local / "in the way").write_text("")
    object.__setattr__(library, "local", library.local / "in the way" / "below")
    assert [need.query for need in shared.machine("bo").needs.every()] == ["feed the zebra"]
