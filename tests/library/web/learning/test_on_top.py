"""Keep on top, and the page of the program in front, in a real browser: by keys, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from library.connection.library import open_library
from library.model import Demo
from library.web.server import Running
from tests.library.factories import put_bundle
from tests.library.learning.test_now import DEMOS
from tests.support.browser import chromium, page_of
from tests.support.web_library import filed, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
NO_PICTURE_IN_PICTURE = "delete window.documentPictureInPicture"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Running, Demo]]:
    (tmp_path / "films").mkdir()
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library:
        demo = filed(library, tmp_path / "films", "Raise an invoice")
        for one in DEMOS:
            library.catalog.insert(put_bundle(library.demos, one))
        with served(library) as running:
            yield running, demo


def clean(page: Page) -> bool:
    found = Axe().run(page, options=AXE)
    assert not found.violations_count, found.generate_report()
    return True


@pytest.mark.parametrize("script", ["", NO_PICTURE_IN_PICTURE], ids=["picture-in-picture", "popup"])
def test_the_steps_stay_on_top_and_are_ticked_as_they_are_done(
    browser: Browser, shelf: tuple[Running, Demo], script: str
) -> None:
    running, demo = shelf
    with page_of(browser, viewport=DESK) as page:
        page.add_init_script(script)
        page.goto(f"{running.url}demo/{demo.demo_id}#step-2")
        expect(page.locator("#step-2")).to_have_class("now")
        with page.context.expect_page() as opening:
            page.get_by_role("button", name="Keep on top").click()
        small = opening.value
        expect(small.get_by_role("heading")).to_contain_text("Click the new order button")
        expect(small.locator("img")).to_have_count(1)
        assert clean(small)
        small.get_by_role("button", name="Done, next").click()
        expect(small.get_by_role("status")).to_have_text("Step 3 of 4")
        expect(page.locator("#step-2 .tick input")).to_be_checked()
        small.keyboard.press("p")
        expect(small.get_by_role("status")).to_have_text("Step 2 of 4")


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")], ids=str
)
def test_the_page_of_a_program_can_be_used_by_everybody(
    browser: Browser, shelf: tuple[Running, Demo], size: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    with page_of(browser, viewport=size, color_scheme=scheme) as page:
        page.goto(f"{shelf[0].url}now?app=Firefox&title=new+order+erp+-+mozilla+firefox")
        assert clean(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / "now.png", full_page=True)


def test_enter_opens_the_first_step_and_typing_searches_with_the_program_first(
    browser: Browser, shelf: tuple[Running, Demo]
) -> None:
    with page_of(browser, viewport=DESK) as page:
        page.goto(f"{shelf[0].url}now?app=thunderbird")
        page.keyboard.type("open the")
        expect(page.locator("#results h2").first).to_have_text("Set an absence note")
        expect(page.locator("#results h2", has_text="Raise a purchase order")).to_have_count(1)
        assert "app=thunderbird" in page.url
        page.goto(f"{shelf[0].url}now?app=firefox&title=new+order+erp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/demo/order-1?at=*#step-3")
