"""The sound of a file in parts: whatever is asked for, in whatever order, it is what the whole would give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.video import long_sound
from capture.video.long_sound import LongSound
from capture.video.read import read_sound
from tests.filming import beep, film, numbered

END = 9_000


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "film.mp4"
    return film(path, [(0, numbered(1))], END, [beep(range(100, END, 700), END)])


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(st.integers(0, 160_000), st.integers(0, 60_000)), max_size=8), ask=st.integers(0, 8))
def test_parts_are_those_of_the_whole(
    source: Path, monkeypatch: pytest.MonkeyPatch, parts: list[tuple[int, int]], ask: int
) -> None:
    monkeypatch.setattr(long_sound, "_KEPT", 16_000)  # so that looking back goes beyond it
    monkeypatch.setattr(long_sound, "_AT_ONCE", 7_000)
    whole = read_sound(source)
    with LongSound(source) as sound:
        for n, (start, count) in enumerate(parts):
            if n == ask:
                assert len(sound) == len(whole)
            assert np.array_equal(sound[start : start + count], whole[start : start + count])
        assert len(sound) == len(whole)
        assert len(sound._near) < 16_000 + 60_000 + 2 * 7_000


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    with LongSound(film(tmp_path / "film.mp4", [(0, numbered(1))], 1_000)) as sound:
        assert not len(sound[0:100])
        assert not len(sound)
