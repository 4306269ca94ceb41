"""Notes, needs and figures in a real browser: on a phone, in the dark, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from library.connection.library import open_library
from library.learning.notes.model import NoteKind
from library.learning.opening import Learning, open_learning
from library.model import Demo
from library.web.server import Running, ServeOptions
from library.web.sharing.options import SharingOptions
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import ask, filed, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = ServeOptions(port=0, sharing=SharingOptions(public_url="https://howto.example"))
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
            learning.notes.add(demo.demo_id, NoteKind.OUTDATED, step=1, machine=f"m{number}", seen="Create order")
        asked = learning.notes.add(demo.demo_id, NoteKind.COMMENT, step=2, text="Where is it? " * 20, machine="m1")
        learning.notes.add(demo.demo_id, NoteKind.REPLY, step=2, about=asked.record_id, text="At the top", who="Bo")
        learning.needs.ask("merge two suppliers", why="Two invoices came", app="Erp", machine="m1")
        ended = learning.needs.ask("split an order", machine="m2")
        learning.needs.answer(ended.need_id, "split-1")
        with served(library, PUBLIC) as running:
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


def test_each_step_has_the_code_that_opens_it_on_a_phone(
    browser: Browser, shelf: tuple[Running, Demo, Learning]
) -> None:
    running, demo, _ = shelf
    with page_of(browser, viewport=DESK, java_script_enabled=False) as page:
        page.goto(f"{running.url}demo/{demo.demo_id}")
        page.locator("#step-2 .phone summary").click()
        code = page.get_by_alt_text("Code that opens step 2")
        expect(code).to_be_visible()
        shown = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
        large = cv2.resize(shown, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
        assert cv2.QRCodeDetector().detectAndDecode(large)[0] == f"https://howto.example/demo/{demo.demo_id}#step-2"
    assert ask(running, f"/demo/{demo.demo_id}/code/9.svg").status == 404


def test_a_reader_that_no_phone_can_reach_offers_no_code(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library:
        library.catalog.insert(put_bundle(library.demos, record("split-1", "Split an order", "Open it")))
        with served(library) as running:
            assert "On a phone" not in ask(running, "/demo/split-1").text


def test_needs_say_who_may_know_and_the_figures_what_they_lack(shelf: tuple[Running, Demo, Learning]) -> None:
    running, _, learning = shelf
    learning.needs.ask("split an invoice")
    assert "Priya may know" in ask(running, "/needs").text
    assert "There is no week yet" not in ask(running, "/insight").text


def test_an_empty_chart_says_what_it_waits_for(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library, served(library) as running:
        page = ask(running, "/insight").text
        assert "There is no week yet with five answers" in page
        assert "<svg" not in page.partition("<main")[2]


def test_a_demo_says_in_one_line_that_it_may_be_out_of_date_and_the_lead_sees_whose_it_is(
    browser: Browser, shelf: tuple[Running, Demo, Learning]
) -> None:
    running, demo, _ = shelf
    with page_of(browser, viewport=DESK) as page:
        page.goto(f"{running.url}demo/{demo.demo_id}")
        said = "is probably called “Create order” now (6 people)"
        expect(page.locator(".title .stale")).to_contain_text("May be out of date: Step 1")
        expect(page.locator(".title .stale")).to_contain_text(said)
        page.goto(f"{running.url}insight")
        expect(page.locator(".needs").first).to_contain_text(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_clean_and_no_wider_than_the_window(
    browser: Browser, shelf: tuple[Running, Demo, Learning], size: dict[str, int], scheme: str
) -> None:
    running, demo, _ = shelf
    with page_of(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:  # axe sets styles of its own
        for path in (f"demo/{demo.demo_id}?said=yes", "needs?asked=yes", "insight"):
            page.goto(running.url + path)
            for summary in page.locator("details.say > summary:visible").all():
                summary.click()
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
