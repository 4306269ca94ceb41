"""The web player moves to what matters: by a key, on a phone from the start; stills are crops, or whole by a click."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from capture.model import Click, Region
from library.connection.library import open_library
from library.export.exporter import export_to
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import Demo
from library.web.server import Running
from tests.library.factories import steps_of, transcript
from tests.support.browser import chromium, page_of, until
from tests.support.sample_videos import film, numbered
from tests.support.web_library import SENTENCES, ask, served
from transcribe.model import SecondStill

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZE = (1_280, 720)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHONE_STILL = 335
"""Pixels across which a phone shows a still: its letters have the height that ``test_pictures.py`` counts with."""
FOCUSES = (Region(0, 0, 480, 270), Region(800, 450, 480, 270), None, Region(640, 360, 640, 360))
TALK = "That is all, thanks for watching."
# The rectangle of the video that the stage shows, in its own pixels: x, y, width, height.
SHOWN = """() => { const stage = document.querySelector('.stage'), v = document.querySelector('video');
const s = stage.getBoundingClientRect(), r = v.getBoundingClientRect(), k = v.videoWidth / r.width;
return [(s.left - r.left) * k, (s.top - r.top) * k, s.width * k, v.clientHeight * k]; }"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Demo]]:
    folder = tmp_path_factory.mktemp("zoom")
    source = film(folder / "film.mp4", [(n * 500, numbered(n, *SIZE)) for n in range(24)], 12_000)
    draft = propose(source, IntakeOptions(keep_all=True, author="Priya"))
    spoken = transcript(*SENTENCES, TALK)
    steps = [replace(step, focus=focus) for step, focus in zip(steps_of(spoken), (*FOCUSES, None), strict=True)]
    steps[0] = replace(steps[0], events=(Click(steps[0].at_ms + 40, 200, 120),))
    second = steps[1]
    steps[1] = replace(second, then=SecondStill(at_ms=second.end_ms - 300, focus=Region(320, 180, 640, 360)))
    with open_library(folder / "library") as library:
        demo = file(
            replace(draft, title="Zoomed", transcript=spoken, steps=tuple(steps), waiting_for_words=False), library
        )
        with served(library) as running:
            yield running, demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(page: Page, shelf: tuple[Running, Demo], more: str = "") -> None:
    page.goto(f"{shelf[0].url}demo/{shelf[1].demo_id}{more}")
    until(page, "document.querySelector('video').readyState >= 2 && !document.querySelector('video').seeking")


def shows(page: Page, region: Region) -> None:
    """Wait until the stage shows this region, to a few pixels."""
    expected = [region.x, region.y, region.width, region.height]
    until(page, f"({SHOWN})().every((side, at) => Math.abs(side - {expected}[at]) < 12)")


def test_z_moves_the_picture_to_the_focus_of_each_step_and_back(browser: Browser, shelf: tuple[Running, Demo]) -> None:
    with page_of(browser) as page:
        opened(page, shelf, "#step-1")
        expect(page.locator("video")).to_have_attribute("controls", "")
        page.keyboard.press("z")
        shows(page, Region(0, 0, 480, 270))
        expect(page.locator("#bar")).to_be_visible()
        expect(page.locator("video")).not_to_have_attribute("controls", "")
        page.evaluate("steps[3].item.querySelector('h3 a').click(); clip.pause()")
        shows(page, Region(640, 360, 640, 360))
        page.evaluate("goToStep(2, false)")
        shows(page, Region(0, 0, *SIZE))  # nobody knows where it happens
        page.evaluate("goToStep(3, false)")
        page.keyboard.press("z")
        shows(page, Region(0, 0, *SIZE))
        expect(page.locator("video")).to_have_attribute("controls", "")
        expect(page.locator("#bar")).to_be_hidden()


def test_the_view_goes_on_to_the_dialog_that_a_step_opens(browser: Browser, shelf: tuple[Running, Demo]) -> None:
    with page_of(browser) as page:
        opened(page, shelf, "#step-2")
        page.keyboard.press("z")
        shows(page, Region(800, 450, 480, 270))
        then = shelf[1].steps[1].then
        assert then is not None
        page.evaluate(f"go({then.at_ms / 1000 + 0.05})")
        shows(page, Region(320, 180, 640, 360))


def test_the_bar_in_place_of_the_browsers_controls_plays_seeks_and_mutes(
    browser: Browser, shelf: tuple[Running, Demo]
) -> None:
    with page_of(browser) as page:
        opened(page, shelf)
        page.get_by_role("button", name="Zoom").click()
        page.evaluate("clip.playbackRate = 0.0625")  # it does not end meanwhile
        bar = page.locator("#bar")
        bar.get_by_role("button", name="Play").click()
        expect(bar.get_by_role("button", name="Pause")).to_be_visible()
        bar.get_by_role("button", name="Pause").click()
        bar.locator("input").fill("6000")
        until(page, "Math.abs(document.querySelector('video').currentTime - 6) < 0.2")
        page.reload()  # it stays zoomed for who zoomed
        expect(page.locator("#bar")).to_be_visible()


