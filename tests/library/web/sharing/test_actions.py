"""The buttons below a demo's title in a real browser: copy, download, print, export, the code of a frame, related."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from library.connection.library import open_library
from library.export.web_exports import WebExports
from library.sharing.shares import shares_of
from library.web.server import Running, ServeOptions
from library.web.sharing.options import SharingOptions
from tests.library.factories import demo, put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import filed, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPTIONS = ServeOptions(
    port=0, sharing=SharingOptions(frame_origins=("https://wiki.example",), exports=WebExports())
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str, str]]:
    """A reader, the path of a demo on it, and that of a share link to its third step."""
    folder = tmp_path_factory.mktemp("actions")
    (folder / "films").mkdir()
    with open_library(folder / "library") as library:
        made = filed(library, folder / "films", "Raise a purchase order")
        for name, title in (("change-ab12", "Change a purchase order"), ("print-ab12", "Print a purchase order")):
            library.catalog.insert(put_bundle(library.demos, demo(name, title, "Open the purchase order.")))
        library.catalog.insert(put_bundle(library.demos, demo("leave-ab12", "Book a day off", "Choose a date.")))
        shares = shares_of(library)
        share = shares.create(made.demo_id, 3, by="Priya")
        with served(library, OPTIONS) as running:
            yield running, f"demo/{made.demo_id}", f"s/{made.demo_id}/{shares.code(share)}"


def clean(page: Page, part: str = "html") -> list[tuple[str, str]]:
    found = Axe().run(page, part, options=AXE).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 800)), ("dark", (390, 844))])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, shelf: tuple[Running, str, str], scheme: str, size: tuple[int, int]
) -> None:
    running, own, shared = shelf
    with page_of(browser, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}) as page:
        page.goto(running.url + own)
        for menu in ("Export", "Embed"):
            page.locator("summary", has_text=menu).click()
            assert clean(page, ".actions") == [], menu  # it lies over what is below
            box = page.locator(".menu[open] > :not(summary)").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        expect(page.locator(".menu[open]")).to_have_count(1)  # the one before is closed
        page.keyboard.press("Escape")
        expect(page.locator(".menu[open]")).to_have_count(0)
        for path in (own, shared, f"{own}/related", own.replace("demo/", "embed/")):
            page.goto(running.url + path)
            assert clean(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.goto(f"{running.url}{shared[:-1]}{'A' if shared[-1] != 'A' else 'B'}")
        assert clean(page) == []


def test_the_link_to_the_step_at_hand_is_copied_and_leads_there(
    browser: Browser, shelf: tuple[Running, str, str]
) -> None:
    running, own, _ = shelf
    with page_of(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.add_init_script("HTMLMediaElement.prototype.play = async () => {};")  # it stays at the step
        page.goto(running.url + own)
        page.locator("#step-2 h3 a").click()
        expect(page.locator("#step-2")).to_have_attribute("aria-current", "step")
        page.get_by_role("button", name="Copy link").click()
        expect(page.locator(".done")).to_have_text("Copied the link to step 2.")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{running.url}{own}#step-2"
        page.locator("summary", has_text="Embed").click()
        page.get_by_role("button", name="Copy code").click()
        wait_for(lambda: page.evaluate("navigator.clipboard.readText()").startswith("<iframe src="), "the code")


def test_where_the_clipboard_is_closed_it_is_copied_the_old_way(
    browser: Browser, shelf: tuple[Running, str, str]
) -> None:
    running, own, _ = shelf
    with page_of(browser) as page:
        page.add_init_script(
            "delete Navigator.prototype.clipboard;"
            "document.execCommand = () => { window.copied = document.activeElement.value; return true; };"
        )
        page.goto(running.url + own)
        page.get_by_role("button", name="Copy link").click()
        expect(page.locator(".done")).to_contain_text("Copied the link")
        assert own in page.evaluate("copied")


def test_it_is_downloaded_printed_and_exported_by_its_buttons(
    browser: Browser, shelf: tuple[Running, str, str], tmp_path: Path
) -> None:
    running, own, shared = shelf
    with page_of(browser, accept_downloads=True) as page:
        page.add_init_script("window.print = () => { window.printed = true; };")
        for path in (own, shared):
            page.goto(running.url + path)
            with page.expect_download() as got:
                page.get_by_role("link", name="Download").click()
            assert got.value.suggested_filename == "Raise a purchase order.mp4"
            page.get_by_role("button", name="Print").click()
            assert page.evaluate("printed")
        page.goto(running.url + own)
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as got:
            page.locator(".menu a", has_text="srt").click()
        assert got.value.suggested_filename == "Raise a purchase order.srt"
        assert "finance menu" in Path(got.value.path()).read_text(encoding="utf-8")


def test_demos_like_it_are_named_and_others_are_not(browser: Browser, shelf: tuple[Running, str, str]) -> None:
    running, own, shared = shelf
    with page_of(browser) as page:
        page.goto(running.url + own)
        expect(page.locator(".related h2 a")).to_have_count(2)
        assert {one.inner_text() for one in page.locator(".related h2 a").all()} == {
            "Change a purchase order",
            "Print a purchase order",
        }
        page.goto(f"{running.url}demo/leave-ab12")
        expect(page.locator(".related, .related-link")).to_have_count(0)
        page.goto(running.url + shared)
        expect(page.locator("h1")).to_have_text("Raise a purchase order")
        expect(page.locator(".related, .related-link")).to_have_count(0)
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(running.url + own)
        expect(page.locator("[data-share]:visible")).to_have_count(0)
        page.get_by_role("link", name="Demos like this one").click()
        expect(page.locator(".cards h2")).to_have_count(2)


def test_a_link_to_a_step_opens_there_also_without_what_follows_the_hash(
    browser: Browser, shelf: tuple[Running, str, str]
) -> None:
    running, _, shared = shelf
    with page_of(browser) as page:
        page.goto(running.url + shared)
        expect(page.locator("#step-3")).to_have_attribute("aria-current", "step")
        assert page.url.endswith("#step-3")
        page.goto(f"{running.url}{shared}#step-2")
        expect(page.locator("#step-2")).to_have_attribute("aria-current", "step")
