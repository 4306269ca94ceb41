"""Phrases, filters, other spellings, use and cancelling: what a search does beyond plain words, on both engines."""

from __future__ import annotations

import random
import time

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from capture.model import WindowChange
from library.catalog.catalog import Catalog
from library.catalog.usage import Use
from library.model import Demo, Found
from library.search.query import read_query
from library.search.search import search
from library.search.similar import more_like
from tests.library.factories import demo

DAY_MS = 86_400_000


def in_window(one: Demo, title: str) -> Demo:
    return replace(
        one, steps=tuple(replace(step, events=(WindowChange(step.start_ms, title, "Gimp"),)) for step in one.steps)
    )


@pytest.fixture(name="catalog")
def filled(catalog: Catalog) -> Catalog:
    """Both engines, with demos by two people in two programs."""
    order = demo(
        "order-1", "Raise a purchase order", "Open the order menu", "Click the new button", tags=["Finance team"],
        author="Priya Nair",
    )  # fmt: skip
    crop = demo("crop-1", "Crop a picture", "Open the order of layers", author="Tom", tags=["design"], age_days=90)
    catalog.put_all([(order, 0), (in_window(crop, "Untitled - GNU Image Manipulation Program"), 0)])
    return catalog


def ids(found: Found) -> list[str]:
    return list(dict.fromkeys(hit.demo_id for hit in found.hits))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("order author:priya", ["order-1"]),
        ("order author:pri", ["order-1"]),
        ('order author:"Priya Nair"', ["order-1"]),
        ("author:tom order", ["crop-1"]),
        ("order author:nobody", []),
        ("order tag:finance", ["order-1"]),
        ('order tag:"finance team"', ["order-1"]),
        ("order app:gimp", ["crop-1"]),
        ('order app:"image manipulation"', ["crop-1"]),
        ("order since:30d", ["order-1"]),
        ("order since:1y", ["order-1", "crop-1"]),
        ("order since:today", ["order-1"]),
        ("author:tom", ["crop-1"]),
        ("tag:design since:week", []),
        ("app:gimp", ["crop-1"]),
        ("order author:", ["order-1", "crop-1"]),
        ("order since:2026-1", ["order-1", "crop-1"]),
    ],
)
def test_filters_leave_only_what_they_ask_for(catalog: Catalog, query: str, wanted: list[str]) -> None:
    assert sorted(ids(search(catalog, query))) == sorted(wanted)


def test_a_filter_is_no_word_and_filters_of_one_kind_all_count() -> None:
    asked = read_query('raise AUTHOR:"Ann Lee" tag:a tag:b order', now_unix_ms=100 * DAY_MS)
    assert [term.word for term in asked.terms] == ["raise", "order"]
    assert asked.filters.author == ("ann", "lee")
    assert asked.filters.tag == ("a", "b")


@pytest.mark.parametrize(
    ("value", "days"), [("2d", 98), ("1w", 93), ("today", 100), ("1970-03-01", 59), ("1970-02", 31), ("soon", 0)]
)
def test_since_takes_a_date_or_an_age_and_ignores_what_it_does_not_understand(value: str, days: int) -> None:
    asked = read_query(f"x since:{value}", now_unix_ms=100 * DAY_MS)
    assert asked.filters.since_unix_ms == days * DAY_MS


def test_a_phrase_in_quotes_must_stand_together(catalog: Catalog) -> None:
    catalog.insert(demo("apart-1", "Another", "the new one has a button"))
    assert ids(search(catalog, '"new button"')) == ["order-1"]
    assert ids(search(catalog, '"new button" click')) == ["order-1"]
    assert ids(search(catalog, '"button new"')) == []
    assert ids(search(catalog, '"new but')) == ["order-1"]  # still being typed
    assert set(ids(search(catalog, "new button"))) == {"order-1", "apart-1"}


def test_words_of_windows_and_labels_are_found_after_words_that_were_said(catalog: Catalog) -> None:
    catalog.insert(demo("said-1", "Thing", "we manipulation do now and then in this very long winded sentence"))
    assert ids(search(catalog, "manipulation")) == ["said-1", "crop-1"]


def test_what_can_be_read_on_a_still_is_found_last(catalog: Catalog) -> None:
    one = demo("screen-1", "Thing", "press it")
    catalog.insert(replace(one, steps=(replace(one.steps[0], screen_text="Quarterly Ledger"),)))
    catalog.insert(demo("said-1", "Thing", "the ledger"))
    assert ids(search(catalog, "ledger")) == ["said-1", "screen-1"]
    assert search(catalog, "quarterly led").hits[0].step == 1


