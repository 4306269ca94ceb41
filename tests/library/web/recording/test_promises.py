"""What recording in a browser promises, over many moments: minutes long."""

from __future__ import annotations

import statistics

import pytest

from tests.benches.bench_browser import browser_claps, tab_kills

pytestmark = [pytest.mark.long, pytest.mark.x11, pytest.mark.sound, pytest.mark.timeout(1200)]


def test_a_tab_killed_at_any_moment_loses_at_most_two_seconds() -> None:
    lost = tab_kills(20)
    assert len(lost) == 20
    assert max(lost) <= 2.0, lost


def test_sound_and_picture_of_one_moment_are_together() -> None:
    found = [clap.off_ms for clap in browser_claps(20)]
    assert len(found) >= 18
    assert abs(statistics.median(found)) <= 80, found
