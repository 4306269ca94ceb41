"""What is exported opens elsewhere: PDF pages with their texts and pictures, moving pictures, sound, one HTML file."""

from __future__ import annotations

import html
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from pypdf import PdfReader

from capture.errors import ShowhowError
from capture.video.media_info import probe
from capture.video.reader import frames
from library.connection.library import open_library
from library.export.exporter import FORMS, export_to, file_name, register
from library.model import Demo, DemoNotFound
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.sample_videos import number_of
from tests.support.web_library import PICTURE_MS, filed

SCRIPTS = "Größe ändern, выбрать файл, επιλογή"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("export")
    (folder / "films").mkdir()
    with open_library(folder / "library") as library:
        return filed(library, folder / "films", "Raise a purchase order", tags=("finance",))


def text_of(pdf: Path) -> str:
    """What a reader of PDF reads in it, in order, ligatures taken apart."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout


NEW_FORM = """
import sys
from library.export.exporter import Form, register

def shout(demo, options):
    return demo.title.upper()

register(Form("shout", "txt", "the title, aloud", lambda demo, output, _: output.write_text(shout(demo, None)), shout))

from tui.commands.root.app import app
app(sys.argv[1:])
"""


def test_a_form_that_is_registered_is_offered_and_written_by_the_command(one: Demo, tmp_path: Path) -> None:
    def showhow(*words: str) -> str:
        library = str(one.path.parent.parent.parent)
        command = [sys.executable, "-c", NEW_FORM, "--library", library, "export", *words]
        environment = os.environ | {"COLUMNS": "200", "SHOWHOW_HOME": str(tmp_path / "home")}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    offered = showhow("--help")
    assert all(name in offered for name in (*FORMS, "shout"))
    assert showhow(one.demo_id, "--format", "shout") == f"{one.title.upper()}\n"
    showhow(one.demo_id, "--format", "shout", "--output", str(tmp_path))
    assert (tmp_path / f"{one.demo_id}.txt").read_text(encoding="utf-8") == one.title.upper()


def test_a_name_belongs_to_one_form() -> None:
    with pytest.raises(ValueError, match="markdown"):
        register(FORMS["markdown"])


def test_two_exports_of_one_demo_never_share_a_name(one: Demo) -> None:
    names = [file_name(one, form) for form in FORMS]
    assert len(set(names)) == len(names)
    assert file_name(one, "gif", 2) != file_name(one, "gif", 3)


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("form", ["pdf", "checklist"])
def test_on_paper_every_step_stands_with_its_text_and_picture(one: Demo, tmp_path: Path, form: str, paper: str) -> None:
    file = export_to(one, form, tmp_path / "out.pdf", paper=paper)
    pdf = PdfReader(file)
    width = round(float(pdf.pages[0].mediabox.width))
    assert width == {"A4": 595, "letter": 612}[paper]
    text = text_of(file)
    places = [text.index(f"{step.number} {step.title.split()[0]}") for step in one.steps]
    assert places == sorted(places)
    assert one.title in text
    assert sum(len(page.images) for page in pdf.pages) == len(one.steps)
    assert (pdf.metadata or {})["/Title"] == one.title
    assert file.stat().st_size < 2_000_000


def test_a_checklist_has_a_box_for_each_step_to_tick(one: Demo, tmp_path: Path) -> None:
    file = export_to(one, "checklist", tmp_path / "out.pdf")
    subprocess.run(["pdftoppm", "-r", "72", "-png", str(file), str(tmp_path / "page")], check=True)
    page = Image.open(next(tmp_path.glob("page*.png"))).convert("L")
    # Down the middle of the boxes' left edges: a dark stretch of about 5 mm (14 dots) for each.
    margin = round(17 / 25.4 * 72)
    dark = [min(page.getpixel((x, y)) for x in range(margin - 1, margin + 2)) < 160 for y in range(page.height)]  # type: ignore[type-var]  # one number in grey
    runs = "".join("x" if d else " " for d in dark).split()
    assert sum(10 <= len(run) <= 18 for run in runs) == len(one.steps)


def test_slides_are_one_for_each_step_and_one_for_the_title(one: Demo, tmp_path: Path) -> None:
    pdf = PdfReader(export_to(one, "slides", tmp_path / "out.pdf"))
    assert len(pdf.pages) == len(one.steps) + 1
    assert pdf.pages[0].mediabox.width / pdf.pages[0].mediabox.height == pytest.approx(16 / 9, abs=0.01)
    assert [len(page.images) > 0 for page in pdf.pages] == [False, *[True] * len(one.steps)]


def test_paper_carries_letters_of_many_scripts_and_long_and_hostile_texts(tmp_path: Path) -> None:
    long = "Press " + "very " * 300 + "long"
    demo = record("odd-ab12", SCRIPTS, SCRIPTS, long, "<b>not bold</b> **nor this** \x1b[31m", titles=[SCRIPTS, long])
    (tmp_path / "demos").mkdir()
    put = put_bundle(tmp_path / "demos", demo)  # its stills are no pictures either
    for form in ("pdf", "checklist", "slides"):
        text = text_of(export_to(put, form, tmp_path / f"{form}.pdf"))
        assert all(word in text for word in ("Größe", "выбрать", "επιλογή"))
        assert "<b>not bold</b> **nor this**" in " ".join(text.split())


def test_a_long_demo_goes_over_many_pages_and_loses_no_step(tmp_path: Path) -> None:
    demo = record("many-ab12", "Many", *[f"Do the thing number{n:03}." for n in range(120)])
    (tmp_path / "demos").mkdir()
    put = put_bundle(tmp_path / "demos", demo)
    for form in ("pdf", "checklist"):
        text = text_of(export_to(put, form, tmp_path / f"{form}.pdf"))
        assert all(f"number{n:03}" in text for n in range(120))


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_a_step_moves_as_in_the_clip(one: Demo, tmp_path: Path, form: str) -> None:
    step = one.steps[1]
    file = export_to(one, form, tmp_path / f"out.{form}", step=2)
    import numpy as np

    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        shown, lasting = [], []
        for n in range(picture.n_frames):  # type: ignore[attr-defined]  # of what moves
            picture.seek(n)
            shown.append(number_of(np.array(picture.convert("RGB"))))
            lasting.append(int(picture.info["duration"]))
    first = step.start_ms // PICTURE_MS
    assert shown == list(range(first, first + len(shown)))
    assert abs(len(shown) - step.duration_ms / PICTURE_MS) <= 1
    assert all(abs(ms - PICTURE_MS) <= 130 for ms in lasting[1:-1])
    assert file.stat().st_size < 2_000_000


def test_a_step_there_is_not_is_said(one: Demo, tmp_path: Path) -> None:
    with pytest.raises(DemoNotFound, match="has no step 9"):
        export_to(one, "webp", tmp_path / "x.webp", step=9)
    assert not list(tmp_path.iterdir())


def test_the_narration_alone_is_a_sound_file(one: Demo, tmp_path: Path) -> None:
    facts = probe(export_to(one, "audio", tmp_path / "out.m4a"))
    assert (facts.has_sound, facts.has_video) == (True, False)
    assert abs(facts.duration_ms - one.clip.duration_ms) < 100


def test_the_clip_has_a_chapter_for_each_step_and_the_same_pictures(one: Demo, tmp_path: Path) -> None:
    odd = replace(one, title="A <b>title</b>", steps=tuple(replace(s, title=f"Größe <{s.number}>") for s in one.steps))
    file = export_to(odd, "clip", tmp_path / "out.mp4")
    probe_it = ["ffprobe", "-v", "error", "-show_chapters", "-show_format", "-of", "json", str(file)]
    said = json.loads(subprocess.run(probe_it, capture_output=True, check=True).stdout)
    assert [chapter["tags"]["title"] for chapter in said["chapters"]] == [
        f"{step.number}. {step.title}" for step in odd.steps
    ]
    starts = [round(float(chapter["start_time"]) * 1000) for chapter in said["chapters"]]
    assert starts == [0, *(step.start_ms for step in odd.steps[1:])]
    assert (said["format"]["tags"]["title"], said["format"]["tags"]["artist"]) == ("A <b>title</b>", one.author)
    assert [number_of(f.picture) for f in frames(file)] == [number_of(f.picture) for f in frames(one.path / "clip.mp4")]


def test_one_html_file_asks_for_nothing_outside_itself(one: Demo, tmp_path: Path) -> None:
    page = export_to(one, "html", tmp_path / "out.html").read_text()
    assert "default-src 'none'" in html.unescape(page)
    for attribute in ('src="', 'href="'):
        values = [part.partition('"')[0] for part in page.split(attribute)[1:]]
        assert values
        assert all(value.startswith(("data:", "#")) for value in values), values


def test_a_missing_clip_is_one_line_and_no_file(one: Demo, tmp_path: Path) -> None:
    gone = replace(one, clip=replace(one.clip, path="gone.mp4"))
    for form in ("html", "audio", "webp", "clip"):
        with pytest.raises(ShowhowError, match=r"gone\.mp4|clip"):
            export_to(gone, form, tmp_path / f"x.{form}")
    assert not list(tmp_path.iterdir())
