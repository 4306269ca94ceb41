"""A library's own language: what means the same there, in a folder and in a team's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.catalog.usage import Search, Use, UseEvent
from library.connection.library import Library, open_library
from library.connection.synonyms import FolderSynonyms, Group, TeamSynonyms
from library.connection.team import TeamState
from library.learning.signals.synonym_suggestions import suggested
from library.model import LibraryError
from library.search.search import search
from tests.library.conftest import emptied
from tests.library.factories import demo


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as opened:
        opened.catalog.put_all(
            [
                (demo("order-1", "Raise a purchase order", "Open the menu"), 0),
                (demo("leave-1", "Book annual leave", "Open the calendar"), 0),
                (demo("po-1", "Print a PO", "Press print"), 0),
            ]
        )
        yield opened


def found(catalog: Catalog, query: str) -> set[str]:
    return {hit.demo_id for hit in search(catalog, query).hits if not hit.partial}


def test_a_synonym_finds_the_other_words_both_ways(library: Library) -> None:
    assert library.synonyms.add("PO", "purchase order")
    assert library.synonyms.add("holiday", "annual leave")
    assert found(library.catalog, "PO") == {"order-1", "po-1"}
    assert found(library.catalog, "purchase order") == {"order-1", "po-1"}
    assert found(library.catalog, "book holidays") <= {"leave-1"}
    assert found(library.catalog, "book a holiday") == {"leave-1"}
    assert library.synonyms.remove("HOLIDAY") == (("holiday", "annual leave"),)
    assert found(library.catalog, "book a holiday") == set()


def test_the_parts_of_a_phrase_apart_are_not_the_synonym(library: Library) -> None:
    library.catalog.insert(demo("apart-1", "Order the purchase list", "Open it"))
    library.synonyms.add("PO", "purchase order")
    hits = [hit.demo_id for hit in search(library.catalog, "PO").hits]
    assert hits.index("apart-1") > max(hits.index("order-1"), hits.index("po-1"))


def test_the_file_can_be_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text("# ours\nPO = purchase order = Bestellung\nalone\n = \n", encoding="utf-8")
    kept = FolderSynonyms(tmp_path)
    assert kept.groups() == (("PO", "purchase order", "Bestellung"),)
    assert not kept.add("bestellung", "po")
    assert kept.add("VAT", "sales tax")
    kept.remove("Bestellung")
    assert kept.path.read_text("utf-8").splitlines() == [
        "# ours",
        "PO = purchase order",
        "alone",
        " = ",
        "VAT = sales tax",
    ]
    assert kept.folded() == (("po", "purchase order"), ("vat", "sales tax"))


@pytest.mark.parametrize(
    ("term", "meaning"), [("", "x"), ("x", "…"), ("PO", "p.o."), ("po", "PO"), ("a b c d e f g", "x")]
)
def test_what_cannot_be_a_synonym_is_refused_in_one_line(tmp_path: Path, term: str, meaning: str) -> None:
    kept = FolderSynonyms(tmp_path)
    if (term, meaning) == ("PO", "p.o."):
        assert kept.add(term, meaning)  # other words to a search
        return
    with pytest.raises(LibraryError):
        kept.add(term, meaning)
    with pytest.raises(LibraryError, match="not among"):
        kept.remove("x")


class FailingSynonyms(FolderSynonyms):
    """Synonyms that cannot be read while ``fails``."""

    fails = False

    def groups(self) -> tuple[Group, ...]:
        if self.fails:
            raise LibraryError("The synonyms cannot be read", "Try again.")
        return super().groups()


def test_after_a_read_that_failed_the_next_search_reads_again(library: Library) -> None:
    kept = FailingSynonyms(library.folder)
    library.catalog.read_synonyms_with(kept.folded)
    kept.add("BANF", "purchase order")
    kept.fails = True
    assert not found(library.catalog, "BANF")
    kept.fails = False
    assert found(library.catalog, "BANF") == {"order-1"}


def test_a_team_keeps_them_in_its_database(team_database: str, tmp_path: Path) -> None:
    catalog = emptied(team_database, tmp_path)
    kept = TeamSynonyms(TeamState(catalog))
    catalog.read_synonyms_with(kept.folded)
    catalog.insert(demo("order-1", "Raise a purchase order", "Open the menu"))
    assert kept.add("BANF", "purchase order")
    assert not kept.add("purchase order", "banf")
    assert kept.groups() == (("BANF", "purchase order"),)
    assert found(catalog, "BANF") == {"order-1"}
    kept.remove("banf")
    assert (kept.groups(), catalog.synonyms()) == ((), ())
    catalog.close()


def test_what_failed_and_then_succeeded_within_a_minute_is_suggested() -> None:
    searches = [
        Search(0, "vacation days", 0, visit="a"), Search(20_000, "annual leave days", 2, visit="a"),
        Search(0, "vacation", 0, visit="b"), Search(30_000, "annual leave", 1, visit="b"),
        Search(0, "printer", 0, visit="c"), Search(300_000, "lunch", 1, visit="c"),  # much later
        Search(0, "lunch", 2, visit="d"), Search(1_000, "printer", 2, visit="d"),  # the first did not fail
        Search(0, "menu", 0), Search(1_000, "lunch", 1),  # who knows whose
    ]  # fmt: skip
    uses = [UseEvent(40_000, "leave-1", Use.REPLAY, "a")]
    assert suggested(searches, uses) == [("vacation", "annual leave", 2)]
    assert suggested(searches, uses, [("vacation", "annual leave")]) == []
