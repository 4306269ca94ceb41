"""The web reader in a real browser: found, watched, read, heard and printed, by keys and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from library.connection.library import open_library
from library.export.exporter import export_to
from library.model import Demo
from library.web.server import Running
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of, until
from tests.support.sample_videos import number_of
from tests.support.web_library import PICTURE_MS, reading, served

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
# The picture the clip shows now, as grey rows: what a person would see.
PIXELS = """() => { const v = document.querySelector('video'), c = document.createElement('canvas');
c.width = 192; c.height = 108; const x = c.getContext('2d'); x.drawImage(v, 0, 0, 192, 108);
return Array.from(x.getImageData(0, 0, 192, 108).data).filter((_, i) => i % 4 === 1); }"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, list[Demo]]]:
    with reading(tmp_path_factory.mktemp("reader"), "Raise a purchase order", "Approve leave") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def shown_ms(page: Page) -> int:
    """The moment whose picture the clip shows, read off the picture itself."""
    pixels = np.array(page.evaluate(PIXELS), np.uint8).reshape(108, 192)
    return number_of(pixels) * PICTURE_MS


def ready(page: Page) -> None:
    until(page, "document.querySelector('video').readyState >= 2 && !document.querySelector('video').seeking")


def test_from_a_question_to_the_step_by_keys_alone(browser: Browser, shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(running.url)
        page.keyboard.type("suppl")
        expect(page.locator(".hits mark").first).to_have_text("supplier")
        page.keyboard.press("Enter")
        page.wait_for_url("**/demo/*")
        ready(page)
        step = demos[0].steps[2]
        assert step.start_ms - PICTURE_MS <= shown_ms(page) < step.end_ms
        expect(page.locator("#step-3")).to_have_class("now")


def test_a_link_to_a_step_opens_at_its_very_picture(browser: Browser, shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    step = demos[0].steps[3]
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}#step-4")
        ready(page)
        until(page, f"Math.abs(document.querySelector('video').currentTime - {step.start_ms / 1000}) < 0.05")
        assert shown_ms(page) == step.start_ms // PICTURE_MS * PICTURE_MS


def test_keys_walk_the_steps_change_the_speed_and_repeat(browser: Browser, shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}")
        ready(page)
        page.keyboard.press("n")
        expect(page.locator("#step-2")).to_have_class("now")
        page.keyboard.press("k")
        page.keyboard.press("n")
        expect(page.locator("#step-3")).to_have_class("now")
        page.keyboard.press("]")
        assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
        page.keyboard.press("2")
        page.keyboard.press("l")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        expect(page.locator("#step-2")).to_have_class("now")
        expect(page.locator('[data-do="loop"]')).to_have_attribute("aria-pressed", "true")


def test_a_key_means_the_step_that_the_key_before_led_to_however_fast_they_come(
    browser: Browser, shelf: tuple[Running, list[Demo]]
) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}#step-3")
        ready(page)
        press = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
        page.evaluate(f"for (const key of '2l') {press}")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#step-2")).to_have_class("now")
        expect(page.locator('[data-do="loop"]')).to_have_attribute("aria-pressed", "true")


def test_the_spoken_word_is_marked_and_a_word_leads_to_its_moment(
    browser: Browser, shelf: tuple[Running, list[Demo]]
) -> None:
    running, demos = shelf
    word = demos[0].words[6]
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}")
        ready(page)
        page.locator("#words span").nth(6).click()
        page.keyboard.press("k")
        until(page, f"document.querySelector('video').currentTime >= {word.start_ms / 1000 - 0.05}")
        page.evaluate(f"document.querySelector('video').currentTime = {(word.start_ms + word.end_ms) / 2000}")
        expect(page.locator("#words span.now")).to_have_text(word.text.strip())


def test_without_javascript_everything_can_be_found_and_read(
    browser: Browser, shelf: tuple[Running, list[Demo]]
) -> None:
    running, demos = shelf
    with page_of(browser, java_script_enabled=False) as page:
        page.goto(running.url)
        page.locator("#q").fill("supplier")
        page.get_by_role("button", name="Search").click()
        page.locator(".hits a").first.click()
        assert "/demo/" in page.url
        for step in demos[0].steps:
            expect(page.locator(f"#step-{step.number}")).to_contain_text(step.title)
        expect(page.locator("video")).to_have_attribute("controls", "")


def test_where_there_may_be_no_sound_captions_show_and_the_clip_is_mute(
    browser: Browser, shelf: tuple[Running, list[Demo]]
) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}")
        page.get_by_role("link", name="No sound here").click()
        ready(page)
        assert page.evaluate("document.querySelector('video').muted")
        until(page, "document.querySelector('video').textTracks[0].mode === 'showing'")
        until(page, "document.querySelector('video').textTracks[0].cues.length > 0")