def test_captions_stand_below_the_zoomed_picture(browser: Browser, shelf: tuple[Running, Demo]) -> None:
    with page_of(browser) as page:
        opened(page, shelf)
        page.keyboard.press("z")
        page.keyboard.press("c")
        page.evaluate(f"go({shelf[1].steps[1].start_ms / 1000 + 0.1})")
        expect(page.locator("#cue")).to_contain_text("new order")
        page.keyboard.press("c")
        expect(page.locator("#cue")).to_be_hidden()


def test_a_phone_opens_zoomed_without_sound_and_remembers_who_turned_it_on(
    browser: Browser, shelf: tuple[Running, Demo]
) -> None:
    with page_of(browser, **PHONE) as page:
        opened(page, shelf, "#step-2")
        expect(page.locator("#bar")).to_be_visible()
        assert page.evaluate("clip.muted")
        page.evaluate("setSound(true)")
        page.reload()
        until(page, "document.querySelector('video').readyState >= 2")
        assert not page.evaluate("clip.muted")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_stills_are_crops_and_the_whole_screen_is_a_click_or_a_key_away(
    browser: Browser, shelf: tuple[Running, Demo], options: dict[str, object]
) -> None:
    natural = "document.querySelector('#step-1 img').naturalWidth"
    with page_of(browser, **options) as page:
        page.goto(f"{shelf[0].url}demo/{shelf[1].demo_id}?view=read")
        image = page.locator("#step-1 img")
        image.scroll_into_view_if_needed()
        until(page, f"{natural} > 0 && {natural} <= 480")
        if options:
            assert page.evaluate("document.querySelector('#step-1 img').clientWidth") >= PHONE_STILL
        image.click()
        until(page, f"{natural} === {SIZE[0]}")
        image.click()
        until(page, f"{natural} <= 480")
        page.keyboard.press("w")
        until(page, f"{natural} === {SIZE[0]}")
        expect(page.locator("#step-2 img")).to_have_count(2)
        expect(page.locator("#step-5 .tick")).to_have_count(0)
        expect(page.locator("#step-4 .tick")).to_have_count(1)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_while_it_is_zoomed(
    browser: Browser, shelf: tuple[Running, Demo], options: dict[str, object]
) -> None:
    with page_of(browser, **options) as page:
        opened(page, shelf, "#step-1")
        if not options:
            page.keyboard.press("z")
        expect(page.locator("#bar")).to_be_visible()
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_crops_lead_to_whole_screens(browser: Browser, shelf: tuple[Running, Demo]) -> None:
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(f"{shelf[0].url}demo/{shelf[1].demo_id}")
        address = page.locator("#step-1 .shot").get_attribute("href")
        expect(page.locator("#step-1 img")).to_have_attribute("src", f"{address}&look=focus")
    assert Image.open(io.BytesIO(ask(shelf[0], str(address)).body)).size == SIZE


def test_the_reader_serves_the_focus_the_close_up_and_the_whole_screen(shelf: tuple[Running, Demo]) -> None:
    running, demo = shelf
    address = f"/demo/{demo.demo_id}/steps/1.webp?v=1"
    sizes = {}
    for look in ("", "&look=focus", "&look=close", "&look=nonsense", "&look=focus&then=1"):
        answer = ask(running, address + look)
        if answer.status == 200:
            sizes[look] = Image.open(io.BytesIO(answer.body)).size
    assert sizes == {"": SIZE, "&look=focus": (480, 270), "&look=close": (450, 253), "&look=nonsense": SIZE}
    assert ask(running, f"/demo/{demo.demo_id}/steps/99.webp?look=focus").status == 404
    assert ask(running, f"/demo/{demo.demo_id}/steps/2.webp?look=focus&then=1").status == 200


def test_one_file_for_everywhere_zooms_too(browser: Browser, shelf: tuple[Running, Demo], tmp_path: Path) -> None:
    with open_library(Path(shelf[1].path).parents[2]) as library:
        page_file = export_to(library.catalog.get(shelf[1].demo_id), "html", tmp_path / "one.html")
    with page_of(browser) as page:
        page.goto(page_file.as_uri())
        until(page, "document.querySelector('video').readyState >= 2")
        page.evaluate("goToStep(3, false)")
        page.keyboard.press("z")
        shows(page, Region(640, 360, 640, 360))
        page.locator("#step-1 img").click()
        until(page, f"document.querySelector('#step-1 img').naturalWidth === {SIZE[0]}")
