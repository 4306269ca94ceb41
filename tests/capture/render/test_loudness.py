"""The level of a voice in a clip: what is quiet is lifted, what is well recorded stays as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.model import Clip
from capture.render.clip_renderer import render_clip
from capture.render.loudness import LEVEL_DB, amplified, voice_gain
from capture.span import Span
from tests.support.sample_videos import RATE, film, numbered
from tests.support.whole_sound import read_sound

END_MS = 8_000
FIRST, SECOND = Span(1_000, 3_000), Span(5_000, 7_000)


def voices(levels: dict[Span, float], noise_db: float = -120.0) -> NDArray[np.float32]:
    """A sound with a tone of that level (dBFS RMS) in each span, over noise."""
    at = np.arange(END_MS * RATE // 1000)
    sound = 10 ** (noise_db / 20) * np.random.default_rng(5).standard_normal(len(at))
    for span, level_db in levels.items():
        inside = slice(span.start_ms * RATE // 1000, span.end_ms * RATE // 1000)
        sound[inside] += 2**0.5 * 10 ** (level_db / 20) * np.sin(at[inside] / 20)
    return sound.astype(np.float32)


def recording(path: Path, *sounds: NDArray[np.float32]) -> Path:
    return film(path, [(0, numbered(1)), (4_000, numbered(2))], END_MS, sounds)


def level_db(path: Path, span: Span, track: int = 0) -> float:
    """The level of a span of a file's sound, in dBFS RMS, without its edges."""
    sound = read_sound(path, track)
    rate = len(sound) / END_MS * 1000
    inside = sound[round((span.start_ms / 1000 + 0.2) * rate) : round((span.end_ms / 1000 - 0.2) * rate)]
    return float(10 * np.log10(np.square(inside, dtype=np.float64).mean()))


@pytest.mark.parametrize(
    ("spoken_db", "lifted_db"), [(-45.0, 25.0), (-32.0, 12.0), (-18.5, 0.0), (-21.5, 0.0), (-10.0, -10.0), (-65, 36)]
)
def test_a_voice_is_brought_to_one_level_unless_it_is_near_it(
    tmp_path: Path, spoken_db: float, lifted_db: float
) -> None:
    source = recording(tmp_path / "a.mkv", voices({FIRST: spoken_db}))
    assert 20 * np.log10(voice_gain(source, 0, [FIRST])) == pytest.approx(lifted_db, abs=1)


def test_silence_between_words_and_sound_beside_them_do_not_count(tmp_path: Path) -> None:
    source = recording(tmp_path / "a.mkv", voices({FIRST: -40.0, SECOND: -6.0}, noise_db=-66))
    assert 20 * np.log10(voice_gain(source, 0, [Span(0, 4_000)])) == pytest.approx(20, abs=1)


def test_where_nobody_speaks_or_nothing_is_heard_nothing_is_lifted(tmp_path: Path) -> None:
    source = recording(tmp_path / "a.mkv", voices({}, noise_db=-80))
    assert voice_gain(source, 0, []) == 1
    assert voice_gain(source, 0, [FIRST]) == 1


def test_loud_moments_bend_and_never_exceed_full_scale() -> None:
    rising = np.linspace(-1, 1, 201, dtype=np.float32)[None, :]
    louder = amplified(rising, 8.0)
    assert float(np.abs(louder).max()) <= 1
    assert (np.diff(louder[0]) >= 0).all()
    np.testing.assert_allclose(louder[0, 95:106], 8 * rising[0, 95:106], atol=1e-6)


def test_each_voice_of_a_clip_has_its_own_gain_and_other_tracks_stay(tmp_path: Path) -> None:
    source = recording(tmp_path / "a.mkv", voices({FIRST: -40.0}), voices({SECOND: -30.0}))
    speech, clip = [FIRST, SECOND], Clip(END_MS)
    gains = [voice_gain(source, track, speech) for track in (0, 1)]
    for name, some, expected in (("both", gains, LEVEL_DB), ("first", gains[:1], -30.0)):
        render_clip(source, clip, tmp_path / f"{name}.mp4", tracks=(0, 1), gains=some)
        assert level_db(tmp_path / f"{name}.mp4", FIRST) == pytest.approx(LEVEL_DB, abs=1.5)
        assert level_db(tmp_path / f"{name}.mp4", SECOND) == pytest.approx(expected, abs=1.5)
