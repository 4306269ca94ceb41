"""Exports a demo as a SCORM 1.2 package: a zip with a manifest, the page, the clip, its tracks and the stills.

Owns the manifest and the zip. The progress that the page tells to a learning platform is in ``scorm.js``
and ``state.js``.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from capture.files import replace_file
from library.export.documents.step_pictures import web_pictures
from library.files import library_errors
from library.model import Demo
from library.text import xml_text
from library.web.single_page import offline_page, with_pictures
from library.web.templates import HERE as WEB
from library.web.view_models import ShownStep, Sources
from transcribe.captions import to_vtt
from transcribe.chapters import steps_to_vtt

HERE = Path(__file__).parent
_CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
MANIFEST, PAGE = "imsmanifest.xml", "index.html"
_CLIP, _CAPTIONS, _CHAPTERS = "clip.mp4", "captions.vtt", "chapters.vtt"
_STEPS = "steps"
ASSETS = (
    *(WEB / name for name in ("reader.css", "demo.js", "zoom.js", "icon.svg")),
    HERE / "scorm.js",
    HERE / "state.js",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same demo gives the same zip; this is the first date that a zip can hold."""


def write_package(demo: Demo, output: Path) -> Path:
    """Write the package, atomically; returns the file. Raises LibraryError when the clip cannot be read, OSError."""
    with new_package(output) as package:
        files = [*add_assets(package), *add_demo(package, demo)]
        add_text(package, MANIFEST, manifest(demo, files))
    return output


@contextmanager
def new_package(output: Path) -> Iterator[zipfile.ZipFile]:
    """A zip to be filled, which gets its name when the block ends without an error. Raises OSError."""
    part = output.with_name(f".{output.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as package:
            yield package
        replace_file(part, output)
    finally:
        part.unlink(missing_ok=True)


def add_assets(package: zipfile.ZipFile) -> list[str]:
    """Add the styles and scripts of the pages; returns their names."""
    for asset in ASSETS:
        add_text(package, asset.name, asset.read_text(encoding="utf-8"))
    return [asset.name for asset in ASSETS]


def add_demo(package: zipfile.ZipFile, demo: Demo, folder: str = "", assets: str = "") -> list[str]:
    """Add a demo's page, clip, tracks and stills below ``folder``; returns their names, the page first.

    ``assets`` leads from there to the styles and scripts. Raises LibraryError when the clip cannot be read, OSError.
    """
    stills = web_pictures(demo)
    pictures = {f"{_STEPS}/{name}": data for name, data in stills.items()}
    texts = {
        PAGE: _page(demo, stills, assets),
        _CAPTIONS: to_vtt(demo.transcript),
        _CHAPTERS: steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title),
    }
    for name, text in texts.items():
        add_text(package, f"{folder}{name}", text)
    with library_errors(f"read the clip of “{demo.title}”"):
        _add_file(package, f"{folder}{_CLIP}", demo.path / demo.clip.path)
    for name, data in pictures.items():
        package.writestr(zipfile.ZipInfo(f"{folder}{name}", _EPOCH), data)  # compressing it again gains nothing
    return [f"{folder}{name}" for name in (*texts, _CLIP, *pictures)]


def _page(demo: Demo, pictures: Container[str], assets: str) -> str:
    def shown(step: ShownStep) -> ShownStep:
        return with_pictures(demo, step, _STEPS, pictures)

    sources = Sources("", _CLIP, "", _CAPTIONS, _CHAPTERS)
    return offline_page("scorm.html", demo, sources, shown=shown, folder=HERE, assets=assets)


def add_text(package: zipfile.ZipFile, name: str, text: str) -> None:
    """Add a text, the same bytes for the same text."""
    package.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)


def _add_file(package: zipfile.ZipFile, name: str, path: Path) -> None:
    """Add a clip as it is: compressing it again gains nothing."""
    info = zipfile.ZipInfo(name, _EPOCH)
    with path.open("rb") as source, package.open(info, "w", force_zip64=path.stat().st_size >= 1 << 31) as target:
        shutil.copyfileobj(source, target, 1 << 20)


def manifest(demo: Demo, files: Iterable[str]) -> str:
    """The manifest (imsmanifest.xml): one course with one page that reports (a SCO), made of these files."""
    item = CourseItem(demo.title, PAGE, tuple(files), reports=True)
    return course_manifest(f"showhow-{demo.demo_id}-v{demo.version}", demo.title, [item])


class CourseItem(NamedTuple):
    """A page of a course: its title, address and files; ``reports``: it tells the platform of progress (a SCO)."""

    title: str
    page: str
    files: tuple[str, ...]
    reports: bool


def course_manifest(identifier: str, title: str, items: Sequence[CourseItem]) -> str:
    """The manifest (imsmanifest.xml) of a course with these pages in order."""
    for prefix, space in (("", _CP), ("adlcp", _ADL)):
        ET.register_namespace(prefix, space)
    root = ET.Element(f"{{{_CP}}}manifest", {"identifier": identifier, "version": "1.0"})
    facts = _sub(root, "metadata")
    _sub(facts, "schema").text, _sub(facts, "schemaversion").text = "ADL SCORM", "1.2"
    organization = _sub(_sub(root, "organizations", default="course"), "organization", identifier="course")
    _sub(organization, "title").text = xml_text(title)
    resources = _sub(root, "resources")
    for number, one in enumerate(items, 1):
        item = _sub(organization, "item", identifier=f"item-{number}", identifierref=f"page-{number}", isvisible="true")
        _sub(item, "title").text = xml_text(one.title)
        page = _sub(resources, "resource", identifier=f"page-{number}", type="webcontent", href=one.page)
        page.set(f"{{{_ADL}}}scormtype", "sco" if one.reports else "asset")
        for name in one.files:
            _sub(page, "file", href=name)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _sub(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CP}}}{name}", attributes)
