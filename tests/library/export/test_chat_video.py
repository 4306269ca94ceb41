"""A film for a chat: close to what matters, as long as the clip, with its sound, and words in it when asked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from capture.model import Region
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.export.exporter import export_to
from library.model import ClipFacts, Demo
from library.pictures import MOVES_MS, focus_moments, view_at
from tests.library.factories import demo
from tests.support.sample_videos import beep, film
from transcribe.model import Picture, Step

SIZE = (1_280, 720)
LEFT, RIGHT = Region(0, 0, 480, 270), Region(800, 450, 480, 270)


def halves() -> Picture:
    """Red at the upper left, blue at the lower right."""
    picture = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    picture[:270, :480] = (0, 0, 200)
    picture[450:, 800:] = (200, 0, 0)
    return picture


def filed(folder: Path) -> Demo:
    film(folder / "clip.mp4", [(0, halves())], 6_000, [beep([0, 3_000], 6_000)])
    steps = (
        Step(0, 3_000, number=1, title="Left", focus=LEFT),
        Step(3_000, 6_000, number=2, title="Right", focus=RIGHT),
    )
    spoken = demo("chat-ab12", "Left and right", "Look at the left.", "Look at the right.")
    clip = ClipFacts(duration_ms=6_000, width=SIZE[0], height=SIZE[1], has_sound=True)
    return replace(spoken, steps=steps, clip=clip, path=folder)


def colour_at(video: Path, at_ms: int, rows: slice = slice(None)) -> tuple[int, ...]:
    return tuple(int(value) for value in np.median(grab_frame(video, at_ms)[rows], axis=(0, 1)))


def test_it_shows_the_focus_of_each_step_with_the_sound_of_the_clip(tmp_path: Path) -> None:
    video = export_to(filed(tmp_path), "mp4", tmp_path / "out.mp4")
    facts = probe(video)
    assert facts.has_sound
    assert abs(facts.duration_ms - 6_000) < 200
    assert (facts.width, facts.height) == SIZE
    blue, _, red = colour_at(video, 2_000)
    assert (red > 150, blue < 60) == (True, True)
    blue, _, red = colour_at(video, 5_000)
    assert (red < 60, blue > 150) == (True, True)


def test_words_are_in_the_picture_only_when_asked(tmp_path: Path) -> None:
    one = filed(tmp_path)
    plain = export_to(one, "mp4", tmp_path / "plain.mp4")
    worded = export_to(one, "mp4", tmp_path / "worded.mp4", captions=True)
    lower = slice(600, None)
    at_ms = one.transcript.segments[0].start_ms + 300
    changed = np.abs(grab_frame(plain, at_ms)[lower].astype(int) - grab_frame(worded, at_ms)[lower]).max(axis=2) > 60
    assert changed.mean() > 0.02
    upper = slice(0, 500)
    same = np.abs(grab_frame(plain, at_ms)[upper].astype(int) - grab_frame(worded, at_ms)[upper]).max(axis=2) > 60
    assert same.mean() < 0.01


@pytest.mark.parametrize("form", ["webp", "gif"])
def test_a_moving_picture_of_a_step_shows_its_focus_too(tmp_path: Path, form: str) -> None:
    file = export_to(filed(tmp_path), form, tmp_path / f"out.{form}", step=2)
    with Image.open(file) as picture:
        assert picture.size == (800, 450)
        red, _, blue = np.median(np.asarray(picture.convert("RGB")), axis=(0, 1))
    assert (red < 60, blue > 150) == (True, True)


def test_the_view_moves_without_a_jump_and_stays_inside(tmp_path: Path) -> None:
    moments = focus_moments(filed(tmp_path))
    views = [view_at(moments, at_ms, SIZE) for at_ms in range(0, 7_000, 20)]
    for before, after in pairwise(views):
        assert max(abs(before.x - after.x), abs(before.y - after.y), abs(before.width - after.width)) <= 80
        assert after.intersect(Region(0, 0, *SIZE)) == after
    assert view_at(moments, 3_000 + MOVES_MS, SIZE) == RIGHT
