"""Labels: the words a click lies on, whatever the pointer hides and whatever stands around them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from capture.model import Click, Pointer, Region, WindowChange
from transcribe.model import Picture, TextLine
from transcribe.ocr.click_label import label_at, place_of
from transcribe.ocr.incremental_reader import IncrementalOcr
from transcribe.ocr.pointer_occlusion import alike, clear_moments
from transcribe.ocr.rapidocr_reader import RapidOcrReader
from transcribe.ocr.text_layout import joined

WORDS = {
    "New order": (60, 40),
    "Submit": (220, 40),
    "Supplier": (60, 120),
    "Binder, type 14": (60, 200),
    "27.72": (420, 200),
}


@pytest.fixture(scope="module")
def reader() -> RapidOcrReader:
    return RapidOcrReader()


def screen(scale: int = 1, words: dict[str, tuple[int, int]] = WORDS) -> Picture:
    """A window with words on it, letters as large as an ordinary desktop's; ``scale`` 2 for a dense screen."""
    picture = Image.new("RGB", (900 * scale, 850 * scale), "#f0f0f0")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(14 * scale)
    for word, (x, y) in words.items():
        draw.text((x * scale, y * scale), word, font=font, fill="black")
    return np.ascontiguousarray(np.asarray(picture)[..., ::-1])


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ((90, 48), "New order"),
        ((245, 48), "Submit"),
        ((50, 56), "New order"),  # beside its words, as on a button's edge
        ((100, 208), "Binder, type 14"),
        ((440, 208), "27.72"),
        ((700, 500), ""),
        ((899, 849), ""),
    ],
)
@pytest.mark.parametrize("scale", [1, 2])
def test_a_label_is_what_stands_where_was_clicked(
    reader: RapidOcrReader, scale: int, place: tuple[int, int], label: str
) -> None:
    assert label_at(reader, screen(scale), place[0] * scale, place[1] * scale) == label


LINKS = ("Forgot password?", "Terms of service", "Help", "Back to list")


@pytest.mark.parametrize("scale", [1, 2])
def test_of_links_in_a_row_only_the_one_is_read(reader: RapidOcrReader, scale: int) -> None:
    font, places, x = ImageFont.load_default(14), {}, 40
    for text in LINKS:
        places[text] = (x, 300)
        x += round(font.getlength(text)) + 13
    for text, (left, top) in places.items():
        for at in (left + 4, left + round(font.getlength(text)) - 4):
            read = label_at(reader, screen(scale, places), at * scale, (top + 8) * scale)
            assert read.replace(" ", "") == text.replace(" ", "")  # the reader drops a blank now and then


def test_an_empty_field_is_called_by_what_stands_to_its_left(reader: RapidOcrReader) -> None:
    assert label_at(reader, screen(), 330, 128) == ""
    assert label_at(reader, screen(), 330, 128, field=True) == "Supplier"


def test_a_long_label_is_read_whole_and_a_text_is_no_label(reader: RapidOcrReader) -> None:
    long = {"Show all open purchase orders of this department": (100, 100)}
    assert label_at(reader, screen(words=long), 110, 108) == "Show all open purchase orders of this department"
    text = {"It was clicked into a text that goes on and on and on, far longer than any label is": (100, 100)}
    assert label_at(reader, screen(words=text), 400, 108) == ""


def test_all_text_of_a_picture_comes_line_by_line(reader: RapidOcrReader) -> None:
    assert IncrementalOcr(reader).text(screen()) == "New order · Submit · Supplier · Binder, type 14 · 27.72"
    assert IncrementalOcr(reader).text(np.zeros((64, 64, 3), np.uint8)) == ""


class Counting:
    """A reader that tells how many rows it had to look at."""

    def __init__(self, reader: RapidOcrReader) -> None:
        self.reader, self.rows = reader, [0]

    def lines(self, picture: Picture) -> list[TextLine]:
        self.rows.append(picture.shape[0])
        return self.reader.lines(picture)


