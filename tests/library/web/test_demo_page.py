"""A demo's page in a real browser: nothing lies over its words, ticks stay, languages are told, and links lead in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from library.connection.library import open_library
from library.model import Demo
from library.web.server import Running, ServeOptions
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of, until
from tests.support.web_library import reading, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
EVERYWHERE = ServeOptions(host="0.0.0.0", port=0, names=("localhost",))  # noqa: S104  the very thing that is tested
# Whether a part of the player lies where a spoken sentence, a step or a heading stands.
COVERED = """() => { const over = document.querySelector('.player').getBoundingClientRect();
return [...document.querySelectorAll('#words p, .steps li, h2')].filter((one) => {
const r = one.getBoundingClientRect();
return r.left < over.right && r.right > over.left && r.top < over.bottom && r.bottom > over.top; })
.map((one) => one.textContent.trim()); }"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, list[Demo]]]:
    with reading(tmp_path_factory.mktemp("reader"), "Raise a purchase order") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("size", [(1280, 800), (1000, 600), (390, 844)])
@pytest.mark.parametrize("view", ["", "?view=quiet", "?view=listen"])
def test_wherever_it_is_scrolled_the_player_lies_over_nothing(
    browser: Browser, shelf: tuple[Running, list[Demo]], view: str, size: tuple[int, int]
) -> None:
    running, demos = shelf
    with page_of(browser, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce") as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}{view}")
        expect(page.locator("#controls")).to_be_visible()
        height = page.evaluate("document.documentElement.scrollHeight")
        for top in range(0, height, 150):
            page.evaluate(f"scrollTo(0, {top})")
            assert page.evaluate(COVERED) == [], top


def test_ticks_are_there_after_a_reload_and_go_with_the_version(
    browser: Browser, shelf: tuple[Running, list[Demo]]
) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}?view=read")
        page.locator("#step-1 .tick input").check()
        page.locator("#step-3 .tick input").check()
        page.reload()
        expect(page.locator(".tick input:checked")).to_have_count(2)
        expect(page.locator("#step-3 .tick input")).to_be_checked()
        page.goto(f"{running.url}demo/{demos[0].demo_id}")
        page.locator("#step-3 .tick input").uncheck()
        page.reload()
        expect(page.locator(".tick input:checked")).to_have_count(1)
        kept = f"showhow ticks {demos[0].demo_id}"
        page.evaluate(f"localStorage.clear(), localStorage.setItem('{kept} 99', 'step-2')")
        page.reload()
        expect(page.locator(".tick input:checked")).to_have_count(0)
        assert page.evaluate("localStorage.length") == 0


def test_a_still_that_cannot_be_shown_leaves_a_quiet_place(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, record("torn-ab12", "Torn pictures", "Open the menu.", "Save the file."))
        assert (put.path / put.steps[0].still).read_bytes() == b"still 1"  # no picture
        library.refresh()
        with served(library) as running, page_of(browser) as page:
            for path in ("browse", "", "demo/torn-ab12"):
                page.goto(running.url + path)
                until(page, "[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
            expect(page.locator(".missing")).to_have_count(2)
            found = Axe().run(page, options=AXE).response["violations"]
            assert not [(one["id"], one["nodes"][0]["html"]) for one in found]


def direction(page: Page, place: str) -> str:
    return str(page.locator(place).first.evaluate("one => getComputedStyle(one).direction"))


def test_a_demo_in_another_language_says_so_and_runs_its_way(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        for name, language, title, said in (
            ("arabic-ab12", "ar", "إنشاء أمر شراء", "افتح القائمة."),
            ("german-ab12", "de", "Eine Bestellung anlegen", "Das Menü öffnen."),
            ("odd-ab12", '"><script>', "Odd language", "Open it."),
        ):
            one = record(name, title, said)
            put_bundle(library.demos, replace(one, transcript=replace(one.transcript, language=language)))
        library.refresh()
        with served(library) as running, page_of(browser) as page:
            page.goto(f"{running.url}demo/arabic-ab12")
            assert page.locator("html").get_attribute("lang") == "en"  # the words of the page itself
            for place in ("h1", ".steps .what", "#words"):
                expect(page.locator(place).first).to_have_attribute("lang", "ar")
            assert [direction(page, place) for place in ("h1", ".steps .what", "#words p")] == ["rtl"] * 3
            page.goto(f"{running.url}demo/german-ab12")
            expect(page.locator("h1")).to_have_attribute("lang", "de")
            assert direction(page, "h1") == "ltr"
            page.goto(f"{running.url}browse")
            expect(page.locator("h2 a[lang=ar]")).to_have_text("إنشاء أمر شراء")
            page.goto(f"{running.url}?q=Menü")
            expect(page.locator(".snippet[lang=de]")).to_contain_text("Menü")
            page.goto(f"{running.url}demo/odd-ab12")
            assert page.locator("h1").get_attribute("lang") is None


def test_a_link_to_a_step_says_how_to_get_in_and_then_opens_there(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("order-ab12", "Raise an order", "Open the menu.", "Save the file."))
        library.refresh()
        with served(library, EVERYWHERE) as running, page_of(browser) as page:
            page.goto(f"http://localhost:{running.port}/demo/order-ab12?view=read#step-2")
            expect(page.locator("h1")).to_have_text("This library asks for its token")
            assert "Raise" not in page.content()
            found = Axe().run(page, options=AXE).response["violations"]
            assert not [(one["id"], one["nodes"][0]["html"]) for one in found]
            page.locator("#token").fill("a guess")
            page.keyboard.press("Enter")
            expect(page.locator("#wrong")).to_be_visible()
            page.locator("#token").fill(running.token)
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text("Raise an order")
            assert page.url == f"http://localhost:{running.port}/demo/order-ab12?view=read#step-2"


def test_two_readers_on_one_host_leave_each_other_s_token_alone(browser: Browser, tmp_path: Path) -> None:
    with (
        open_library(tmp_path / "one") as one,
        open_library(tmp_path / "other") as other,
        served(one, EVERYWHERE) as first,
        served(other, EVERYWHERE) as second,
        page_of(browser) as page,
    ):
        for running in (first, second):
            page.goto(running.url)
            expect(page.locator("#q")).to_be_visible()
        page.goto(f"http://localhost:{first.port}/")
        expect(page.locator("#q")).to_be_visible()
