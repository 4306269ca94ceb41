"""Notes, needs and figures in a real browser: on a phone, in the dark, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from library.connection.library import open_library
from library.learning.notes.model import NoteKind
from library.learning.opening import Learning, open_learning
from library.model import Demo
from library.web.server import Running
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import filed, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Running, Demo, Learning]]:
    """A served library with a demo that people said something of, and needs."""
    (tmp_path / "films").mkdir()
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library:
        demo = filed(library, tmp_path / "films", "Raise a purchase order")
        library.catalog.insert(put_bundle(library.demos, record("split-1", "Split an order", "Open it")))
        learning = open_learning(library)
        for number in range(6):
            learning.notes.add(demo.demo_id, NoteKind.STUCK, step=2, machine=f"m{number}")
        asked = learning.notes.add(demo.demo_id, NoteKind.COMMENT, step=2, text="Where is it? " * 20, machine="m1")
        learning.notes.add(demo.demo_id, NoteKind.REPLY, step=2, about=asked.record_id, text="At the top", who="Bo")
        learning.needs.ask("merge two suppliers", why="Two invoices came", app="Erp", machine="m1")
        ended = learning.needs.ask("split an order", machine="m2")
        learning.needs.answer(ended.need_id, "split-1")
        with served(library) as running:
            yield running, demo, learning


def test_a_note_is_sent_from_where_the_clip_stands_without_leaving_the_page(
    browser: Browser, shelf: tuple[Running, Demo, Learning]
) -> None:
    running, demo, learning = shelf
    with page_of(browser, viewport=PHONE) as page:
        page.goto(f"{running.url}demo/{demo.demo_id}#step-3")
        expect(page.locator("#step-3")).to_have_class("now")
        page.evaluate("window.here = true")
        page.locator("#help").get_by_role("button", name="I am stuck here").click()
        expect(page.locator("#noted")).to_contain_text("Noted at step 3")
        assert page.evaluate("window.here")
        wait_for(lambda: learning.notes.every()[-1].step == 3, "the note")
        page.locator("#help").get_by_role("button", name="It helped").click()
        expect(page.locator("#noted")).to_have_text("Noted. Thank you.")


def test_notes_and_votes_work_without_javascript(browser: Browser, shelf: tuple[Running, Demo, Learning]) -> None:
    running, demo, learning = shelf
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(f"{running.url}demo/{demo.demo_id}")
        step = page.locator("#step-2")
        step.get_by_text("Say something").click()
        step.get_by_label("In words, if you like").fill("It is called Create now")
        step.get_by_role("button", name="It looks different now").click()
        expect(page.locator("#noted")).to_contain_text("Noted. Thank you.")
        expect(page.locator("#step-2")).to_contain_text("It is called Create now")
        page.goto(f"{running.url}needs")
        page.get_by_role("button", name="I need it too").click()
        expect(page.locator(".needs").first).to_contain_text("2 people ask")
        assert len(learning.needs.resolve("merge two suppliers").votes) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_clean_and_no_wider_than_the_window(
    browser: Browser, shelf: tuple[Running, Demo, Learning], size: dict[str, int], scheme: str
) -> None:
    running, demo, _ = shelf
    with page_of(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:  # axe sets styles of its own
        for path in (f"demo/{demo.demo_id}?said=yes", "needs?asked=yes", "insight"):
            page.goto(running.url + path)
            for summary in page.locator("details.say > summary").all():
                summary.click()
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