def test_of_the_next_picture_only_what_changed_is_read_and_nothing_is_lost(reader: RapidOcrReader) -> None:
    counting = Counting(reader)
    readout = IncrementalOcr(counting)
    readout.text(screen())
    later = {**WORDS, "Supplier": (60, 118), "Harbour Paper": (200, 118)}
    assert (
        readout.text(screen(words=later)) == "New order · Submit · Supplier · Harbour Paper · Binder, type 14 · 27.72"
    )
    assert counting.rows[-1] < 200
    looked = len(counting.rows)
    assert readout.text(screen(words=later)).count("Harbour Paper") == 1
    assert len(counting.rows) == looked
    assert readout.text(screen(words={"Thank you": (300, 400)})) == "Thank you"


def test_words_that_stand_close_are_one_label_and_neighbours_are_not() -> None:
    runs = [
        TextLine("order", Region(62, 11, 40, 20)),
        TextLine("New", Region(20, 10, 40, 20)),
        TextLine("Submit", Region(130, 10, 60, 20)),
        TextLine("Ready", Region(20, 40, 40, 20)),
    ]
    assert [line.text for line in joined(runs)] == ["New order", "Submit", "Ready"]
    assert joined([]) == []


class Noise:
    """A reader that takes icons for signs."""

    def lines(self, picture: Picture) -> list[TextLine]:
        height, width = picture.shape[:2]
        return [TextLine("|=:", Region(width // 2 - 20, height // 2 - 10, 40, 20), 0.9)]


def test_signs_are_no_label() -> None:
    assert label_at(Noise(), screen(), 90, 48) == ""
    assert IncrementalOcr(Noise()).text(screen()) == ""


PATH = [Pointer(100 * n, 10 * n, 300) for n in range(40)]


def test_a_place_is_looked_at_before_the_pointer_comes_and_after_it_has_left() -> None:
    click = Click(2_100, 200, 300)
    before, after = clear_moments(click, PATH, Region(150, 270, 100, 60))
    assert 1_000 <= before < 1_200  # it comes within reach of the place at 1,200 ms
    assert 2_600 <= after < 2_900


def test_nothing_is_seen_past_another_window() -> None:
    click = Click(2_100, 200, 300)
    assert clear_moments(click, [*PATH, WindowChange(1_400, "Confirm")], Region(150, 270, 100, 60))[0] > 2_100
    assert len(clear_moments(click, [*PATH, WindowChange(2_150, "Confirm")], Region(150, 270, 100, 60))) == 1
    assert clear_moments(click, [], Region(150, 270, 100, 60)) == []


def test_a_window_that_the_click_itself_brings_to_the_front_is_looked_at_afterwards() -> None:
    click = Click(2_100, 200, 300, window="Orders", window_class="Orders")
    raised = [*PATH, WindowChange(0, "showhow", "XTerm"), WindowChange(2_150, "Orders", "Orders")]
    before, after = clear_moments(click, raised, Region(150, 270, 100, 60))
    assert before < 1_200
    assert after > 2_600
    under = [pointer for pointer in PATH if pointer.at_ms >= 1_900]  # it stood there when the take began
    (only,) = clear_moments(click, [*under, *raised[-2:]], Region(150, 270, 100, 60))
    assert only > 2_600


def test_two_pictures_are_alike_whatever_the_pointer_covers_or_hovering_shades() -> None:
    plain, arrow = screen()[20:80, 20:320], Region(60, 20, 30, 30)
    covered = plain.copy()
    cv2.circle(covered, (75, 35), 12, (0, 0, 0), -1)
    assert alike(plain, covered, arrow)
    assert alike(plain, np.clip(plain.astype(int) - 30, 0, 255).astype(np.uint8), arrow)
    assert not alike(plain, screen()[100:160, 20:320], arrow)
    assert not alike(plain, plain[:10], arrow)


def test_the_place_of_a_click_is_larger_on_a_dense_screen() -> None:
    click = Click(0, 500, 400)
    assert place_of(click, 2160).width == 2 * place_of(click, 1080).width
