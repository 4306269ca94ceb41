"""The loudness of a recording from end to end: it rises where there is sound, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.errors import Cancelled
from capture.video.waveform import envelope
from tests.support.sample_videos import beep, film, numbered

PICTURES = [(0, numbered(1)), (900, numbered(2))]


def test_it_is_loud_where_there_is_a_tone_and_quiet_elsewhere(tmp_path: Path) -> None:
    sound = beep([1_000], 4_000, length_ms=500)
    path = film(tmp_path / "film.mp4", PICTURES, 4_000, [sound])
    loud = envelope(path, 8, 4_000)
    assert len(loud) == 8
    assert loud[2] == max(loud) > 0.8  # a sine of half the scale: -9 dB
    assert max(loud[:2] + loud[4:]) < 0.3
    assert [at for at, level in enumerate(envelope(path, 40, 4_000)) if level > 0.5] == [10, 11, 12, 13, 14]


def test_sound_that_ends_early_is_silence_after_and_no_sound_is_nothing(tmp_path: Path) -> None:
    short = film(tmp_path / "short.mp4", PICTURES, 2_000, [beep([100], 1_000, length_ms=800)])
    assert envelope(short, 4, 2_000)[2:] == [0.0, 0.0]
    assert envelope(film(tmp_path / "mute.mp4", PICTURES, 2_000), 10, 2_000) == []
    assert envelope(short, 0, 2_000) == []


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise Cancelled("enough")

    path = film(tmp_path / "film.mp4", PICTURES, 1_000, [np.zeros(48_000, np.float32)])
    with pytest.raises(Cancelled):
        envelope(path, 10, 1_000, stop)
