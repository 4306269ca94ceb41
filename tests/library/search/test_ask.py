"""A complete question is answered by words and by meaning: exact titles first, and no answer where nobody has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.catalog.catalog import Catalog
from library.meaning.meaning import MeaningSearch
from library.meaning.near import NearDemo
from library.model import Found, Hit
from library.search.ask import ask
from library.search.fusion import joined
from library.search.search import search
from library.search.sections import headings
from tests.library.factories import demo
from tests.support.sentence_model import made_sentence_model

ORDER = demo(
    "order", "Raise a purchase order", "Open the menu", "Choose the supplier", tags=["purchasing"], author="Priya"
)
OLDER = demo("older", "Order paper", "Open the catalogue", "Pick the paper", tags=["office"], age_days=90)
LEAVE = demo("leave", "Book leave", "Open the calendar", "Send the request", author="Aisha")
PRINTER = demo("printer", "Printer jam", "The printer is stuck", "Open the lid")


@pytest.fixture
def meaning(catalog: Catalog, tmp_path: Path) -> MeaningSearch:
    catalog.put_all((one, 0) for one in (ORDER, OLDER, LEAVE, PRINTER))
    made = MeaningSearch(catalog, made_sentence_model(tmp_path / "models"))
    made.fill()
    return made


def answers(found: Found) -> list[str]:
    return list(dict.fromkeys(hit.demo_id for hit in found.hits if not hit.nearest))


def test_other_words_for_the_same_find_the_demo_and_say_why(catalog: Catalog, meaning: MeaningSearch) -> None:
    assert "leave" not in [hit.demo_id for hit in search(catalog, "holiday").hits]
    found = ask(catalog, meaning, "holiday")
    assert answers(found) == ["leave"]
    assert found.hits[0].why == "meaning"
    assert found.hits[0].start_ms in {step.start_ms for step in LEAVE.steps}


def test_the_step_that_means_it_is_the_one_to_replay(catalog: Catalog, meaning: MeaningSearch) -> None:
    first = ask(catalog, meaning, "vendor").hits[0]
    assert (first.demo_id, first.step, first.start_ms) == ("order", 2, ORDER.steps[1].start_ms)


def test_words_of_the_question_that_are_there_are_marked_in_a_hit_by_meaning(
    catalog: Catalog, meaning: MeaningSearch
) -> None:
    first = ask(catalog, meaning, "pick vendor supplier").hits[0]
    assert first.demo_id == "order"
    assert [first.snippet[one.start : one.end] for one in first.matches] == ["supplier"]


@pytest.mark.parametrize("query", ["order paper", "Printer jam", "raise a purchase order"])
def test_a_title_as_it_is_stays_first(catalog: Catalog, meaning: MeaningSearch, query: str) -> None:
    assert ask(catalog, meaning, query).hits[0].title.casefold() == query.casefold()
    assert ask(catalog, meaning, query).hits[0].why == "words"


def test_a_question_nobody_has_answered_is_given_the_nearest_and_no_answer(
    catalog: Catalog, meaning: MeaningSearch
) -> None:
    found = ask(catalog, meaning, "request to pay an invoice and reset a password")
    assert answers(found) == []
    assert found.answers == 0
    assert found.hits[0].demo_id == "leave"
    assert next(line for line, _ in headings(found.hits)) == "Nobody has shown this; nearest:"


def test_what_is_only_near_stands_below_the_answers(catalog: Catalog, meaning: MeaningSearch) -> None:
    found = ask(catalog, meaning, "create purchase order")
    marks = [hit.nearest for hit in found.hits]
    assert found.hits[0].demo_id == "order"
    assert marks == sorted(marks)
    assert all(len({hit.step for hit in found.hits if hit.demo_id == one}) <= 3 for one in answers(found))


@pytest.mark.parametrize(
    ("query", "ids"),
    [("create order author:aisha", []), ("create order author:priya", ["order"]), ("holiday tag:office", [])],
)
def test_filters_hold_for_meaning_too(catalog: Catalog, meaning: MeaningSearch, query: str, ids: list[str]) -> None:
    found = ask(catalog, meaning, query)
    assert answers(found) == ids
    assert {hit.demo_id for hit in found.hits} <= {
        "leave" if "aisha" in query else "order" if "priya" in query else "older"
    }


def test_an_old_demo_that_passes_the_filter_is_found_by_meaning_among_thousands_of_newer_ones(
    catalog: Catalog, tmp_path: Path
) -> None:
    newer = [demo(f"jam-{number}", "Printer jam", tags=["office"]) for number in range(2_500)]
    old = demo("old", "Book leave", "Open the calendar", tags=["office"], age_days=400)
    catalog.put_all((one, 0) for one in [old, LEAVE, *newer])
    meaning = MeaningSearch(catalog, made_sentence_model(tmp_path / "models"))
    meaning.fill()
    assert answers(ask(catalog, meaning, "vacation tag:office")) == ["old"]


@pytest.mark.parametrize(
    "query", ["", "   ", '"purchase order"', "author:priya", "?!", "🎉", "購入", "كيف أطبع", "x" * 1000, "the of to"]
)
def test_any_text_can_be_asked_and_gets_what_its_words_find_at_least(
    catalog: Catalog, meaning: MeaningSearch, query: str
) -> None:
    by_words = {hit.demo_id for hit in search(catalog, query).hits}
    assert by_words <= {hit.demo_id for hit in ask(catalog, meaning, query).hits}
    assert meaning.trouble == ""


def test_without_a_model_it_is_the_search_by_words(catalog: Catalog, meaning: MeaningSearch) -> None:
    for query in ("order", "holiday", "printer stuck"):
        for none in (None, MeaningSearch(catalog)):
            assert ask(catalog, none, query).hits == search(catalog, query).hits


def test_a_demo_removed_since_its_vectors_were_made_is_not_shown(catalog: Catalog, meaning: MeaningSearch) -> None:
    catalog.remove("leave")
    assert "leave" not in [hit.demo_id for hit in ask(catalog, meaning, "holiday").hits]


def hit(demo_id: str, score: float, *, partial: bool = False) -> Hit:
    return Hit(
        demo_id=demo_id, title=demo_id, step=1, step_title="", start_ms=0, snippet="", score=score, partial=partial
    )


def near_demo(demo_id: str, likeness: float) -> NearDemo:
    return NearDemo(demo_id, likeness, (1,), sureness=likeness)


def test_all_words_are_an_answer_whatever_the_meaning_and_some_words_help_it() -> None:
    near = [near_demo("far", 0.1), near_demo("close", 0.47), near_demo("closer", 0.47)]
    ranked = joined([hit("closer", 9, partial=True), hit("far", 9)], near, 0.5, ())
    assert [one.demo_id for one in ranked] == ["closer", "far", "close"]
    assert [one.answers for one in ranked] == [True, True, False]


def test_where_meaning_says_nothing_the_order_is_that_of_the_words() -> None:
    near = [near_demo("third", 0.2), near_demo("second", 0.1), near_demo("first", 0.0)]
    ranked = joined([hit("first", 9), hit("second", 8), hit("third", 7)], near, 0.5, ())
    assert [one.demo_id for one in ranked] == ["first", "second", "third"]


def test_a_title_with_the_words_in_order_stays_before_a_demo_that_is_nearer_in_meaning() -> None:
    near = [near_demo("nearer", 0.95), near_demo("titled", 0.4)]
    ranked = joined([hit("nearer", 9), hit("titled", 8)], near, 0.5, {"titled"})
    assert [one.demo_id for one in ranked] == ["titled", "nearer"]
