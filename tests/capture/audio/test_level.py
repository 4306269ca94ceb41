"""A meter tells speech from clipping and from a microphone that is off."""

from __future__ import annotations

import numpy as np

from capture.audio.level import LevelTracker
from capture.model import Level

SECOND = 1_000_000_000


def tone(amplitude: int) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    return np.full((4800, 1), amplitude, np.int16)


def test_full_scale_is_zero_decibels_and_half_of_it_is_six_less() -> None:
    loudness = LevelTracker()
    assert loudness.update(tone(-32768), 0).rms_db == 0.0
    level = loudness.update(tone(16384), 0)
    assert (level.rms_db, level.peak_db) == (-6.0, -6.0)


def test_clipping_is_shown_for_a_second() -> None:
    loudness = LevelTracker()
    assert loudness.update(tone(32767), 0).clipping
    assert loudness.update(tone(100), SECOND // 2).clipping
    assert not loudness.update(tone(100), SECOND * 2).clipping


def test_dead_silence_is_told_after_three_seconds_and_ends_with_the_first_noise() -> None:
    loudness = LevelTracker()
    assert not loudness.update(tone(0), 0).silent
    assert not loudness.update(tone(0), SECOND * 2).silent
    assert loudness.update(tone(0), SECOND * 3).silent
    assert loudness.update(tone(2), SECOND * 4).silent, "one step of noise is an open input, no microphone"
    assert not loudness.update(tone(12), SECOND * 5).silent, "a quiet room is heard"


def test_an_empty_block_and_a_lost_device_are_no_trouble() -> None:
    loudness = LevelTracker()
    assert loudness.update(np.zeros((0, 1), np.int16), 0) == Level()
    assert loudness.lose().silent
