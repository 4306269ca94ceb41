"""A SCORM 1.2 package in a learning platform: it begins, goes on where it was left, is complete when all was seen."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page

from library.connection.library import open_library
from library.export.exporter import export_to
from library.model import Demo
from tests.support.browser import chromium, page_of
from tests.support.cache import Unavailable
from tests.support.desktop import wait_for
from tests.support.learning_platform import serving_files, unpacked
from tests.support.web_library import filed

HOSTILE = '<script>alert(1)</script> & \ufffe "it\'s"'
_PATIENCE_S = 100
"""A clip plays in it on a machine that is a tenth as fast as usual."""
CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("scorm")
    (folder / "films").mkdir()
    with open_library(folder / "library") as library:
        return filed(library, folder / "films", HOSTILE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def platform(one: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("platform")
    try:
        site = unpacked(export_to(one, "scorm", folder / "demo.zip"), folder / "site")
    except Unavailable as missing:  # a registry that cannot be reached says nothing about showhow
        pytest.skip(str(missing))
    with serving_files(site) as address:
        yield address


def course(page: Page) -> Frame:
    """The frame of the package, ready."""
    wait_for(lambda: page.evaluate("calls.some(([name]) => name === 'LMSCommit')"), "the package to begin", _PATIENCE_S)
    return next(frame for frame in page.frames if "course/" in frame.url)


def value(page: Page, name: str) -> str:
    return str(page.evaluate("name => API.LMSGetValue(name)", name))


def settles(page: Page, name: str, wanted: str) -> None:
    wait_for(lambda: value(page, name) == wanted, f"{name} to be {wanted}, not {value(page, name)}", _PATIENCE_S)


def test_it_begins_follows_the_steps_and_is_complete_when_all_were_played(browser: Browser, platform: str) -> None:
    with page_of(browser) as page:
        page.goto(platform)
        frame = course(page)
        assert page.evaluate("calls[0]") == ["LMSInitialize", "", "true"]
        settles(page, "cmi.core.lesson_status", "incomplete")
        assert "0 of 4 steps seen" in frame.inner_text("#progress")
        frame.evaluate("clip.muted = true, clip.playbackRate = 8, clip.play()")
        settles(page, "cmi.core.lesson_status", "completed")
        wait_for(lambda: "4 of 4 steps seen" in frame.inner_text("#progress"), "the page to say so")
        settles(page, "cmi.core.lesson_location", "step-4")
        assert not page.evaluate("calls.filter(call => call.at(-1) !== 'true')")


def test_who_goes_to_the_end_is_at_the_last_step(browser: Browser, platform: str) -> None:
    with page_of(browser) as page:
        page.goto(platform)
        frame = course(page)
        frame.evaluate("clip.currentTime = clip.duration")
        settles(page, "cmi.core.lesson_location", "step-4")
        assert value(page, "cmi.core.lesson_status") == "incomplete"


def test_left_and_opened_again_it_goes_on_at_its_step_with_what_was_seen(browser: Browser, platform: str) -> None:
    with page_of(browser) as page:
        page.goto(platform)
        frame = course(page)
        frame.check("#step-3 input")
        frame.click("#step-2 h3 a")
        settles(page, "cmi.core.lesson_location", "step-2")
        page.evaluate("document.getElementById('course').src = 'about:blank'")
        wait_for(lambda: "LMSFinish" in page.evaluate("calls.map(([name]) => name)"), "the session to end")
        said = dict(page.evaluate("calls.filter(([name]) => name === 'LMSSetValue').map(call => call.slice(1, 3))"))
        assert said["cmi.core.exit"] == "suspend"
        assert said["cmi.core.session_time"].count(":") == 2
        assert len(said["cmi.suspend_data"]) < 4_096
        page.goto(platform)
        frame = course(page)
        wait_for(lambda: "1 of 4 steps seen" in frame.inner_text("#progress"), "what was seen")
        assert [box.is_checked() for box in frame.query_selector_all(".tick input")] == [False, False, True, False]
        wait_for(lambda: frame.evaluate("location.hash") == "#step-2", "its step")


def test_the_state_of_any_number_of_steps_fits_and_is_read_again(browser: Browser, platform: str) -> None:
    packing = """number => import("./state.js").then(({ state, isIn }) => {
        const seen = Array.from({ length: number }, (_, at) => at % 3 === 0);
        const packed = state(seen, seen.map((one) => !one));
        const [, first, second] = packed.split(" ");
        const isRead = (one, at) => isIn(first, at) === one && isIn(second, at) !== one;
        return [packed.length, seen.slice(0, 7000).every(isRead)];
    })"""
    with page_of(browser) as page:
        page.goto(platform)
        frame = course(page)
        for number in (1, 4, 5, 1_000, 20_000):
            length, same = frame.evaluate(packing, number)
            assert length < 4_096
            assert same


def test_without_a_platform_it_is_a_page_that_says_so(browser: Browser, platform: str) -> None:
    for size in ((1280, 800), (390, 844)):
        with page_of(browser, viewport={"width": size[0], "height": size[1]}) as page:
            page.goto(f"{platform}/course/index.html")
            wait_for(lambda page=page: "only where a learning platform" in page.inner_text("#progress"), "the line")
            assert page.inner_text("h1") == " ".join(HOSTILE.split())
            assert Axe().run(page).response["violations"] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_manifest_names_every_file_of_the_package_and_no_other(one: Demo, tmp_path: Path) -> None:
    with zipfile.ZipFile(export_to(one, "scorm", tmp_path / "demo.zip")) as package:
        root = ET.fromstring(package.read("imsmanifest.xml"))  # noqa: S314  our own file
        named = [file.get("href") for file in root.iter(f"{CP}file")]
        assert sorted([*named, "imsmanifest.xml"]) == sorted(package.namelist())
        assert package.read("clip.mp4") == (one.path / one.clip.path).read_bytes()
    assert [title.text for title in root.iter(f"{CP}title")] == ['<script>alert(1)</script> & "it\'s"'] * 2
    resource = next(root.iter(f"{CP}resource"))
    assert resource.get("href") == "index.html"
    assert resource.get("{http://www.adlnet.org/xsd/adlcp_rootv1p2}scormtype") == "sco"
    assert root.findtext(f"{CP}metadata/{CP}schemaversion") == "1.2"
