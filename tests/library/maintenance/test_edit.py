"""Edits carry the version they started from: what others changed meanwhile is shown and never written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.maintenance.edit import EditClash, edit_demo, replace_word
from library.maintenance.revisions import history
from library.model import Demo, DemoNotFound, LibraryError
from library.search.search import search
from tests.library.factories import demo, put_bundle

NAME = "raise-k3f9"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        put_bundle(opened.demos, demo(NAME, "Raise", "Open the menu", "Click new order", author="Priya"))
        opened.refresh()
        yield opened


def test_two_who_gave_the_same_demo_another_title_the_second_is_told_by_whom_and_nothing_is_overwritten(
    library: Library,
) -> None:
    edit_demo(library, NAME, title="Order paper", by="Tom", base=1)
    with pytest.raises(EditClash, match=r"Tom changed “Order paper” meanwhile \(version 2\): the title is now") as told:
        edit_demo(library, NAME, title="Raise an order", by="Priya", base=1)
    assert told.value.theirs == library.catalog.get(NAME)
    assert (library.catalog.get(NAME).title, library.store.versions(NAME)) == ("Order paper", [2, 1])
    edit_demo(library, NAME, title="Raise an order", by="Priya", base=2)  # having seen it, she may
    assert [past.title for past in history(library.store, NAME)] == ["Raise an order", "Order paper", "Raise"]


def test_edits_of_different_things_both_stand_whatever_version_they_started_from(library: Library) -> None:
    edit_demo(library, NAME, title="Order paper", by="Tom", base=1)
    edit_demo(library, NAME, step_titles={1: "Open it"}, by="Ann", base=1)
    last = edit_demo(library, NAME, step_titles={2: "Begin"}, tags=["office"], by="Priya", base=1)
    assert (last.title, last.tags, [step.title for step in last.steps]) == (
        "Order paper",
        ("office",),
        ["Open it", "Begin"],
    )


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({"tags": ["a"]}, {"tags": ["b"]}),
        ({"owner": "Tom"}, {"owner": "Ann"}),
        ({"collections": ["First week"]}, {"collections": ["Second week"]}),
        ({"review_unix_ms": 5}, {"review_unix_ms": 9}),
        ({"step_titles": {2: "Begin"}}, {"step_titles": {2: "Start"}}),
    ],
)
def test_every_field_can_clash_and_the_same_change_made_twice_does_not(
    library: Library, theirs: dict[str, object], mine: dict[str, object]
) -> None:
    first = edit_demo(library, NAME, by="Tom", base=1, **theirs)  # type: ignore[arg-type]  # one field of the edit
    with pytest.raises(EditClash):
        edit_demo(library, NAME, by="Ann", base=1, **mine)  # type: ignore[arg-type]  # one field of the edit
    same = edit_demo(library, NAME, by="Ann", base=1, **theirs)  # type: ignore[arg-type]  # one field of the edit
    assert same == first


def test_a_version_somebody_saw_and_that_cannot_be_read_any_more_clashes(library: Library) -> None:
    edit_demo(library, NAME, tags=["office"], by="Tom")
    (library.demos / NAME / "v1" / "demo.json").write_text("{")
    with pytest.raises(EditClash):
        edit_demo(library, NAME, title="Other", base=1)


def test_history_tells_who_changed_what(library: Library) -> None:
    edit_demo(library, NAME, owner="Ann", review_unix_ms=99, by="Tom")
    edit_demo(library, NAME, step_titles={1: "Open it"}, by="Ann")
    told = [(past.version, past.by, past.what) for past in history(library.store, NAME)]
    assert told == [(3, "Ann", "changed steps"), (2, "Tom", "changed owner, review date"), (1, "Priya", "filed")]


def test_a_demo_is_stale_from_its_review_date_on(library: Library) -> None:
    one = edit_demo(library, NAME, review_unix_ms=1_000)
    assert (one.stale(999), one.stale(1_000)) == (False, True)
    assert not edit_demo(library, NAME, review_unix_ms=0).stale(1 << 50)


def captions_of(one: Demo) -> str:
    return (one.path / "captions.vtt").read_text(encoding="utf-8")


def test_the_words_of_a_step_put_right_are_the_captions_and_what_is_found(library: Library) -> None:
    now = edit_demo(library, NAME, step_texts={2: "Click new voucher"}, by="Tom")
    assert [step.text for step in now.steps] == ["Open the menu", "Click new voucher"]
    assert "Click new voucher" in captions_of(now)
    assert "order" not in captions_of(now)
    assert [hit.step for hit in search(library.catalog, "voucher").hits] == [2]
    assert now.transcript.segments[0] == demo(NAME, "Raise", "Open the menu").transcript.segments[0]
    assert next((past.by, past.what) for past in history(library.store, NAME)) == ("Tom", "changed words, steps")


def test_a_misheard_word_is_put_right_wherever_it_stands_and_counted(library: Library) -> None:
    edit_demo(library, NAME, title="Order new paper", step_titles={2: "New order"})
    now, counted = replace_word(library, NAME, "order", "voucher", by="Tom")
    assert (now.title, [step.title for step in now.steps]) == ("Voucher new paper", ["Open the menu", "New voucher"])
    assert (now.steps[1].text, now.transcript.text) == ("Click new voucher", "Open the menu Click new voucher")
    assert (counted.said, counted.texts, counted.titles, counted.places) == (1, 1, 2, 4)
    assert "voucher" in captions_of(now)
    assert set(now.by_hand) == {"title", "steps"}


@pytest.mark.parametrize(
    ("old", "new", "told"), [("zebra", "x", "is nowhere in"), (" ", "x", "empty"), ("x", "", "empty")]
)
def test_a_word_that_is_nowhere_changes_nothing_and_is_told(library: Library, old: str, new: str, told: str) -> None:
    with pytest.raises(LibraryError, match=told):
        replace_word(library, NAME, old, new)
    assert library.store.versions(NAME) == [1]


def test_no_words_and_no_such_step_change_nothing(library: Library) -> None:
    with pytest.raises(LibraryError, match="cannot be empty"):
        edit_demo(library, NAME, step_texts={1: " \n"})
    with pytest.raises(DemoNotFound, match="no step 9"):
        edit_demo(library, NAME, step_texts={9: "Words"})
    assert library.store.versions(NAME) == [1]


def test_words_that_others_changed_meanwhile_are_not_written_over(library: Library) -> None:
    edit_demo(library, NAME, step_texts={2: "Click new voucher"}, by="Tom", base=1)
    with pytest.raises(EditClash, match=r"Tom changed .* the text of step 2 is now “Click new voucher”"):
        edit_demo(library, NAME, step_texts={2: "Click new paper"}, by="Ann", base=1)
    with pytest.raises(EditClash, match="transcript"):
        replace_word(library, NAME, "menu", "list", by="Ann", base=1)
    assert library.store.versions(NAME) == [2, 1]