def test_the_sound_alone_plays_without_the_pictures(browser: Browser, shelf: tuple[Running, list[Demo]]) -> None:
    running, demos = shelf
    asked: list[str] = []
    with page_of(browser) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{running.url}demo/{demos[0].demo_id}?view=listen")
        page.keyboard.press("2")
        until(page, f"document.querySelector('audio').currentTime > {demos[0].steps[1].start_ms / 1000}")
    assert not [url for url in asked if "clip.mp4" in url or ".webp" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, shelf: tuple[Running, list[Demo]], scheme: str) -> None:
    running, demos = shelf
    demo = f"demo/{demos[0].demo_id}"
    paths = ("", "?q=new", "?q=zzzz", demo, f"{demo}?view=quiet", f"{demo}?view=listen", f"{demo}?view=read", "nothing")
    with page_of(browser, color_scheme=scheme) as page:
        for path in paths:
            page.goto(running.url + path)
            found = Axe().run(page, options=AXE).response["violations"]
            assert not [(v["id"], v["nodes"][0]["html"]) for v in found], path


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    long = "Supercalifragilisticexpialidocious" * 5
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("wide-ab12", long, long, titles=[long], tags=[long], author=long))
        library.refresh()
        with served(library) as running, page_of(browser, viewport={"width": width, "height": 700}) as page:
            for path in (
                "",
                f"?q={long[:20]}",
                "demo/wide-ab12",
                "demo/wide-ab12?view=quiet",
                "demo/wide-ab12?view=read",
            ):
                page.goto(running.url + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_hostile_texts_do_nothing_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("hostile-ab12", HOSTILE, f"Click {HOSTILE}", titles=[HOSTILE], tags=[HOSTILE]))
        library.refresh()
        with served(library) as running, page_of(browser) as page:
            page.goto(running.url)
            page.keyboard.type("script")
            expect(page.locator(".hits").first).to_contain_text("<script>")
            page.goto(f"{running.url}demo/hostile-ab12")
            expect(page.locator("h1")).to_have_text(HOSTILE)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_printed_it_is_a_checklist_with_every_step(
    browser: Browser, shelf: tuple[Running, list[Demo]], tmp_path: Path, paper: str
) -> None:
    running, demos = shelf
    with page_of(browser) as page:
        page.goto(f"{running.url}demo/{demos[0].demo_id}")
        page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
        until(page, "[...document.images].every(i => i.complete)")
        page.pdf(path=tmp_path / "print.pdf", format=paper)
    pdf = PdfReader(tmp_path / "print.pdf")
    text = normalize("NFKC", "\n".join(sheet.extract_text() for sheet in pdf.pages))  # ligatures
    assert all(step.title in text for step in demos[0].steps)
    assert "Audio only" not in text
    assert "What is said" not in text
    assert sum(len(sheet.images) for sheet in pdf.pages) == len(demos[0].steps)


def test_a_clip_that_cannot_be_played_is_said_and_the_page_reads(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put_bundle(library.demos, record("broken-ab12", "Broken clip", "Open the menu.", "Save the file."))
        library.refresh()
        with served(library) as running, page_of(browser) as page:
            page.goto(f"{running.url}demo/broken-ab12")
            expect(page.locator("#broken")).to_be_visible()
            expect(page.locator("#step-2")).to_contain_text("Save the file.")


def test_a_demo_removed_while_open_says_so_at_the_next_click(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        put = put_bundle(library.demos, record("gone-ab12", "Soon gone", "Open the menu."))
        library.refresh()
        with served(library) as running, page_of(browser) as page:
            page.goto(f"{running.url}demo/gone-ab12")
            library.catalog.remove(put.demo_id)
            page.get_by_role("link", name="Checklist").click()
            expect(page.locator("h1")).to_contain_text("may have been removed")


def test_another_site_can_neither_frame_it_nor_read_it(browser: Browser, shelf: tuple[Running, list[Demo]]) -> None:
    running, _ = shelf
    with page_of(browser) as page:
        page.goto("data:text/html,<h1>elsewhere</h1>")
        page.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }", running.url
        )
        until(page, "document.querySelector('iframe').contentDocument === null")
        frame = page.frames[-1]
        frame.wait_for_load_state()
        assert not frame.url.startswith(running.url)
        read = page.evaluate("url => fetch(url).then(() => 'read', () => 'refused')", running.url)
        assert read == "refused"


def test_one_html_file_plays_without_any_network(
    browser: Browser, shelf: tuple[Running, list[Demo]], tmp_path: Path
) -> None:
    demo = shelf[1][0]
    file = export_to(demo, "html", tmp_path / "out.html")
    with page_of(browser, offline=True) as page:
        page.goto(f"{file.as_uri()}#step-3")
        step = demo.steps[2]
        until(page, "document.querySelector('video').readyState >= 2 && !document.querySelector('video').seeking")
        assert shown_ms(page) == step.start_ms // PICTURE_MS * PICTURE_MS
        page.keyboard.press("c")
        until(page, "document.querySelector('video').textTracks[0].cues?.length > 0")
        assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        found = Axe().run(page, options=AXE).response["violations"]
        assert not [(v["id"], v["nodes"][0]["html"]) for v in found]
