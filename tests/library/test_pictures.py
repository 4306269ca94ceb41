"""Stills as they are shown: cropped to what is clicked, letters large enough, annotations drawn, blurs kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pypdf import PdfReader

from capture.model import Blur, Click, Region, Typed
from capture.render.blur import blurred_picture
from library.draft.click_mark import label_box, with_click_marked
from library.export.exporter import export_to
from library.model import ClipFacts, Demo
from library.pictures import CLOSE_WIDTH, Look, close_up, focus_of, shown_picture
from tests.library.factories import demo
from transcribe.model import Annotation, AnnotationKind, Picture, SecondStill, Step

SIZE = (1_920, 1_080)
LETTER = Region(1_000, 600, 12, 12)
"""A black square as high as the capital letters of a button at 1080p."""


def step_at(x: int, y: int, **more: object) -> Step:
    events = (Click(1_000, x, y),)
    return Step(0, 9_000, number=1, title="Click it", at_ms=940, events=events, still="steps/01.webp", **more)  # type: ignore[arg-type]  # a test's own fields


def filed(folder: Path, *steps: Step, size: tuple[int, int] = SIZE, picture: Picture | None = None) -> Demo:
    """A demo with these steps; each still is white with a black letter, or ``picture``."""
    (folder / "steps").mkdir()
    if picture is None:
        picture = np.full((size[1], size[0], 3), 255, np.uint8)
        picture[LETTER.y : LETTER.bottom, LETTER.x : LETTER.right] = 0
    for step in steps:
        for name in step.stills:
            Image.fromarray(picture).save(folder / name, lossless=True)
    clip = ClipFacts(duration_ms=9_000, width=size[0], height=size[1])
    return replace(demo("near-ab12", "Raise an order"), steps=steps, clip=clip, path=folder)


def dark(picture: Image.Image) -> Region:
    """The box of what is dark in a picture."""
    rows, columns = np.nonzero(np.asarray(picture.convert("L")) < 128)
    return Region(int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)


def test_letters_on_a_printed_checklist_are_one_and_a_half_millimetres_high(tmp_path: Path) -> None:
    one = filed(tmp_path, step_at(1_006, 606))
    file = export_to(one, "checklist", tmp_path / "out.pdf")
    subprocess.run(["pdftoppm", "-r", "600", "-png", "-singlefile", str(file), str(tmp_path / "page")], check=True)
    page = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    solid = cv2.morphologyEx((page < 100).astype(np.uint8), cv2.MORPH_OPEN, np.ones((24, 24), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(solid)
    squares = [high for _, _, wide, high, area in found[1:] if abs(wide - high) <= 3 and area > 0.9 * wide * high]
    assert max(squares) / 600 * 25.4 >= 1.55


def test_letters_on_a_phone_are_nine_pixels_high(tmp_path: Path) -> None:
    picture = shown_picture(filed(tmp_path, step_at(1_006, 606)), step_at(1_006, 606), Look.CLOSE)
    assert picture is not None
    assert dark(picture).height * 335 / picture.width >= 8.9  # 390 pixels without the margins of the page


@pytest.mark.parametrize("place", [(0, 0), (1_919, 1_079), (5, 1_070), (1_000, 600)])
@pytest.mark.parametrize("box", [(0, 0), (500, 220), (364, 220), (9_000, 9_000)])
def test_a_close_up_holds_the_click_wherever_it_is(place: tuple[int, int], box: tuple[int, int]) -> None:
    region = close_up(step_at(*place), SIZE, box)
    assert region.intersect(Region(0, 0, *SIZE)) == region
    assert region.x <= place[0] < region.right
    assert region.y <= place[1] < region.bottom


def test_a_field_is_shown_with_the_name_left_of_it() -> None:
    click = step_at(1_000, 600)
    field = replace(click, events=(*click.events, Typed(1_300, 9, 2_000)), focus=Region(950, 500, 720, 405))
    assert close_up(field, SIZE).x <= 950 - 130  # left of where the field begins


def test_a_dense_screen_is_shown_with_as_much_on_it() -> None:
    assert close_up(step_at(1_000, 600), (3_840, 2_160)).width == 2 * CLOSE_WIDTH


def test_demos_of_older_showhows_are_cropped_to_their_clicks_and_others_shown_whole(tmp_path: Path) -> None:
    whole = Region(0, 0, *SIZE)
    assert focus_of(step_at(1_000, 600), SIZE) != whole
    assert focus_of(Step(0, 9, number=1, title="x"), SIZE) == whole
    assert focus_of(step_at(1_000, 600, focus=Region(5_000, 0, 100, 100)), SIZE) == whole
    old = filed(tmp_path, step_at(300, 180), size=(640, 360), picture=np.zeros((360, 640, 3), np.uint8))
    without_size = replace(old, clip=ClipFacts())
    assert shown_picture(without_size, old.steps[0]) is not None


def test_a_still_made_smaller_is_cropped_to_the_same_place(tmp_path: Path) -> None:
    one = filed(tmp_path, step_at(1_006, 606))
    Image.open(tmp_path / "steps/01.webp").resize((960, 540)).save(tmp_path / "steps/01.webp", lossless=True)
    picture = shown_picture(one, one.steps[0], Look.CLOSE)
    assert picture is not None
    assert picture.width == pytest.approx(CLOSE_WIDTH / 2, abs=2)
    assert dark(picture).width == pytest.approx(6, abs=1)


def test_annotations_are_drawn_on_what_is_shown_and_leave_the_file_alone(tmp_path: Path) -> None:
    marked = tuple(Annotation(kind=kind, region=Region(1_040, 560, 60, 30), number=7) for kind in AnnotationKind)
    one = filed(tmp_path, *[step_at(1_006, 606, annotations=(mark,)) for mark in marked[:1]])
    before = (tmp_path / "steps/01.webp").read_bytes()
    plain = np.asarray(shown_picture(one, replace(one.steps[0], annotations=())))
    for mark in marked:
        drawn = np.asarray(shown_picture(one, replace(one.steps[0], annotations=(mark,))))
        changed = np.abs(drawn.astype(int) - plain).max(axis=2) > 60
        assert changed.any(), mark.kind
        assert changed.mean() < 0.05, mark.kind
    assert (tmp_path / "steps/01.webp").read_bytes() == before


def test_what_is_blurred_is_so_in_every_crop(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    secret = Blur(0, 9_000, region=Region(960, 560, 160, 80))
    hidden = blurred_picture(noise, [secret.region])
    one = filed(tmp_path, step_at(1_006, 606), picture=hidden)
    for look in Look:
        shown = shown_picture(one, one.steps[0], look)
        assert shown is not None
        pixels = np.asarray(shown.convert("L"))
        needle = cv2.cvtColor(noise[570:620, 980:1_060], cv2.COLOR_BGR2GRAY)
        assert cv2.matchTemplate(pixels, needle, cv2.TM_CCOEFF_NORMED).max() < 0.6


def test_talk_has_no_box_to_tick_and_no_picture_on_paper(tmp_path: Path) -> None:
    talk = Step(0, 900, number=1, title="Introduction", text="Today I show you orders.", still="steps/01.webp")
    done = replace(step_at(1_006, 606), number=2, still="steps/02.webp", text="Click it.")
    bye = replace(talk, number=3, title="That is all", text="That is all, thanks.", still="steps/03.webp")
    pages = PdfReader(export_to(filed(tmp_path, talk, done, bye), "checklist", tmp_path / "out.pdf")).pages
    assert sum(len(page.images) for page in pages) == 1
    boxes = sum(page.get_contents().get_data().count(b" re S") for page in pages)  # type: ignore[union-attr]  # there are contents
    assert boxes == 2  # the box to tick, and the edge of the picture


@pytest.mark.parametrize("form", ["checklist", "pdf", "slides"])
def test_the_dialog_that_a_step_opens_is_on_paper_beside_its_still(tmp_path: Path, form: str) -> None:
    then = SecondStill(at_ms=2_000, focus=Region(700, 400, 720, 405), still="steps/01-then.webp")
    one = filed(tmp_path, step_at(1_006, 606, then=then))
    pages = PdfReader(export_to(one, form, tmp_path / "out.pdf")).pages
    assert sum(len(page.images) for page in pages) == 2


@pytest.mark.parametrize(("text", "place"), [("New order", (720, 400)), ("OK", (655, 408))])
def test_a_click_on_a_label_is_framed_and_no_letter_of_it_covered(text: str, place: tuple[int, int]) -> None:
    picture = np.full((1_080, 1_920, 3), 220, np.uint8)
    cv2.rectangle(picture, (620, 376), (820, 426), (120, 120, 120), 1)
    cv2.putText(picture, text, (645, 410), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2, cv2.LINE_AA)
    letters = (picture < 100).all(axis=2)
    letters[:, :640] = letters[:, 815:] = False
    box = label_box(picture, *place)
    assert box is not None
    columns = np.nonzero(letters)[1]
    assert box.x <= columns.min()
    assert box.right > columns.max()
    assert box.width < 200
    marked = with_click_marked(picture, *place)
    assert (marked[letters] == picture[letters]).all()
    assert (np.abs(marked.astype(int) - (20, 95, 245)).sum(axis=2) < 60).any()


def test_a_click_into_an_empty_field_is_ringed() -> None:
    picture = np.full((1_080, 1_920, 3), 255, np.uint8)
    cv2.rectangle(picture, (500, 380), (900, 420), (0, 0, 0), 1)
    assert label_box(picture, 700, 400) is None
    marked = with_click_marked(picture, 700, 400)
    assert (np.abs(marked[400, 720:750].astype(int) - (20, 95, 245)).sum(axis=1) < 60).any()