def test_a_misspelt_word_is_mended_when_nothing_has_it(catalog: Catalog) -> None:
    found = search(catalog, "purchse order")
    assert (found.suggestion, found.mended) == ("purchase order", True)
    assert ids(found) == ["order-1"]
    assert not search(catalog, "purchase order").mended


def test_the_other_words_decide_which_spelling_is_meant(catalog: Catalog) -> None:
    catalog.put_all((demo(f"m-{n}", "Feed the hens", "feed the hens"), 0) for n in range(9))
    assert search(catalog, "menu feed").hits  # some words will do
    assert search(catalog, "oder henu").suggestion.endswith("menu")  # hens is commoner, but no order has any


def test_nonsense_finds_nothing_rather_than_something(catalog: Catalog) -> None:
    for query in ("xqzvw", "qq", "order xqzvwkk", "zz order"):
        found = search(catalog, query)
        assert not found.hits or "order" in query, query
    assert not search(catalog, "xqzvw qwzkx").hits


def test_use_decides_between_equals_and_nothing_else(catalog: Catalog) -> None:
    catalog.put_all((demo(f"same-{n}", "Thing", "a zebra there"), 0) for n in range(3))
    catalog.insert(demo("better-1", "Zebra", "nothing"))
    for _ in range(40):
        catalog.use.note("same-0", Use.REPLAY)
    assert ids(search(catalog, "zebra"))[:2] == ["better-1", "same-0"]
    for _ in range(40):
        catalog.use.note("same-0", Use.NO_HELP)
    assert ids(search(catalog, "zebra"))[1] != "same-0"


def test_the_answer_stays_the_same_while_nothing_changes(catalog: Catalog) -> None:
    catalog.put_all((demo(f"t-{n}", f"Thing {n % 7}", f"press the button {n % 5}"), 0) for n in range(50))
    first = [(hit.demo_id, hit.step) for hit in search(catalog, "press the but").hits]
    assert [(hit.demo_id, hit.step) for hit in search(catalog, "press the butt").hits] == first


def test_a_search_stops_when_it_is_told_to(catalog: Catalog) -> None:
    calls = []

    def pause() -> None:
        calls.append(1)
        if len(calls) > 1:
            raise Cancelled("the next key came")

    with pytest.raises(Cancelled):
        search(catalog, "open the order", pause=pause)
    assert len(calls) == 2
    assert search(catalog, "open the order").hits  # and the next one works


def test_more_like_this_finds_what_shares_its_telling_words(catalog: Catalog) -> None:
    catalog.insert(demo("near-1", "Approve a purchase order", "Open the order menu", "Press the approve button"))
    catalog.put_all((demo(f"far-{n}", f"Water the plants {n}", "pour the water"), 0) for n in range(20))
    found = more_like(catalog, catalog.get("order-1"))
    assert ids(found)[0] == "near-1"
    assert "order-1" not in ids(found)
    assert not any(name.startswith("far") for name in ids(found))
    assert not any(hit.partial or hit.nearest for hit in found.hits)


def test_both_engines_give_the_same_answers(tmp_path_factory: pytest.TempPathFactory, team_database: str) -> None:
    from library.catalog.postgres_catalog import PostgresCatalog
    from library.catalog.sqlite_catalog import SqliteCatalog
    from tests.benches.corpus import Corpus

    folder = tmp_path_factory.mktemp("both")
    corpus, dice = Corpus(), random.Random(3)  # noqa: S311  queries, no secrets
    some = list(corpus.demos(600))
    catalogs: list[Catalog] = [SqliteCatalog(folder / "i.sqlite", folder), PostgresCatalog(team_database, folder)]
    for one in catalogs:
        one.renew()
        one.put_all((each, 0) for each in some)
        one.remove("demo-7")
    queries = [" ".join(corpus.said(dice, dice.randint(1, 3)))[: dice.randint(2, 14)] for _ in range(60)]
    queries += ["opening menus", "how do i open zxqv menus", "open-menu", "openmenu pressed", "om", "2-factor menu"]
    queries += ["author:a the", "tag:the open", 'since:2024 "open the"', "opne the", "zz"]
    begun = time.monotonic()
    for query in queries:
        first, second = (search(one, query) for one in catalogs)
        assert first.hits == second.hits, query
        assert (first.suggestion, first.mended) == (second.suggestion, second.mended)
    assert time.monotonic() - begun < 120
    for one in catalogs:
        one.close()
