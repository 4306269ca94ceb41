"""Slides without a word can be read in the clip; a narrated film is trimmed as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.analysis.reading_time import READING_MS
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.connection.library import open_library
from library.intake.pipeline import file, propose
from tests.support.sample_videos import film, number_of, numbered
from tests.support.speech import say

STAYS_MS = 12_000


def test_each_slide_of_a_silent_film_can_be_read(tmp_path: Path) -> None:
    source = film(tmp_path / "slides.mp4", [(n * STAYS_MS, numbered(9 * n + 5)) for n in range(4)], 4 * STAYS_MS)
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as library:
        demo = file(propose(source), library)
    clip = demo.path / demo.clip.path
    length = probe(clip).duration_ms
    assert length == pytest.approx(4 * READING_MS, abs=2_500)
    shown = [number_of(grab_frame(clip, at)) for at in range(250, length, 500)]
    for n in range(4):
        assert shown.count(9 * n + 5) * 500 >= READING_MS - 1_000


def test_a_narrated_film_is_trimmed_where_nothing_is_said(tmp_path: Path) -> None:
    spoken = np.concatenate([say("Enter the name of the supplier.", 48_000), np.zeros(30 * 48_000, np.float32)])
    pictures = [(n * 6_000, numbered(9 * n + 5)) for n in range(4)]
    draft = propose(film(tmp_path / "told.mp4", pictures, 24_000, [spoken[: 24 * 48_000]]))
    assert draft.clip.duration_ms < 10_000
