"""What people ask for stands among the gaps and says so, on both engines and on a shared folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.connection import library as opening
from library.connection.library import open_library
from library.learning.gaps import Reason, gaps
from library.learning.wishes import ask_for, can_ask
from library.model import LibraryError
from library.search.search import search
from tests.library.factories import demo


def why(catalog: Catalog) -> dict[str, dict[Reason, int]]:
    return {gap.query: dict(gap.why) for gap in gaps(catalog, catalog.use)}


def test_a_wish_counts_beside_the_searches_for_the_same_and_says_why(catalog: Catalog) -> None:
    catalog.use.note_search("feed the zebra", 0, visit="a")
    ask_for(catalog.use, "feed zebras", visit="a")
    assert why(catalog) == {"feed zebras": {Reason.NOTHING: 1, Reason.ASKED: 1}}


def test_a_wish_counts_where_something_was_found_and_ends_with_a_newer_demo(catalog: Catalog) -> None:
    catalog.insert(demo("leave-1", "Book leave", "Open the calendar", age_days=3))
    ask_for(catalog.use, "book leave")
    assert why(catalog) == {"book leave": {Reason.ASKED: 1}}
    catalog.insert(demo("leave-2", "Book leave anew", "Open the portal", age_days=-1))
    assert why(catalog) == {}


def test_what_was_asked_for_is_not_taken_for_mistyped(catalog: Catalog) -> None:
    catalog.insert(demo("order-1", "Raise a purchase order", "Open the menu"))
    ask_for(catalog.use, "purchse")
    catalog.use.note_search("vacation days", 0)
    catalog.use.note_search("purchaze", 0)
    assert [gap.query for gap in gaps(catalog, catalog.use)] == ["vacation days", "purchse", "purchaze"]


def test_a_wish_is_signed_only_where_the_library_keeps_names(catalog: Catalog) -> None:
    ask_for(catalog.use, "feed the zebra", "Priya")
    assert gaps(catalog, catalog.use)[0].who == ()
    catalog.use.keep_names(True)
    ask_for(catalog.use, "feed the zebra", "Tom")
    assert gaps(catalog, catalog.use)[0].who == ("Tom",)


@pytest.mark.parametrize("nothing", ["", "   ", "?!…", "tag:finance", "author:tom app:sap"])
def test_what_has_no_words_cannot_be_asked_for(catalog: Catalog, nothing: str) -> None:
    with pytest.raises(LibraryError, match="no words"):
        ask_for(catalog.use, nothing)
    assert not can_ask(search(catalog, nothing))


def test_asking_is_offered_only_where_nothing_answers(catalog: Catalog) -> None:
    catalog.insert(demo("order-1", "Raise a purchase order", "Open the menu"))
    offered = {query: can_ask(search(catalog, query)) for query in ("purchase", "zebra", "purchse", "raise zebra")}
    assert offered == {"purchase": False, "zebra": True, "purchse": True, "raise zebra": False}


def test_on_a_shared_folder_a_lead_sees_what_others_ask_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "index_path", lambda _, cache: cache / "index.sqlite")
    with open_library(tmp_path / "library", cache=tmp_path / "lead") as library:
        library.gather_use(True)
    with open_library(tmp_path / "library", cache=tmp_path / "ana") as ana:
        ask_for(ana.catalog.use, "feed the zebra", "Ana")
    with open_library(tmp_path / "library", cache=tmp_path / "lead") as lead:
        assert why(lead.catalog) == {"feed the zebra": {Reason.ASKED: 1}}
