"""A pathway as a SCORM 1.2 package: a first page, and each demo as a page that reports to the platform."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser

from library.connection.library import open_library
from library.export.scorm.pathway_package import write_pathway_package
from library.model import Demo, LibraryError
from library.practice.pathways.building import usual_points
from library.practice.pathways.model import Pathway, Point, PointKind
from tests.support.browser import chromium, page_of
from tests.support.cache import Unavailable
from tests.support.desktop import wait_for
from tests.support.learning_platform import serving_files, unpacked
from tests.support.web_library import filed

HOSTILE = '<script>alert(1)</script> & \ufffe "it\'s"'
_PATIENCE_S = 100
CP, ADL = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}", "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> list[Demo]:
    folder = tmp_path_factory.mktemp("scorm")
    (folder / "films").mkdir()
    with open_library(folder / "library", cache=folder / "indexes") as library:
        return [filed(library, folder / "films", title) for title in (HOSTILE, "Split an order")]


@pytest.fixture(scope="module")
def package(demos: list[Demo], tmp_path_factory: pytest.TempPathFactory) -> Path:
    gone = Point(kind=PointKind.ASSESS, demo_id="removed-1", title="Merge two suppliers")
    points = (*usual_points(demos, sign_off="Shift lead"), gone)
    pathway = Pathway(pathway_id="orders-1", title=HOSTILE, about=HOSTILE, points=points)
    return write_pathway_package(pathway, demos, tmp_path_factory.mktemp("out") / "orders.zip")


def test_the_manifest_names_each_file_once_and_which_pages_report(package: Path, demos: list[Demo]) -> None:
    with zipfile.ZipFile(package) as zipped:
        root = ET.fromstring(zipped.read("imsmanifest.xml"))  # noqa: S314  our own file
        named = [file.get("href") for file in root.iter(f"{CP}file")]
        assert sorted([*named, "imsmanifest.xml"]) == sorted(zipped.namelist())
        assert zipped.read("demos/2/clip.mp4") == (demos[1].path / demos[1].clip.path).read_bytes()
        resources = list(root.iter(f"{CP}resource"))
        assert [one.get(f"{ADL}scormtype") for one in resources] == ["asset", "sco", "sco"]
        assert [one.get("href") for one in resources] == ["index.html", "demos/1/index.html", "demos/2/index.html"]
        items = [item.get("identifierref") for item in root.iter(f"{CP}item")]
        assert items == [one.get("identifier") for one in resources]
        first = zipped.read("index.html").decode()
    assert "its demo was removed" in first
    assert "3 days after the last practice" in first
    assert "<script>alert" not in first


def test_a_demo_of_the_course_reports_and_is_complete_when_all_was_seen(
    browser: Browser, package: Path, tmp_path: Path
) -> None:
    try:
        site = unpacked(package, tmp_path / "site")
    except Unavailable as missing:  # a registry that cannot be reached says nothing about showhow
        pytest.skip(str(missing))
    with serving_files(site) as address, page_of(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto(address)
        page.evaluate("document.getElementById('course').src = 'course/demos/2/index.html'")
        begun = "calls.some(([name]) => name === 'LMSCommit')"
        wait_for(lambda: page.evaluate(begun), "the page to begin", _PATIENCE_S)
        frame = next(one for one in page.frames if "demos/2" in one.url)
        for box in frame.query_selector_all(".tick input"):
            box.check()
        status = "API.LMSGetValue('cmi.core.lesson_status')"
        wait_for(lambda: page.evaluate(status) == "completed", "it to be complete", _PATIENCE_S)
        assert not page.evaluate("calls.filter(call => call.at(-1) !== 'true')")
        page.goto(f"{address}/course/index.html")
        assert page.inner_text("h1") == " ".join(HOSTILE.split())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_pathway_without_a_demo_is_not_exported(tmp_path: Path, demos: list[Demo]) -> None:
    empty = Pathway(pathway_id="orders-1", title="Orders")
    with pytest.raises(LibraryError, match="no demo that could be exported"):
        write_pathway_package(empty, [], tmp_path / "out.zip")
    lost = replace(demos[0], clip=replace(demos[0].clip, path="gone.mp4"))
    with pytest.raises(LibraryError, match="read the clip"):
        write_pathway_package(empty, [demos[1], lost], tmp_path / "out.zip")
    assert list(tmp_path.iterdir()) == []
