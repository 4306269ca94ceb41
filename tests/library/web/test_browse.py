"""All demos by pages: narrowed to a tag, a collection or a person, with lengths and stills, also without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import Browser, expect

from library.connection.library import open_library
from library.maintenance.revisions import remove_demo
from library.maintenance.stats import Sort
from library.model import Demo
from library.web.browse import PER_PAGE, BrowseQuery, browse_page, browse_query
from library.web.browse import _kept as kept
from library.web.server import Running
from library.web.thumbnails import HEIGHT, WIDTH, Thumbnails
from tests.library.factories import demo, put_bundle
from tests.support.browser import chromium, page_of, until
from tests.support.web_library import ask, served

NOW_MS = 1_800_000_000_000
MANY = 60


def library_of(folder: Path) -> list[Demo]:
    """Sixty demos: every third about finance, every second by Tom, the first ten for newcomers, each longer."""
    with open_library(folder) as library:
        made = []
        for number in range(MANY):
            tags = ["finance"] if number % 3 == 0 else ["office", "it & more"]
            author = "Tom" if number % 2 else "Ana"
            one = demo(
                f"demo-{number:02}",
                f"Task {number:02}",
                "Open it.",
                "Save it.",
                tags=tags,
                author=author,
                age_days=number,
            )
            one = replace(one, collections=("First week",) if number < 10 else ())
            one = replace(one, clip=replace(one.clip, duration_ms=60_000 + number * 1_000))
            made.append(put_bundle(library.demos, one))
            Image.new("RGB", (1280, 720), (number, 90, 120)).save(made[-1].path / "steps/01.webp")
        return made


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("browse")
    library_of(folder / "library")
    with open_library(folder / "library") as library, served(library) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/demo/demo-\d\d"[^>]*>(Task \d\d)</a>', page)


def test_every_demo_is_on_one_of_the_pages_newest_first(shelf: Running) -> None:
    pages = [titles(ask(shelf, f"/browse?page={number}").text) for number in (1, 2, 3)]
    assert [len(one) for one in pages] == [PER_PAGE, PER_PAGE, MANY - 2 * PER_PAGE]
    assert [title for one in pages for title in one] == [f"Task {number:02}" for number in range(MANY)]
    first = ask(shelf, "/browse").text
    assert "60 demos · 120 steps" in first
    assert "1:00 · 2 steps · Ana" in first


def test_it_is_narrowed_by_tag_collection_and_person_together(shelf: Running) -> None:
    page = ask(shelf, "/browse?tag=finance&by=Tom&collection=First+week").text
    assert titles(page) == ["Task 03", "Task 09"]
    assert titles(ask(shelf, "/browse?tag=it+%26+more&sort=title").text)[:2] == ["Task 01", "Task 02"]
    assert titles(ask(shelf, "/browse?sort=longest").text)[0] == "Task 59"
    assert "No demo has these." in ask(shelf, "/browse?tag=nothing").text


def test_each_link_leads_to_as_many_demos_as_it_says(shelf: Running) -> None:
    page = ask(shelf, "/browse?tag=finance").text
    links = re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+?) <span class="number">(\d+)</span>', page)
    assert {name for _, name, _ in links} == {"finance", "office", "it &amp; more", "First week", "Ana", "Tom"}
    for href, name, number in links:
        there = ask(shelf, href.replace("&amp;", "&")).text
        if name == "finance":  # chosen: its link shows all again
            assert "60 demos" in there
        else:
            assert f"{number} demos" in there, name


@pytest.mark.parametrize(
    "odd", ["page=0", "page=-3", "page=999999", "page=x", "page=%D9%A3", "sort=worst", "tag=" + "x" * 5_000]
)
def test_odd_addresses_show_a_page(shelf: Running, odd: str) -> None:
    assert ask(shelf, f"/browse?{odd}").status == 200


def test_a_still_comes_small_and_is_kept_by_the_browser(shelf: Running) -> None:
    page = ask(shelf, "/browse").text
    address = re.findall(r'<img src="([^"]+)" alt="" loading="lazy"', page)[0]
    picture = ask(shelf, address)
    assert (picture.status, picture.headers["content-type"]) == (200, "image/webp")
    assert "immutable" in picture.headers["cache-control"]
    assert Image.open(BytesIO(picture.body)).size == (WIDTH, HEIGHT)
    damaged = ask(shelf, "/demo/demo-00/thumbnails/2.webp")  # an empty picture, so that its place stays
    assert (damaged.status, damaged.headers["content-type"]) == (200, "image/svg+xml")
    assert ask(shelf, "/demo/demo-00/thumbnails/9.webp").status == 404
    assert ask(shelf, "/demo/none/thumbnails/1.webp").status == 404


def test_thumbnails_hold_no_more_memory_than_they_may(tmp_path: Path) -> None:
    for number in range(20):
        Image.effect_noise((480, 270), 90).save(tmp_path / f"{number}.webp")
    limit = 4 * len(Thumbnails().of("0", tmp_path / "0.webp"))
    small = Thumbnails(limit)
    for number in range(20):
        assert small.of(str(number), tmp_path / f"{number}.webp")
    assert small._bytes == sum(map(len, small._kept.values())) <= limit
    assert list(small._kept)[-1] == "19"


def test_a_demo_that_is_filed_or_removed_meanwhile_shows_at_the_next_page(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library, served(library) as running:
        assert "Nothing is filed here yet." in ask(running, "/browse").text
        library.catalog.insert(put_bundle(library.demos, demo("demo-01", "Task 01", "Open it.")))
        assert titles(ask(running, "/browse").text) == ["Task 01"]
        assert titles(ask(running, "/").text) == ["Task 01"]
        remove_demo(library, "demo-01")
        assert titles(ask(running, "/browse").text) == []


def test_the_still_shown_is_one_with_a_click_and_a_missing_one_is_left_out(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, demo("demo-01", "Task", "Open it.", "Save it."))
        clicked = replace(put, steps=(put.steps[0], replace(put.steps[1], clicked="Save")))
        for one, shown in ((put, "/1.webp"), (clicked, "/2.webp")):
            assert shown in browse_page([kept(one)], BrowseQuery(), NOW_MS, fetched=True).cards[0].thumbnail
        (put.path / put.steps[1].still).unlink()
        assert browse_page([kept(clicked)], BrowseQuery(), NOW_MS, fetched=True).cards[0].thumbnail == ""
        assert browse_page([kept(clicked)], BrowseQuery(), NOW_MS, fetched=False).cards[0].thumbnail


def test_pages_far_away_are_left_out_and_every_link_is_one_the_reader_understands() -> None:
    demos = [kept(demo(f"d{n}", f"Task {n}", "Open it.", tags=["a & b"])) for n in range(20 * PER_PAGE)]
    wanted = BrowseQuery(tag="a & b", sort=Sort.TITLE, page=10)
    page = browse_page(demos, wanted, NOW_MS, fetched=True)
    assert [one.name for one in page.pages] == ["1", "…", "9", "10", "11", "…", "20"]
    assert browse_query({"tag": "a & b", "sort": "title", "page": "10"}) == wanted
    assert page.next == "/browse?tag=a+%26+b&sort=title&page=11"
    assert browse_page(demos, wanted._replace(page=99), NOW_MS, fetched=True).next == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_its_pages(browser: Browser, shelf: Running, scheme: str) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    with page_of(browser, color_scheme=scheme, viewport={"width": 390, "height": 780}) as page:
        for path in ("", "browse?tag=finance&page=1", "browse?tag=none", "?q=zzzz", "?q=zzzz&asked=yes"):
            page.goto(shelf.url + path)
            found = Axe().run(page, options=rules).response["violations"]
            assert not [(v["id"], v["nodes"][0]["html"]) for v in found], path


def test_without_javascript_a_demo_is_found_by_links_alone(browser: Browser, shelf: Running) -> None:
    with page_of(browser, java_script_enabled=False, viewport={"width": 390, "height": 780}) as page:
        page.goto(shelf.url)
        page.get_by_role("link", name="Browse", exact=True).click()
        page.get_by_role("navigation", name="People").get_by_role("link", name="Tom").click()
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".cards h2")).to_have_count(30 - PER_PAGE)
        page.get_by_role("link", name="Task 59").click()
        expect(page.locator("h1")).to_have_text("Task 59")
        page.get_by_role("link", name="office").click()
        expect(page.locator(".chips a[aria-current]")).to_contain_text("office")


@pytest.mark.parametrize("size", [(320, 600), (390, 780), (1280, 800)])
def test_it_fits_the_screen_and_pictures_below_wait_until_they_are_near(
    browser: Browser, shelf: Running, size: tuple[int, int]
) -> None:
    with page_of(browser, viewport={"width": size[0], "height": size[1]}) as page:
        page.goto(f"{shelf.url}browse")
        until(
            page,
            "document.querySelector('.cards img').complete && document.querySelector('.cards img').naturalWidth > 0",
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate("[...document.querySelectorAll('.cards img')].every(i => i.loading === 'lazy')")
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        until(page, "[...document.querySelectorAll('.cards img')].at(-1).naturalWidth > 0")
