"""Stills: where to act, marked, in a file small enough to be sent around."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from capture.model import Click
from capture.progress import silent
from library.draft.stills import marked_click, still_of, write_stills
from library.export.contact_sheet import GAP, STILL_WIDTH
from library.export.exporter import export_to
from library.model import ClipFacts, Demo, LibraryError
from tests.support.sample_videos import film, number_of, numbered
from transcribe.model import Picture, Step

ORANGE = np.array([20, 95, 245])


def opened(data: bytes) -> Picture:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def crowded(width: int, height: int) -> Picture:
    """A screen with a long table on it, among the hardest there is to make small."""
    picture = np.full((height, width, 3), 250, np.uint8)
    for row, y in enumerate(range(20, height, 34)):
        line = " ".join(f"{(row * 7919 + n * 104729) % 99991} Carton" for n in range(width // 200))
        cv2.putText(picture, line, (8, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (row * 5 % 90, 30, 60), 1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_a_still_of_any_screen_stays_small_and_its_text_readable(size: tuple[int, int]) -> None:
    picture = crowded(*size)
    data = still_of(picture)
    assert len(data) <= 150_000
    shown = np.asarray(cv2.resize(opened(data), size), np.uint8)
    assert cv2.matchTemplate(shown, picture, cv2.TM_CCOEFF_NORMED)[0, 0] > (0.9 if size[0] <= 1920 else 0.6)


def test_an_ordinary_screen_keeps_its_size() -> None:
    picture = np.full((1080, 1920, 3), 240, np.uint8)
    picture[100:1000, 100:1800] = 255
    assert opened(still_of(picture)).shape == picture.shape


def test_noise_becomes_small_rather_than_large() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (720, 1280, 3), dtype=np.uint8)
    assert len(still_of(noise)) <= 150_000


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_the_click_is_marked_by_a_ring_around_it_that_leaves_the_words_alone(ground: int) -> None:
    picture = np.full((1080, 1920, 3), ground, np.uint8)
    shown = opened(still_of(picture, (900, 500))).astype(int)
    near = np.abs(shown - ORANGE).sum(axis=2) < 120
    rows, columns = np.nonzero(near)
    assert abs(rows.mean() - 500) < 2
    assert abs(columns.mean() - 900) < 2
    assert 30 <= (columns.max() - columns.min()) // 2 <= 45
    assert np.abs(shown[480:521, 880:921] - ground).max() < 25
    assert not (np.abs(opened(still_of(picture)).astype(int) - ORANGE).sum(axis=2) < 120).any()


def test_a_ring_at_the_edge_of_the_picture_is_cut_off_there() -> None:
    assert opened(still_of(np.zeros((200, 300, 3), np.uint8), (299, 0))).shape == (200, 300, 3)


@pytest.mark.parametrize(
    ("at_ms", "click_ms"), [(940, 1_000), (1_000, 1_000), (2_000, 3_000), (3_500, None), (0, 1_000)]
)
def test_the_mark_is_the_click_that_comes_next(at_ms: int, click_ms: int | None) -> None:
    clicks = (Click(1_000, 1, 1), Click(3_000, 2, 2))
    found = marked_click(Step(0, 9_000, number=1, title="x", at_ms=at_ms, events=clicks))
    assert (found.at_ms if found else None) == click_ms


def test_a_still_shows_the_moment_of_its_step(tmp_path: Path) -> None:
    video = film(tmp_path / "clip.mp4", [(n * 500, numbered(n)) for n in range(6)], 3_000)
    steps = [
        Step(0, 1_500, number=1, title="a", at_ms=940, still="steps/01.webp", events=(Click(1_000, 40, 20),)),
        Step(1_500, 3_000, number=2, title="b", at_ms=2_600, still="steps/02.webp"),
    ]
    write_stills(video, steps, tmp_path, silent)
    one, two = (opened((tmp_path / step.still).read_bytes()) for step in steps)
    assert [number_of(one), number_of(two)] == [1, 5]
    assert (np.abs(one.astype(int) - ORANGE).sum(axis=2) < 150).any()
    assert not (np.abs(two.astype(int) - ORANGE).sum(axis=2) < 150).any()


def filed(folder: Path, titles: list[str]) -> Demo:
    """A demo with a still of one colour for each title, but for the last."""
    (folder / "steps").mkdir()
    steps = []
    for number, title in enumerate(titles, 1):
        name = f"steps/{number:02}.webp"
        steps.append(Step(number * 1_000, number * 1_000 + 900, number=number, title=title, still=name))
        if number < len(titles):
            (folder / name).write_bytes(still_of(np.full((360, 640, 3), 20 * number, np.uint8)))
    clip = ClipFacts(duration_ms=9_000, width=640, height=360)
    return Demo(demo_id="a-demo", title="Raise an order", steps=tuple(steps), clip=clip, path=folder)


@pytest.mark.parametrize(("ending", "kind"), [("webp", "WEBP"), ("png", "PNG"), ("jpg", "JPEG")])
def test_a_contact_sheet_shows_every_still_in_order(tmp_path: Path, ending: str, kind: str) -> None:
    demo = filed(tmp_path, ["Click New order", "Fill in Supplier " * 8, "выбрать", "Click Submit", "Missing"])
    file = export_to(demo, "contact-sheet", tmp_path / f"sheet.{ending}")
    with Image.open(file) as sheet:
        assert sheet.format == kind
        pixels = np.asarray(sheet.convert("RGB")).astype(int)
    rows, columns = [], []
    for number in range(1, 5):
        ys, xs = np.nonzero(np.abs(pixels - 20 * number).max(axis=2) <= 2)
        inside = (np.bincount(ys).argmax(), np.bincount(xs).argmax())
        rows.append(inside[0])
        columns.append(inside[1] // (STILL_WIDTH + GAP))
    assert columns == [0, 1, 2, 0]
    assert rows[3] > max(rows[:3])


def test_a_contact_sheet_of_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no steps"):
        export_to(replace(filed(tmp_path, ["x"]), steps=()), "contact-sheet", tmp_path / "sheet.webp")
