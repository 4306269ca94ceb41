"""What the recorder promises, held to its limits on real sound and a real screen. Minutes long."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benches.measures import claps, kills, long_take, pauses

pytestmark = [pytest.mark.long, pytest.mark.x11, pytest.mark.sound, pytest.mark.timeout(900)]


def test_twenty_kills_cost_at_most_a_second_each() -> None:
    assert max(kills(20)) <= 1.0


def test_sound_and_picture_of_one_moment_are_together() -> None:
    found = [clap.off_ms for clap in claps(20)]
    assert len(found) >= 18
    assert abs(np.mean(found)) <= 40
    assert max(map(abs, found)) <= 70


def test_fifty_pauses_do_not_part_them() -> None:
    before, after = pauses(50)
    assert abs(after - before) <= 20


def test_ten_minutes_neither_part_them_nor_fill_the_memory() -> None:
    taken = long_take(10)
    assert abs(taken.drift) <= 1.0, "ms a minute; 10 are allowed"
    assert taken.memory_mb[-1] - taken.memory_mb[0] < 10
    assert taken.take.figures.dropped_audio_ms < 100
