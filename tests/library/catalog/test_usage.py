"""What is kept of a library's use, on both engines: no names unasked, gaps by how much they are wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.usage import Search, Use, UseEvent, Visit
from library.learning.signals.gaps import Reason, gaps, missed, unmet
from tests.library.factories import demo


def test_searches_append_with_their_number_of_hits(catalog: Catalog) -> None:
    catalog.use.note_search("purchase order", 3, "Priya")
    catalog.use.note_search("  ", 0)
    kept = catalog.use.searches()
    assert [(one.query, one.hits) for one in kept] == [("purchase order", 3)]
    assert catalog.use.searches(kept[0].at_unix_ms + 1) == []


def test_names_are_kept_only_while_the_owner_wants_them(catalog: Catalog) -> None:
    assert not catalog.use.names
    catalog.use.note_search("a b", 0, "Priya")
    catalog.use.keep_names(True)
    catalog.use.note_search("a b", 0, "Tom")
    assert [one.who for one in catalog.use.searches()] == ["", "Tom"]
    assert gaps(catalog, catalog.use)[0].who == ("Tom",)
    catalog.use.keep_names(False)
    assert [one.who for one in catalog.use.searches()] == ["", ""]


def test_gaps_are_what_was_not_found_most_wanted_first(catalog: Catalog) -> None:
    for query in ("vacation days", "reset a password", "how do I reset passwords", "print a label"):
        catalog.use.note_search(query, 0)
    catalog.use.note_search("raise order", 4)
    found = gaps(catalog, catalog.use)
    assert (found[0].query, found[0].times) == ("how do I reset passwords", 2)
    assert {gap.query for gap in found} == {"how do I reset passwords", "vacation days", "print a label"}
    assert len(gaps(catalog, catalog.use, limit=1)) == 1


def test_a_misspelt_search_comes_last_with_what_was_perhaps_meant(catalog: Catalog) -> None:
    catalog.insert(demo("order-1", "Raise a purchase order", "Open the menu"))
    for query in ("purchse", "purchse", "vacation days"):
        catalog.use.note_search(query, 0)
    found = gaps(catalog, catalog.use)
    assert [(gap.query, gap.nearest) for gap in found] == [("vacation days", ""), ("purchse", "purchase")]


def test_a_gap_that_somebody_filled_is_none_any_more(catalog: Catalog) -> None:
    catalog.use.note_search("reset password", 0)
    catalog.insert(demo("reset-1", "Reset a password", "Click forgotten"))
    assert not gaps(catalog, catalog.use)


def test_searches_for_the_same_thing_are_one_gap_whatever_their_order_and_endings() -> None:
    searches = [Search(1, "export reports", 0), Search(2, "Report export", 0), Search(3, "report", 2)]
    assert [(gap.query, gap.times, gap.last_unix_ms) for gap in missed(unmet(searches))] == [("Report export", 2, 2)]


def test_replays_and_feedback_rank_a_demo(catalog: Catalog) -> None:
    for name, use in (("bad-1", Use.NO_HELP), ("good-1", Use.HELPED), ("good-1", Use.NO_HELP), ("good-1", Use.REPLAY)):
        catalog.use.note(name, use)
    assert catalog.used(["bad-1", "good-1", "new-1"]) == {"bad-1": -3, "good-1": 1}


def test_use_outlives_an_index_made_anew(catalog: Catalog) -> None:
    catalog.use.note("one-1", Use.REPLAY)
    catalog.renew()
    assert catalog.use.used(["one-1"]) == {"one-1": 1}


def test_nothing_is_written_where_nothing_was_noted(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path)
    assert catalog.used(["a"]) == {}
    assert [path.name for path in tmp_path.glob("*use*")] == []
    catalog.use.note_search("x y", 0)
    assert (tmp_path / "index-use.sqlite").exists()
    catalog.close()


@pytest.mark.parametrize("query", ["\x00\x1b[31m", "x" * 10_000, "'; DROP TABLE searches; --", "\ud800"])
def test_whatever_was_typed_can_be_noted(catalog: Catalog, query: str) -> None:
    catalog.use.note_search(query, 0)
    assert all(len(one.query) <= 300 for one in catalog.use.searches())


def test_a_search_counts_as_unmet_when_its_person_searched_again_at_once_or_was_not_helped(catalog: Catalog) -> None:
    searches = [
        Search(0, "vacation days", 3, visit="a"), Search(30_000, "annual leave", 3, visit="a"),
        Search(0, "print", 3, visit="b"), Search(200_000, "label", 3, visit="b"),  # minutes later
        Search(0, "scan", 3, visit="c"), Search(20_000, "copy", 3, visit="c"),  # a demo was opened between
        Search(0, "export", 3, visit="d"),
        Search(0, "one", 3), Search(1_000, "two", 3),  # who knows whose
        Search(0, "purch", 3, visit="e"), Search(9_000, "purchase order", 3, visit="e"),  # still typing
    ]  # fmt: skip
    uses = [
        UseEvent(10_000, "scan-1", Use.REPLAY, "c"),
        UseEvent(5_000, "x-1", Use.REPLAY, "d"), UseEvent(90_000, "x-1", Use.NO_HELP, "d"),
    ]  # fmt: skip
    found = [(one.search.query, one.reason) for one in unmet(searches, uses)]
    assert sorted(found) == [("export", Reason.NO_HELP), ("vacation days", Reason.AGAIN)]


def test_gaps_say_why_each_counts_and_end_with_a_newer_demo(catalog: Catalog) -> None:
    catalog.insert(demo("days-1", "Count days", "open it", age_days=3))
    catalog.use.note_search("days", 1, visit="a")
    catalog.use.note_search("leave", 0, visit="a")
    catalog.use.note_search("leave of absence days", 0, visit="b")
    why = {gap.query: dict(gap.why) for gap in gaps(catalog, catalog.use)}
    assert why == {
        "days": {Reason.AGAIN: 1}, "leave": {Reason.NOTHING: 1}, "leave of absence days": {Reason.WEAK: 1},
    }  # fmt: skip
    catalog.insert(demo("days-2", "Days of leave", "ask for days", age_days=-1))
    assert "days" not in {gap.query for gap in gaps(catalog, catalog.use)}


def test_a_visit_ends_with_an_opened_demo() -> None:
    visit = Visit()
    first = visit.searching()
    assert visit.searching() == first == visit.opening() == visit.opening()
    assert visit.searching() != first
