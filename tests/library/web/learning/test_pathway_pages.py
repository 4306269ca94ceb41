"""The pages of pathways in a real browser: on a phone, in the dark, hostile titles, ticks that stay in the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from library.connection.library import open_library
from library.practice.pathways.building import point_of, usual_points
from library.practice.pathways.model import Pathway, Point, PointKind
from library.practice.pathways.pathways import pathways_of
from library.practice.pathways.shared import ReachedPoints, new_learner_id, shared_progress
from library.web.server import Running
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import ask, filed, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
HOSTILE = '<script>alert(1)</script>"onclick=' + "x" * 150
Shelf = tuple[Running, Pathway, Pathway]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A served library with a pathway as people make them, and one of hostile words whose demos are gone."""
    folder = tmp_path_factory.mktemp("pathways")
    (folder / "films").mkdir()
    with open_library(folder / "library", cache=folder / "indexes") as library:
        first = filed(library, folder / "films", "Raise a purchase order")
        second = put_bundle(library.demos, record("split-1", "Split an order", "Open it"))
        library.catalog.insert(second)
        pathways = pathways_of(library)
        points = usual_points([first, second], sign_off="Shift lead=Tom, Ana")
        good = pathways.create("Orders for beginners", points, about="For the first week in the shop.", owner="Priya")
        gone = replace(point_of(PointKind.ASSESS, second), demo_id="removed-1", title=HOSTILE, ask=HOSTILE)
        bad = pathways.create(HOSTILE, (gone, Point(kind=PointKind.SIGN_OFF, role=HOSTILE, by=(HOSTILE,))))
        pathways.change(pathways.create("An old one", ()).pathway_id, lambda now: replace(now, closed=True))
        for number in range(6):
            reached = ReachedPoints(points=(f"watch:{first.demo_id}", "watch:split-1")[: 1 + (number < 4)])
            shared_progress(library).put(good.pathway_id, new_learner_id(), reached)
        with served(library) as running:
            yield running, good, bad


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_clean_and_no_wider_than_the_window(
    browser: Browser, shelf: Shelf, size: dict[str, int], scheme: str
) -> None:
    running, good, bad = shelf
    with page_of(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:  # axe sets styles of its own
        other = "pathways" if size is DESK else f"pathway/{bad.pathway_id}"
        for path in (f"pathway/{good.pathway_id}", other):
            page.goto(running.url + path)
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_a_pathway_shows_its_points_and_counts_of_five_and_more(browser: Browser, shelf: Shelf) -> None:
    running, _, bad = shelf
    with page_of(browser, viewport=PHONE) as page:
        page.goto(f"{running.url}pathways")
        expect(page.locator("main")).not_to_contain_text("An old one")
        page.get_by_role("link", name="Orders for beginners").click()
        points = page.locator(".points > li")
        expect(points).to_have_count(7)
        expect(points.nth(4)).to_contain_text("alone, without hints, 3 days after the last practice")
        expect(points.nth(6)).to_contain_text("Signed off by Shift lead")
        expect(points.nth(0)).to_contain_text("6 reached it")
        expect(points.nth(2)).not_to_contain_text("reached it")
        expect(page.locator("main")).to_contain_text("6 people share how far they are")
        page.goto(f"{running.url}pathway/{bad.pathway_id}")
        expect(page.locator(".points > li").first).to_contain_text("its demo was removed")
        expect(page.locator(".points a")).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text("people share")


def test_ticks_stay_in_the_browser_and_a_demo_played_to_its_end_is_ticked(browser: Browser, shelf: Shelf) -> None:
    running, good, _ = shelf
    with page_of(browser, viewport=PHONE) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.goto(f"{running.url}pathway/{good.pathway_id}")
        expect(page.locator("#watched")).to_have_text("0 of 2 watched")
        page.get_by_label("watched: Split an order").check()
        expect(page.locator("#watched")).to_have_text("1 of 2 watched")
        page.get_by_role("link", name="Raise a purchase order").first.click()
        page.evaluate("clip.muted = true, clip.playbackRate = 8, clip.play()")
        wait_for(lambda: page.evaluate("clip.ended"), "the end", 100)
        wait_for(lambda: "raise" in page.evaluate("localStorage.getItem('showhow-watched')"), "the tick")
        page.go_back()
        expect(page.locator("#watched")).to_have_text("2 of 2 watched")
        assert set(sent) == {"GET"}


def test_a_jump_to_the_end_is_no_watching_and_spoiled_ticks_are_none(browser: Browser, shelf: Shelf) -> None:
    running, good, _ = shelf
    demo_id = good.points[0].demo_id
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demo_id}")
        page.evaluate("clip.muted = true, clip.currentTime = clip.duration - 0.2, clip.play()")
        wait_for(lambda: page.evaluate("clip.ended"), "the end", 100)
        page.evaluate("localStorage.setItem('showhow-watched', localStorage.getItem('showhow-watched') ?? '{oops')")
        page.goto(f"{running.url}pathway/{good.pathway_id}")
        expect(page.locator("#watched")).to_have_text("0 of 2 watched")


def test_addresses_that_lead_nowhere_say_so(shelf: Shelf) -> None:
    running, good, _ = shelf
    for path in ("/pathway/nothing-1", "/pathway/..%2f..%2fetc", "/pathway/" + "x" * 500):
        assert ask(running, path).status == 404, path
    assert ask(running, f"/pathway/{good.pathway_id}", "POST").status in {403, 405}
