"""Search pages that are kept are never older than what can be found."""

from __future__ import annotations

from pathlib import Path

from library.connection.library import open_library
from library.maintenance.revisions import remove_demo
from library.web.page_cache import Page, PageCache
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.web_library import ask, served


def test_a_search_asked_again_finds_what_was_filed_and_misses_what_was_removed(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        first = put_bundle(library.demos, record("first", "Raise an order", "Click new order."))
        library.refresh()
        with served(library) as running:
            one = ask(running, "/?q=order").text
            assert ask(running, "/?q=order").text == one
            assert "/demo/second" not in one
            put_bundle(library.demos, record("second", "Print an order", "Click print."))
            library.refresh()
            both = ask(running, "/?q=order").text
            assert "/demo/first" in both
            assert "/demo/second" in both
            remove_demo(library, first.demo_id)
            assert "/demo/first" not in ask(running, "/?q=order").text


def test_a_page_is_made_once_in_a_minute_and_state_and_few_are_kept() -> None:
    made: list[str] = []
    now = [0.0]
    kept = PageCache(most_bytes=25, clock=lambda: now[0])

    def page(state: int, asked: str) -> Page:
        def make() -> Page:
            made.append(asked)
            return Page(b"0123456789", 3)

        return kept.page(state, asked, make)

    assert page(1, "a") == page(1, "a") == Page(b"0123456789", 3)
    assert made == ["a"]
    page(2, "a")
    now[0] = 61.0
    page(2, "a")
    assert made == ["a", "a", "a"]
    page(2, "b")
    page(2, "c")
    page(2, "b")
    assert made[3:] == ["b", "c"]
    page(2, "a")  # had to make room
    assert made[5:] == ["a"]
