"""On paper: scripts run their own way and join, pages are counted, codes lead to steps, gaps are said."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pypdf import PdfReader

from library.export import fonts
from library.export.exporter import export_to, notices
from library.model import Demo
from library.sharing.qr_code import qr_code, qr_lines
from tests.library.factories import demo, put_bundle
from tests.support.windows import skip_on_wine
from transcribe.model import Correction
from tui.config import Settings
from tui.doctor import CHECKS

ARABIC, HEBREW, JAPANESE = "افتح القائمة واختر أمر الشراء", "לחץ על הכפתור החדש", "発注書を選択します"
READER = "https://howto.example.com"
FORMS = ("pdf", "checklist", "slides")


def filed(folder: Path, *texts: str, titles: Sequence[str] = ()) -> Demo:
    """A demo with those steps, named like their texts or by ``titles``, and stills that can be read."""
    (folder / "demos").mkdir()
    put = put_bundle(folder / "demos", demo("paper-ab12", "Raise an order", *texts, titles=titles or texts))
    for step in put.steps:
        Image.new("RGB", (640, 360), (190, 200, step.number)).save(put.path / step.still)
    return put


def words_on(pdf: Path) -> list[tuple[float, str]]:
    """Each word, its letters from left to right, and the place of its left edge in points."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True)
    return [(float(at), word) for at, word in re.findall(r'<word xMin="([\d.]+)".*?>(.*?)</word>', done.stdout)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("title", [ARABIC, HEBREW], ids=["Arabic", "Hebrew"])
def test_what_is_read_from_the_right_begins_there(tmp_path: Path, form: str, title: str) -> None:
    found = words_on(export_to(filed(tmp_path, title), form, tmp_path / "out.pdf"))
    places = [next(at for at, word in found if word == wanted[::-1]) for wanted in title.split()]
    assert places == sorted(places, reverse=True)


def test_arabic_letters_join(tmp_path: Path) -> None:
    """Lam and alef are one sign when shaped, narrower than both alone."""
    width = {}
    for name, text in (("joined", "لا"), ("apart", "ل\u200cا")):
        (tmp_path / name).mkdir()
        file = export_to(filed(tmp_path / name, f"{text} {text}"), "pdf", tmp_path / f"{name}.pdf")
        places = sorted(at for at, word in words_on(file) if set(word) & set("لاﻻ"))
        width[name] = places[1] - places[0]
    assert width["joined"] < width["apart"] * 0.9


@pytest.mark.parametrize("form", ["pdf", "checklist"])
def test_each_page_says_which_it_is_of_how_many(tmp_path: Path, form: str) -> None:
    pages = PdfReader(export_to(filed(tmp_path, *["Press it."] * 20), form, tmp_path / "out.pdf")).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page.extract_text()


@pytest.mark.parametrize("form", FORMS)
def test_a_code_beside_each_step_leads_there(tmp_path: Path, form: str) -> None:
    file = export_to(filed(tmp_path, "Open it.", "Save it."), form, tmp_path / "out.pdf", reader_url=f"{READER}/")
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(file), str(tmp_path / "page")], check=True)
    read = set[str]()
    for page in tmp_path.glob("page*.png"):
        picture = np.array(Image.open(page).convert("L"))
        read |= set(cv2.QRCodeDetectorAruco().detectAndDecodeMulti(picture)[1])
    assert read - {""} == {f"{READER}/demo/paper-ab12#step-{number}" for number in (1, 2)}
    plain = export_to(filed_again(tmp_path), form, tmp_path / "plain.pdf")
    assert sum(len(page.images) for page in PdfReader(plain).pages) == 2  # the stills alone


def filed_again(folder: Path) -> Demo:
    (folder / "again").mkdir()
    return filed(folder / "again", "Open it.", "Save it.")


@pytest.mark.parametrize("length", [1, 20, 60, 120, 300])
def test_a_code_of_any_length_can_be_read(length: int) -> None:
    address = f"{READER}/{'a-b/' * 75}"[:length]
    picture = qr_code(address)
    large = np.array(picture.resize((picture.width * 6, picture.height * 6), Image.Resampling.NEAREST))
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == address


@pytest.mark.parametrize("length", [20, 60, 90])
def test_a_code_in_characters_can_be_read_and_fits_a_terminal(length: int) -> None:
    address = f"{READER}/{'a-b/' * 75}"[:length]
    lines = qr_lines(address)
    assert len({len(line) for line in lines}) == 1
    assert len(lines) <= 23
    light = np.array([[c in upper for c in line] for line in lines for upper in ("█▀", "█▄")], np.uint8) * 255
    assert cv2.QRCodeDetector().detectAndDecode(np.kron(light, np.ones((6, 6), np.uint8)))[0] == address


