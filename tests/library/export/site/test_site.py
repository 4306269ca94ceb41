"""An exported library is opened from a disk: search, pages and clips work without a server, whatever the texts hold."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Frame, Page, expect
from playwright.sync_api import Error as PlaywrightError

from capture.model import Region
from library.connection.library import Library, open_library
from library.export.site.export_site import export_one_file, export_site
from library.export.site.site_folder import write_site
from library.maintenance.edit import edit_demo
from library.model import LibraryError
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of
from tests.support.desktop import wait_for
from tests.support.web_library import filed

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & <!-- Größe"
LEAVE = ("Open the calendar.", "Pick the days you want off.", "Send the request.")
KINDS = ("folder", "one file")
_PATIENCE_S = 100
"""A page with a clip opens in it on a machine that is a tenth as fast as usual."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "films").mkdir()
    with open_library(folder / "library") as opened:
        filed(opened, folder / "films", HOSTILE, tags=("finance & <b>co</b>",))
        filed(opened, folder / "films", "Approve leave", LEAVE, tags=("hr",))
        yield opened


@pytest.fixture(scope="module")
def places(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("exported")
    site = export_site(library, folder / "a site #1")
    return {"folder": site, "one file": export_one_file(library, folder / "all.html")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def article(page: Page) -> Frame:
    """The frame that shows a demo, when it is there."""

    def there() -> Frame | None:
        try:
            return next((one for one in page.frames if one.query_selector("article.demo") is not None), None)
        except PlaywrightError:  # it is on its way to the page
            return None

    found: Frame = wait_for(there, "a demo's page", _PATIENCE_S)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_is_found_and_its_clip_stands_there(browser: Browser, places: dict[str, Path], kind: str) -> None:
    with page_of(browser) as page:
        page.goto(places[kind].as_uri())
        page.fill("#q", "suppl")
        assert page.inner_text("#said") == "1 demo"
        assert page.inner_text("#found .hits .step") == "Type the supplier."
        page.keyboard.press("Enter")
        frame = article(page)
        assert frame.inner_text("h1") == " ".join(HOSTILE.split())
        wait_for(
            lambda: frame.evaluate("clip.readyState >= 2 && clip.currentTime >= 4"), "the clip at its step", _PATIENCE_S
        )
        wait_for(lambda: frame.evaluate("[...document.images].some((one) => one.naturalWidth)"), "a still", _PATIENCE_S)
        kinds = frame.evaluate("[...clip.textTracks].map((track) => track.kind)")
        assert kinds == ["captions", "chapters"]
        chapters = "[...clip.textTracks].find(({kind}) => kind === 'chapters').cues?.length"
        wait_for(lambda: frame.evaluate(chapters) == 4, "its chapters", _PATIENCE_S)
        page.go_back()
        expect(page.locator("#q")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("kind", KINDS)
def test_search_knows_forms_of_words_and_says_when_none_has_all(
    browser: Browser, places: dict[str, Path], kind: str
) -> None:
    with page_of(browser) as page:
        page.goto(places[kind].as_uri())
        for query, said, first in (
            ("picking days", "1 demo", "Approve leave"),
            ("how do I send a request", "1 demo", "Approve leave"),
            ("große", "1 demo", HOSTILE),
            ("calendar supplier", "2 demos · none has all your words", ""),
            ("zzzz", "Nothing found for “zzzz”. Try fewer words, or the beginning of one.", ""),
        ):
            page.fill("#q", query)
            assert page.inner_text("#said") == said
            if first:
                assert page.inner_text("#found h2") == first
        page.fill("#q", "")
        assert page.locator("#all > li").count() == 2
        page.click("#tags a >> text=hr")
        wait_for(lambda: page.inner_text("#found h2") == "Approve leave", "what has the tag", _PATIENCE_S)
        page.go_back()
        wait_for(lambda: page.locator("#all").is_visible() and not page.input_value("#q"), "the list", _PATIENCE_S)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((390, 844), "dark")])
def test_on_any_device_it_is_readable(
    browser: Browser, places: dict[str, Path], kind: str, size: tuple[int, int], scheme: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with page_of(browser, viewport=viewport, color_scheme=scheme, bypass_csp=True) as page:
        page.goto(places[kind].as_uri())
        for query in ("", "order"):
            page.fill("#q", query)
            assert page.is_visible("#all") != bool(query)
            assert Axe().run(page, options=AXE).response["violations"] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_file_asks_for_nothing_outside_itself(browser: Browser, places: dict[str, Path], tmp_path: Path) -> None:
    alone = shutil.copy(places["one file"], tmp_path / "alone.html")
    with page_of(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(Path(alone).as_uri())
        page.click("#all h2 a")
        article(page)
        assert [url for url in asked[1:] if not url.startswith(("data:", "blob:"))] == []


def test_what_is_gone_is_removed_and_what_is_unchanged_stays(library: Library, tmp_path: Path) -> None:
    def clip_of(demo_id: str) -> Path:
        return tmp_path / "site" / "demos" / demo_id / "clip.mp4"

    with open_library(tmp_path / "library") as own:
        for demo_id in ("stays-ab12", "goes-ab12"):
            put_bundle(own.demos, record(demo_id, f"It {demo_id[:5]}", "Open it."))
        own.refresh()
        export_site(own, tmp_path / "site")
        before = clip_of("stays-ab12").stat().st_mtime_ns
        assert clip_of("goes-ab12").is_file()
        own.store.remove("goes-ab12")
        own.catalog.remove("goes-ab12")
        export_site(own, tmp_path / "site")
        assert clip_of("stays-ab12").stat().st_mtime_ns == before
        assert not clip_of("goes-ab12").parent.exists()


def test_a_new_version_brings_its_words(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as own:
        put_bundle(own.demos, record("one-ab12", "Old title", "Open it."))
        own.refresh()
        page = export_site(own, tmp_path / "site")
        assert "Old title" in page.read_text()
        edit_demo(own, "one-ab12", title="New title")
        export_site(own, tmp_path / "site")
        assert "Old title" not in page.read_text()
        assert "New title" in (tmp_path / "site/demos/one-ab12/index.html").read_text()


def test_a_page_shows_what_matters_and_the_whole_screen_is_one_click_away(
    browser: Browser, library: Library, tmp_path: Path
) -> None:
    one = library.catalog.get(next(demo.demo_id for demo in library.catalog.list() if "leave" in demo.title))
    steps = (replace(one.steps[0], focus=Region(40, 20, 160, 90)), *one.steps[1:])
    page_file = write_site("Name", [replace(one, steps=steps)], lambda demo: demo, tmp_path / "site")
    with page_of(browser) as page:
        page.goto((page_file.parent / "demos" / one.demo_id / "index.html").as_uri())
        still = page.locator("#step-1 img")
        still.scroll_into_view_if_needed()
        wait_for(lambda: still.evaluate("one => one.naturalWidth"), "the still", _PATIENCE_S)
        assert still.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [160, 90]
        assert still.evaluate("one => one.width / one.height") == pytest.approx(16 / 9, abs=0.02)
        assert (page_file.parent / "demos" / one.demo_id / "steps/01.webp").is_file()
        assert "steps/01.webp" in page.locator("#step-1").inner_html()


def test_only_files_of_changed_demos_are_fetched(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_site(library, tmp_path / "site")
    fetched: list[str] = []
    store = type(library.store)
    local = store.fetch_local
    monkeypatch.setattr(store, "fetch_local", lambda own, demo, *_: fetched.append(demo.title) or local(own, demo))
    edit_demo(
        library, next(demo.demo_id for demo in library.catalog.list() if "leave" in demo.title), tags=["hr", "new"]
    )
    fetched.clear()
    export_site(library, tmp_path / "site")
    assert fetched == ["Approve leave"]


def test_a_folder_with_other_files_is_left_alone(library: Library, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(LibraryError, match="holds other files"):
        export_site(library, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_only_a_collection_is_taken_when_it_is_named(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as own:
        put_bundle(own.demos, replace(record("in-ab12", "Inside", "Open it."), collections=("First week",)))
        put_bundle(own.demos, record("out-ab12", "Outside", "Open it."))
        own.refresh()
        text = export_one_file(own, tmp_path / "x.html", "first WEEK").read_text()
        assert "<title>First week</title>" in text
        assert "Inside" in text
        assert "Outside" not in text
        with pytest.raises(LibraryError, match="Nothing is in “none”"):
            export_site(own, tmp_path / "site", "none")
