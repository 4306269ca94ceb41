"""What every catalog must do: one suite for both engines, SQLite and a real PostgreSQL."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.model import Click
from library.catalog.catalog import Catalog
from library.index.model import Term
from library.model import Demo, DemoNotFound
from library.search.search import search
from tests.library.factories import demo


def raise_order() -> Demo:
    return demo(
        "raise-a-purchase-order-k3f9", "Raise a purchase order", "Open the menu", "Click new order", tags=["finance"]
    )


def found(catalog: Catalog, *words: str, any_of: bool = False) -> set[tuple[str, int]]:
    judged = catalog.match([Term(word) for word in words], 100, any_of=any_of)
    return {(told.demo_id, told.number) for told in catalog.details([one.entry_id for one in judged])}


def test_what_is_put_is_got_back_whole(catalog: Catalog, tmp_path: Path) -> None:
    one = raise_order()
    catalog.insert(one)
    assert catalog.get(one.demo_id) == replace(one, path=tmp_path / "demos" / one.demo_id / "v1")
    assert catalog.count() == 1


def test_a_new_version_takes_the_place_of_the_old_one_and_an_old_one_changes_nothing(catalog: Catalog) -> None:
    one = raise_order()
    catalog.insert(one)
    catalog.insert(replace(one, version=2, title="Order paper"))
    catalog.insert(one)
    assert catalog.get(one.demo_id).title == "Order paper"
    assert catalog.count() == 1
    assert not found(catalog, "raise")
    assert found(catalog, "paper")


def test_a_removed_demo_is_not_found_any_more_and_removing_it_again_does_nothing(catalog: Catalog) -> None:
    one = raise_order()
    catalog.insert(one)
    catalog.remove(one.demo_id)
    catalog.remove(one.demo_id)
    assert catalog.count() == 0
    assert not found(catalog, "menu")
    assert not catalog.vocabulary()
    with pytest.raises(DemoNotFound, match="showhow list"):
        catalog.get(one.demo_id)


@pytest.mark.parametrize(
    "name",
    ["raise-a-purchase-order-k3f9", "RAISE-A", "raise", "r", "raise a  PURCHASE order", " Raise a purchase order "],
)
def test_a_demo_is_named_by_id_by_the_beginning_of_its_id_or_by_its_title(catalog: Catalog, name: str) -> None:
    catalog.insert(raise_order())
    catalog.insert(demo("approve-x2y4", "Approve a purchase order"))
    assert catalog.resolve(name).demo_id == "raise-a-purchase-order-k3f9"


@pytest.mark.parametrize("name", ["", "zzz", "%", "_", "'", "raise%", "\x00", "x" * 5000, "purchase"])
def test_a_name_that_fits_nothing_is_one_line(catalog: Catalog, name: str) -> None:
    catalog.insert(raise_order())
    catalog.insert(demo("approve-x2y4", "Approve"))
    with pytest.raises(DemoNotFound) as caught:
        catalog.resolve(name)
    assert "\n" not in str(caught.value)


def test_a_name_that_fits_several_demos_names_them(catalog: Catalog) -> None:
    catalog.insert(demo("raise-a-k3f9", "Raise"))
    catalog.insert(demo("raise-b-k3f9", "raise"))
    for name in ("rais", "RAISE"):
        with pytest.raises(DemoNotFound, match=r"2 demos.*raise-[ab]-k3f9, raise-[ab]-k3f9"):
            catalog.resolve(name)


def test_an_id_wins_over_a_longer_id_that_begins_so(catalog: Catalog) -> None:
    catalog.insert(demo("raise", "One"))
    catalog.insert(demo("raise-2", "Two"))
    assert catalog.resolve("raise").title == "One"


def test_the_list_is_newest_first_and_light(catalog: Catalog) -> None:
    old = demo("old-1", "Old", "Words", age_days=3)
    new = demo("new-1", "New", "More words")
    new = replace(new, steps=tuple(replace(step, events=(Click(1, 2, 3),)) for step in new.steps))
    catalog.insert(new)
    catalog.insert(old)
    listed = catalog.list()
    assert [one.demo_id for one in listed] == ["new-1", "old-1"]
    assert not listed[0].transcript.segments
    assert not listed[0].steps[0].events
    assert [step.title for step in listed[0].steps] == ["More words"]


def test_a_hit_says_when_its_demo_is_to_be_looked_at_again(catalog: Catalog) -> None:
    catalog.insert(replace(demo("due-1", "Open the menu", "Press it"), review_unix_ms=1_000))
    catalog.insert(demo("never-1", "Open the door", "Pull it"))
    for query in ("open", ""):
        found = {hit.demo_id: hit for hit in search(catalog, query).hits}
        assert found["due-1"].review_unix_ms == 1_000
        assert (found["due-1"].stale(999), found["due-1"].stale(1_000)) == (False, True)
        assert found["never-1"].review_unix_ms is None
        assert not found["never-1"].stale(1 << 60)


def test_a_hit_of_a_catalog_filled_before_review_dates_were_kept_apart_says_so_too(catalog: Catalog) -> None:
    catalog.insert(replace(demo("due-1", "Open the menu"), review_unix_ms=1_000))
    catalog._run(  # type: ignore[attr-defined]  # as the migration leaves rows
        lambda session: session.connection.execute("UPDATE demos SET review_unix_ms = -1"), write=True
    )
    assert search(catalog, "menu").hits[0].review_unix_ms == 1_000


SCRIPTS = ["ألف باء", "画面の共有", "\U0001f469\u200d\U0001f4bb", "ßẞİıǅ"]
NAMES = ["x" * 10_000, "word " * 2_000, "../../etc/passwd", "'; DROP TABLE demos; --", "%_\\*?[", *SCRIPTS]


@pytest.mark.parametrize("name", NAMES, ids=[f"{name[:8]!a}" for name in NAMES])
def test_a_demo_of_any_name_is_kept_found_and_told_apart(catalog: Catalog, name: str) -> None:
    catalog.insert(raise_order())
    catalog.insert(demo("odd-1", name, name, tags=[name[:40]]))
    assert catalog.get("odd-1").title == name
    assert catalog.resolve(name).demo_id == "odd-1"
    assert [one.demo_id for one in catalog.list() if one.title == name] == ["odd-1"]
    if any(character.isalnum() for character in name):
        assert search(catalog, name).hits[0].demo_id == "odd-1"
    catalog.remove("odd-1")
    assert [one.demo_id for one in catalog.list()] == [raise_order().demo_id]
    assert not catalog.faults()


def test_stamps_are_kept(catalog: Catalog) -> None:
    catalog.put_all([(raise_order(), 7), (demo("approve-1", "Approve"), 8)])
    assert catalog.stamps() == {"raise-a-purchase-order-k3f9": 7, "approve-1": 8}
    catalog.insert(raise_order(), 9)
    assert catalog.stamps()["raise-a-purchase-order-k3f9"] == 9


def test_all_terms_must_be_in_one_step_or_its_demo(catalog: Catalog) -> None:
    catalog.insert(raise_order())
    name = "raise-a-purchase-order-k3f9"
    assert found(catalog, "open", "menu") == {(name, 1)}
    assert found(catalog, "open", "click") == set()
    assert (name, 2) in found(catalog, "click", "purchase")  # one word said, the other in the demo's title
    assert found(catalog, "open", "click", any_of=True) == {(name, 1), (name, 2)}
    assert found(catalog, "finance") == {(name, 0)}


def test_words_before_the_first_step_and_without_any_step_are_found(catalog: Catalog) -> None:
    whole = raise_order()
    catalog.insert(replace(whole, steps=whole.steps[1:2]))
    catalog.insert(replace(demo("bare-1", "Bare", "Nothing but narration"), steps=()))
    assert found(catalog, "menu") == {(whole.demo_id, 0)}
    assert found(catalog, "narration") == {("bare-1", 0)}


def test_every_spoken_word_is_found_even_where_a_step_says_something_else(catalog: Catalog) -> None:
    one = raise_order()
    catalog.insert(replace(one, steps=(replace(one.steps[0], text="As agreed"), one.steps[1])))
    assert found(catalog, "menu") == found(catalog, "agreed") == {(one.demo_id, 1)}


def test_no_more_demos_are_given_than_asked_for_and_of_equals_the_newest(catalog: Catalog) -> None:
    catalog.put_all((demo(f"d-{n}", f"Thing {n}", "press the button"), 0) for n in range(60))
    found = catalog.details([one.entry_id for one in catalog.match([Term("button")], 20)])
    assert {one.demo_id for one in found} == {f"d-{n}" for n in range(40, 60)}


def test_a_title_is_found_however_many_newer_texts_have_the_words(catalog: Catalog) -> None:
    catalog.insert(demo("wanted-1", "The button", age_days=99))
    catalog.put_all((demo(f"d-{n}", f"Thing {n}", "press the button"), 0) for n in range(60))
    best = max(catalog.match([Term("button")], 20), key=lambda one: one.score)
    assert catalog.details([best.entry_id])[0].demo_id == "wanted-1"


def test_frequencies_and_vocabulary_count_entries(catalog: Catalog) -> None:
    catalog.insert(raise_order())
    total, counts = catalog.frequencies([Term("order"), Term("purchase"), Term("men", prefix=True), Term("zzz")])
    assert (total, list(counts)) == (3, [2, 1, 1, 0])
    before = catalog.vocabulary()["order"]
    assert before >= 2
    catalog.insert(demo("b-1", "Another order"))
    assert catalog.vocabulary()["order"] == before + 1  # what is kept in memory follows what is written


def test_telling_keeps_the_order_asked_for_and_leaves_out_what_is_gone(catalog: Catalog) -> None:
    catalog.insert(raise_order())
    entries = [one.entry_id for one in catalog.match([Term("menu"), Term("click")], 9, any_of=True)]
    told = catalog.details([entries[1], 99_999, entries[0]])
    assert [one.entry_id for one in told] == [entries[1], entries[0]]


def test_several_threads_may_read_and_write_at_once(catalog: Catalog) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for n in range(10):
                catalog.insert(demo(f"t-{number}-{n}", f"Thing {number} {n}", "press the button"))
                catalog.match([Term("button")], 20)
                catalog.list()
        except BaseException as error:  # noqa: BLE001  whatever it is, the test has to see it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert catalog.count() == 40
