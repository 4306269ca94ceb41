"""Search as you type on a slow line: Enter opens what stands in the field, never what stood there before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from library.connection.library import Library, open_library
from library.learning.opening import open_learning
from library.web.server import Running
from tests.library.factories import demo, put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import served

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Library]]:
    folder = tmp_path_factory.mktemp("typing")
    with open_library(folder / "library", cache=folder / "indexes") as library:
        for name, title in (("zip", "Zip the archive"), ("count", "Inventory count"), ("pay", "Pay an invoice")):
            put_bundle(library.demos, demo(name, title, f"{title} from the menu."))
        library.refresh()
        with served(library) as running:
            yield running, library


class SlowLine:
    """Holds the requests for results that a page makes, until they are let through."""

    def __init__(self, page: Page) -> None:
        self.page, self.held = page, list[Route]()
        page.route("**/*part=*", self._hold)

    def _hold(self, route: Route) -> None:
        self.held.append(route)

    def arrived(self, query: str) -> bool:
        """Whether the page has asked for the results of this query."""
        self.page.evaluate("0")  # lets the browser's events in
        return any(f"q={query}&" in route.request.url for route in self.held)

    def flow(self) -> None:
        """Let through what is held and all that follows."""
        self.page.unroute("**/*part=*")
        for route in self.held:
            with suppress(Error):  # one that the page has given up
                route.continue_()
        self.held.clear()


def type_on_a_slow_line(page: Page, running: Running, first: str, rest: str) -> SlowLine:
    """``first`` is answered at once; ``rest`` and Enter are typed while the line is slow."""
    page.goto(running.url)
    page.keyboard.type(first)
    expect(page.locator(".hits a").first).to_be_visible()
    line = SlowLine(page)
    page.keyboard.type(rest)
    page.keyboard.press("Enter")
    assert wait_for(lambda: line.arrived(first + rest), "the last request")
    assert page.url.startswith(f"{running.url}?q=")
    return line


def test_enter_waits_for_the_answer_to_all_that_was_typed(browser: Browser, shelf: tuple[Running, Library]) -> None:
    with page_of(browser) as page:
        line = type_on_a_slow_line(page, shelf[0], "inv", "oice")
        line.flow()
        page.wait_for_url("**/demo/pay?*")


def test_enter_opens_nothing_when_nothing_answers_and_offers_to_ask(
    browser: Browser, shelf: tuple[Running, Library]
) -> None:
    running, library = shelf
    with page_of(browser) as page:
        line = type_on_a_slow_line(page, running, "z", "ebra")
        line.flow()
        expect(page.locator("#results")).to_contain_text("Nothing found for “zebra”")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("Nothing found")
        assert "/demo/" not in page.url
        page.get_by_role("button", name="Ask for it").click()
        expect(page.locator(".asked")).to_contain_text("Asked for.")
        assert [need.query for need in open_learning(library).needs.every()] == ["zebra"]
        page.reload()
        expect(page.locator(".asked")).to_be_visible()
        page.locator("#q").fill("okapi")
        expect(page.get_by_role("button", name="Ask for it")).to_be_visible()


def test_another_key_takes_enter_back(browser: Browser, shelf: tuple[Running, Library]) -> None:
    running, _ = shelf
    with page_of(browser) as page:
        line = type_on_a_slow_line(page, running, "inv", "entory")
        page.keyboard.type(" count")
        line.flow()
        expect(page.locator(".hits a")).to_have_count(1)
        expect(page.locator(".hits mark").last).to_have_text("count")
        assert "/demo/" not in page.url


def test_after_one_request_that_failed_enter_waits_for_the_next(
    browser: Browser, shelf: tuple[Running, Library]
) -> None:
    with page_of(browser) as page:
        page.goto(shelf[0].url)
        page.route("**/*part=*", lambda route: route.abort())
        page.keyboard.type("inv")
        expect(page.locator("#said")).to_have_text("The library does not answer.")
        page.unroute("**/*part=*")
        line = SlowLine(page)
        page.keyboard.type("oice")
        page.keyboard.press("Enter")
        assert wait_for(lambda: line.arrived("invoice"), "the last request")
        line.flow()
        page.wait_for_url("**/demo/pay?*")


def test_keys_typed_as_soon_as_the_page_is_there_are_searched(browser: Browser, shelf: tuple[Running, Library]) -> None:
    with page_of(browser) as page:
        page.goto(shelf[0].url, wait_until="domcontentloaded")
        assert page.evaluate("document.activeElement.id") == "q"


def test_what_is_only_nearest_opens_when_it_was_selected(browser: Browser, shelf: tuple[Running, Library]) -> None:
    running, _ = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}?q=zebra+okapi+gnu+eland+quagga+menu")
        expect(page.locator(".section")).to_contain_text("nearest")
        page.locator("#q").press("Enter")
        expect(page.locator(".section")).to_contain_text("nearest")
        assert "/demo/" not in page.url
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/demo/*")


def test_asking_works_without_javascript(browser: Browser, shelf: tuple[Running, Library]) -> None:
    running, library = shelf
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(running.url)
        page.locator("#q").fill("feed the zebra")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("button", name="Ask for it").click()
        expect(page.locator(".asked")).to_contain_text("Asked for.")
        assert [need.query for need in open_learning(library).needs.every()] == ["feed the zebra"]


def test_a_line_that_breaks_lets_the_browser_say_so(browser: Browser, shelf: tuple[Running, Library]) -> None:
    running, _ = shelf
    with page_of(browser) as page:
        page.goto(running.url)
        page.route("**/*part=*", lambda route: route.abort())
        page.keyboard.type("invoice")
        page.keyboard.press("Enter")
        expect(page.locator(".hits a").first).to_contain_text("Pay an invoice")
        page.wait_for_url("**/?q=invoice")
