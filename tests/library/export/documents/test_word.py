"""A Word document opens with each step's text, picture and link; no text of a demo breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from msgspec.structs import replace
from PIL import Image

from library.export.exporter import export_to
from library.model import Demo
from tests.library.factories import demo, put_bundle

HOSTILE = "<b>x</b> & \ufffe ]]> {{title}} Größe"


@pytest.fixture
def filed(tmp_path: Path) -> Demo:
    (tmp_path / "demos").mkdir()
    one = demo(
        "raise-k3f9", "Raise an order", "Open it.", "Save it.", "Done.", titles=[HOSTILE, "Save"], author="Priya"
    )
    put = put_bundle(tmp_path / "demos", one)
    for step, size in zip(put.steps, ((1920, 1080), (600, 1800)), strict=False):
        Image.new("RGB", size, (9, 9, step.number)).save(put.path / step.still)
    return put


def test_each_step_has_its_heading_text_and_picture_in_order(filed: Demo, tmp_path: Path) -> None:
    document = Document(str(export_to(filed, "docx", tmp_path / "out.docx")))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert [heading.rpartition("  ")[0] for heading in headings] == [
        "1 <b>x</b> & ]]> {{title}} Größe", "2 Save", "3 Done.",
    ]  # fmt: skip
    assert [p.text for p in document.paragraphs if p.text in {"Open it.", "Save it."}] == ["Open it.", "Save it."]
    assert document.core_properties.title == "Raise an order"
    assert document.core_properties.author == "Priya"
    shapes = document.inline_shapes
    assert len(shapes) == 2  # the third still is no picture
    assert [shape._inline.docPr.get("descr") for shape in shapes][1] == "The screen at step 2: Save"


@pytest.mark.parametrize(("paper", "width_mm"), [("A4", 210), ("letter", 216)])
def test_pictures_lie_inside_of_the_page_in_their_own_shape(
    filed: Demo, tmp_path: Path, paper: str, width_mm: int
) -> None:
    document = Document(str(export_to(filed, "docx", tmp_path / "out.docx", paper=paper)))
    section = document.sections[0]
    assert round(section.page_width.mm) == width_mm  # type: ignore[union-attr]  # it has one
    room = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]  # it has them
    wide, high = document.inline_shapes
    assert wide.width <= room
    assert wide.width / wide.height == pytest.approx(16 / 9, rel=0.01)
    assert high.width / high.height == pytest.approx(1 / 3, rel=0.01)
    assert high.height < section.page_height / 2  # type: ignore[operator]  # it has one


def test_title_and_steps_link_to_the_reader(filed: Demo, tmp_path: Path) -> None:
    file = export_to(filed, "docx", tmp_path / "out.docx", reader_url="https://howto.example.com")
    links = [
        link.address + (f"#{link.fragment}" if link.fragment else "")
        for p in Document(str(file)).paragraphs
        for link in p.hyperlinks
    ]
    page = "https://howto.example.com/demo/raise-k3f9"
    assert links == [page, *(f"{page}#step-{number}" for number in (1, 2, 3))]


def test_without_steps_what_was_said_stands_there(filed: Demo, tmp_path: Path) -> None:
    file = export_to(replace(filed, steps=()), "docx", tmp_path / "out.docx")
    assert "Open it. Save it. Done." in [p.text for p in Document(str(file)).paragraphs]