def shown_pixels(pdf: Path) -> int:
    """How many pixels of stills are on the pages."""
    subprocess.run(["pdftoppm", "-r", "30", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
    pages = (np.asarray(Image.open(page).convert("RGB"), int) for page in pdf.parent.glob(f"{pdf.stem}-*.png"))
    return sum(int((abs(page[..., :2] - (190, 200)).max(axis=2) < 12).sum()) for page in pages)


def test_a_still_after_long_words_is_whole_on_its_page(tmp_path: Path) -> None:
    texts = [text for n in range(4) for text in ("Press it.", "Press the button and wait for it. " * (20 + 15 * n))]
    (tmp_path / "long").mkdir()
    long = export_to(filed(tmp_path / "long", *texts, titles=["Press it"] * 8), "pdf", tmp_path / "long.pdf")
    short = export_to(filed(tmp_path, *["Press it."] * 8), "pdf", tmp_path / "short.pdf")
    assert shown_pixels(long) == pytest.approx(shown_pixels(short), rel=0.03)


@pytest.fixture
def only_the_first_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with DejaVu, or Windows' first font, and nothing else."""
    if fonts.find_face() is None:
        skip_on_wine("fonts of Windows")
    monkeypatch.setattr(fonts, "_asked", lambda _letter: [])
    monkeypatch.setattr(fonts, "_WIDE", ())
    fonts._font_with.cache_clear()
    yield
    fonts._font_with.cache_clear()


@pytest.mark.parametrize("form", [*FORMS, "contact-sheet"])
@pytest.mark.usefixtures("only_the_first_font")
def test_letters_without_a_font_are_said_with_the_package_that_has_them(tmp_path: Path, form: str) -> None:
    one = filed(tmp_path, JAPANESE, "ไทย", "Größe", ARABIC)
    export_to(one, form, tmp_path / "out")
    [line] = notices(one, form)
    assert "Chinese and Japanese and Thai" in line
    assert line.endswith(fonts.font_remedy(fonts.missing_scripts([JAPANESE, "ไทย", "Größe", ARABIC])))
    assert not notices(replace(one, steps=one.steps[2:]), form)
    assert not notices(one, "markdown")


def test_packages_of_debian_are_named_on_linux_only() -> None:
    lacking = (fonts.script_of("発"), fonts.script_of("ไ"))
    assert "fonts-noto-cjk fonts-noto-core" in fonts.font_remedy(lacking, "linux")
    assert "fonts-noto" not in fonts.font_remedy(lacking, "win32") + fonts.font_remedy(lacking, "darwin")


@pytest.mark.usefixtures("only_the_first_font")
def test_letters_of_a_correction_are_looked_for_too(tmp_path: Path) -> None:
    one = filed(tmp_path, "Press the new button.", titles=["Press it"])
    [said] = one.transcript.segments
    corrected = replace(said, corrections=(Correction("new", JAPANESE),))
    one = replace(one, transcript=replace(one.transcript, segments=(corrected,)))
    assert "Japanese" in notices(one, "pdf")[0]


@pytest.mark.usefixtures("only_the_first_font")
def test_doctor_names_the_scripts_too(tmp_path: Path) -> None:
    found = CHECKS["fonts on paper"](Settings(home=tmp_path))
    assert found.state == "limited"
    assert "Thai" in found.detail
    assert "noto" in found.remedy.lower()


def test_a_font_that_has_the_letters_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (face := fonts.find_face()) is None:
        skip_on_wine("fonts of Windows")
    assert face is not None
    latin = face.bold
    monkeypatch.setattr(fonts, "_asked", lambda _letter: [tmp_path / "gone.ttf", latin])
    fonts._font_with.cache_clear()
    monkeypatch.setattr(fonts, "_lacking", lambda texts, _face: set("".join(texts)))
    assert fonts.fonts_for(["abc"]) == (latin,)
    fonts._font_with.cache_clear()


def test_stills_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    one = filed(tmp_path, "Open it.", "Save it.", "Close it.")
    assert not notices(one, "checklist")
    (one.path / one.steps[0].still).unlink()
    (one.path / one.steps[2].still).write_bytes(b"torn")
    assert notices(one, "checklist") == ["2 pictures of 3 could not be read. See: showhow library check"]
