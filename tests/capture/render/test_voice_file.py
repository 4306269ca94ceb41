"""A spoken sentence as a file: whole, as it sounded, small, and without anything else in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.render.voice_file import voice_file
from capture.video.audio_reader import AudioTrackReader
from tests.support.scripted_source import tone


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_the_file_sounds_as_what_was_said_and_is_as_long(rate: int, tmp_path: Path) -> None:
    file = tmp_path / "said.ogg"
    file.write_bytes(voice_file(tone(2.0, rate, hz=500)[:, 0], rate))
    with AudioTrackReader(file, rate=16_000) as reader:
        [heard] = reader.read(64_000)
    assert abs(len(heard) / 16_000 - 2.0) < 0.1
    spectrum = np.abs(np.fft.rfft(heard[8_000:24_000]))
    assert abs(int(spectrum.argmax()) - 500) <= 2
    assert 0.5 < float(np.abs(heard[8_000:24_000]).max()) / (8_000 / 32_768) < 1.5


def test_a_minute_of_whatever_sound_is_a_small_file_that_says_nothing_of_its_machine() -> None:
    noise = np.random.default_rng(1).normal(0, 6_000, 60 * 16_000).clip(-32_768, 32_767).astype(np.int16)
    assert len(voice_file(noise, 16_000)) < 256 << 10
    assert voice_file(noise[:16_000], 16_000) == voice_file(noise[:16_000], 16_000)
