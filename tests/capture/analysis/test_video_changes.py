"""Changes in films whose pictures come at uneven times are dated by the picture that first shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.analysis.video_changes import EVERY_MS, detect_changes
from capture.progress import silent
from tests.support.sample_videos import film


def _square_at(x: int) -> NDArray[np.uint8]:
    picture = np.full((360, 640, 3), 225, np.uint8)
    picture[160:192, x : x + 32] = 20
    return picture


def test_a_picture_that_stands_for_long_is_dated_by_its_own_time_though_the_one_before_was_just_compared(
    tmp_path: Path,
) -> None:
    pictures = [(0, _square_at(64)), (1_000, _square_at(192)), (1_033, _square_at(320)), (3_000, _square_at(320))]
    changes, _ = detect_changes(film(tmp_path / "a.mp4", pictures, 4_000), silent, 4_000)
    times = [change.at_ms for change in changes]
    assert max(times) < 1_033 + EVERY_MS, changes
    assert any(change.region.right > 320 for change in changes)


def test_what_only_the_last_picture_shows_is_seen(tmp_path: Path) -> None:
    pictures = [(0, _square_at(64)), (1_000, _square_at(192)), (1_033, _square_at(320))]
    changes, _ = detect_changes(film(tmp_path / "a.mp4", pictures, 1_040), silent, 1_040)
    assert any(change.region.right > 320 for change in changes), changes
