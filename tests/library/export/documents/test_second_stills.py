"""A dialog that a step opens is seen in every document and package: its second still stands after the first."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from msgspec.structs import replace
from PIL import Image

from capture.model import Region
from library.export.exporter import export_to
from library.export.site.site_folder import write_site
from library.model import Demo
from tests.library.factories import demo, put_bundle
from transcribe.model import SecondStill

SIZE, FOCUS = (640, 360), Region(100, 80, 320, 180)


@pytest.fixture
def filed(tmp_path: Path) -> Demo:
    (tmp_path / "demos").mkdir()
    one = demo("pay-ab12", "Pay an invoice", "Click pay.", "Click done.")
    asks = SecondStill(at_ms=one.steps[0].end_ms - 1, focus=FOCUS, still="steps/01-then.webp")
    one = replace(
        one, steps=(replace(one.steps[0], then=asks), one.steps[1]),
        clip=replace(one.clip, width=SIZE[0], height=SIZE[1]),
    )  # fmt: skip
    put = put_bundle(tmp_path / "demos", one)
    for n, name in enumerate(("steps/01.webp", "steps/01-then.webp", "steps/02.webp")):
        Image.new("RGB", SIZE, (9, 9, n * 90)).save(put.path / name, lossless=True)
    return put


def test_in_a_word_document(filed: Demo, tmp_path: Path) -> None:
    shapes = Document(str(export_to(filed, "docx", tmp_path / "out.docx"))).inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [
        "The screen at step 1: Click pay.", "What step 1 leads to: Click pay.", "The screen at step 2: Click done.",
    ]  # fmt: skip
    assert shapes[1].width / shapes[1].height == pytest.approx(FOCUS.width / FOCUS.height, rel=0.01)


@pytest.mark.parametrize("png", [False, True])
def test_in_markdown(filed: Demo, tmp_path: Path, *, png: bool) -> None:
    text = export_to(filed, "markdown", tmp_path / "out.md", png=png).read_text()
    ending = "png" if png else "webp"
    names = [f"out-steps/{name}.{ending}" for name in ("01", "01-then", "02")]
    places = [text.index(f"(<{name}>)") for name in names]
    assert places == sorted(places)
    with Image.open(tmp_path / names[1]) as shown:
        assert shown.size == (FOCUS.width, FOCUS.height)


def test_in_a_skill(filed: Demo, tmp_path: Path) -> None:
    folder = export_to(filed, "skill", tmp_path / "pay")
    text = (folder / "SKILL.md").read_text()
    assert "[step 1](references/01.webp), which leads to [this screen](references/01-then.webp)" in text
    assert (folder / "references/01-then.webp").is_file()


def test_in_a_scorm_package(filed: Demo, tmp_path: Path) -> None:
    with zipfile.ZipFile(export_to(filed, "scorm", tmp_path / "out.zip")) as package:
        page = next(package.read(name).decode() for name in package.namelist() if name.endswith(".html"))
        names = package.namelist()
    assert {"steps/01-then.webp", "steps/01-then-focus.webp"} <= set(names)
    assert (
        page.index("steps/01-focus.webp") < page.index("steps/01-then-focus.webp") < page.index("steps/02-focus.webp")
    )


def test_in_a_site(filed: Demo, tmp_path: Path) -> None:
    write_site("Our demos", [filed], lambda found: found, tmp_path / "site")
    folder = next((tmp_path / "site/demos").iterdir())
    page = (folder / "index.html").read_text()
    assert "steps/01-then-focus.webp" in page
    assert (folder / "steps/01-then-focus.webp").is_file()
