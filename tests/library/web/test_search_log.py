"""What visitors of the web reader look for is noted: once, without names, and never more than the catalog can bear."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connection.library import Library, open_library
from library.learning.signals.gaps import gaps
from library.model import LibraryError
from library.web import search_log as noting
from library.web.search_log import SETTLED_S, QueryDebouncer, Question, SearchLogger
from tests.library.factories import demo, put_bundle
from tests.support.desktop import wait_for
from tests.support.web_library import ask, served


def questions(*asked: tuple[str, float], visitor: str = "a") -> Iterator[Question]:
    for query, at_s in asked:
        yield Question(visitor, query, 0, at_s)


def told(settling: QueryDebouncer, *asked: tuple[str, float], visitor: str = "a") -> list[str]:
    return [one.query for each in questions(*asked, visitor=visitor) for one in settling.ask(each)]


def test_letters_on_the_way_are_no_search_and_what_stands_is_one() -> None:
    settling = QueryDebouncer()
    assert told(settling, ("pur", 0), ("purch", 0.4), ("purchase", 0.8), ("purcha", 1.0), ("purchase", 1.2)) == []
    assert settling.settled(1.2 + SETTLED_S - 0.1) == []
    assert [one.query for one in settling.settled(1.2 + SETTLED_S)] == ["purchase"]
    assert settling.settled(99) == []


def test_another_question_or_an_opened_demo_says_that_the_one_before_was_meant() -> None:
    settling = QueryDebouncer()
    assert told(settling, ("purchase", 0), ("invoice", 1)) == ["purchase"]
    assert [one.query for one in settling.acted("a", 1.5)] == ["invoice"]
    assert settling.acted("a", 1.6) == []


def test_the_same_question_again_and_one_of_two_letters_are_not_noted() -> None:
    settling = QueryDebouncer()
    told(settling, ("purchase", 0))
    assert len(settling.settled(10)) == 1
    assert told(settling, ("purchase", 20), ("xy", 30)) == []
    assert settling.settled(99) == []


def test_visitors_do_not_take_each_others_questions() -> None:
    settling = QueryDebouncer()
    told(settling, ("purchase", 0))
    told(settling, ("pur", 0.1), visitor="b")
    assert sorted(one.query for one in settling.settled(9)) == ["pur", "purchase"]


def test_a_flood_is_noted_in_drops() -> None:
    settling = QueryDebouncer()
    one = sum(len(settling.ask(Question("a", f"query {n}", 0, n / 100))) for n in range(5_000))
    assert one <= 10
    many = sum(len(settling.ask(Question(f"v{n % 400}", f"query {n}", 0, 50 + n / 10_000))) for n in range(50_000))
    assert many <= 120
    assert len(settling._waiting) <= 500
    assert len(settling._noted) <= 500


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as opened:
        opened.catalog.insert(put_bundle(opened.demos, demo("raise-1", "Raise a purchase order", "Open the menu")))
        yield opened


def test_a_search_in_the_reader_is_noted_without_a_name_and_shows_as_a_gap(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.catalog.use.keep_names(on=True)
    monkeypatch.setattr(noting, "SETTLED_S", 0.2)
    with served(library) as running:
        for query in ("zeb", "zebra", "zebra+crossing"):
            ask(running, f"/?q={query}&part=results")
        wait_for(library.catalog.use.searches, "the search to be noted")
        ask(running, "/?q=purchase")
        ask(running, "/demo/raise-1")
        wait_for(lambda: len(library.catalog.use.searches()) == 2, "the one that was acted on")
    noted = library.catalog.use.searches()
    assert [(one.query, one.hits > 0, one.who) for one in noted] == [
        ("zebra crossing", False, ""), ("purchase", True, ""),
    ]  # fmt: skip
    assert [gap.query for gap in gaps(library.catalog, library.catalog.use)] == ["zebra crossing"]


def test_what_has_settled_when_the_reader_ends_is_noted(library: Library) -> None:
    with served(library) as running:
        ask(running, "/?q=zebra")
        ask(running, "/?q=okapi")
    assert [one.query for one in library.catalog.use.searches()] == ["zebra"]


class Refusing:
    """A slow library that may only be read."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def note_search(self, query: str, hits: int, *, visit: str) -> None:
        assert visit
        self.asked.append((query, hits))
        time.sleep(0.2)
        raise LibraryError("The library may not be written", "Check its permissions.")


def test_an_answer_never_waits_for_the_noting_nor_fails_with_it() -> None:
    refusing = Refusing()
    one = SearchLogger(refusing)
    one.searched("a", "zebra", 1)
    one.searched("a", "okapi", 0)
    wait_for(lambda: refusing.asked, "the first to be noted")
    before = time.thread_time()
    for number in range(1_000):
        one.searched("a", f"query {number}", 0)
    assert time.thread_time() - before < 1
    one.close()
    assert refusing.asked[0] == ("zebra", 1)
    assert 2 <= len(refusing.asked) <= 10
    assert one._thread is not None
    assert not one._thread.is_alive()
