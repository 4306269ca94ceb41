"""Where a blurred rectangle lies at each moment."""

from __future__ import annotations

from capture.model import Blur, Region


def test_a_blur_without_an_end_place_stays_where_it_is() -> None:
    blur = Blur(1_000, 3_000, region=Region(10, 20, 30, 40))
    assert {blur.at(ms) for ms in (0, 1_000, 2_500, 9_000)} == {Region(10, 20, 30, 40)}


def test_a_blur_moves_and_grows_evenly_and_stays_at_its_ends_outside_its_span() -> None:
    blur = Blur(1_000, 3_000, region=Region(0, 0, 10, 10), until=Region(100, 50, 30, 20))
    assert blur.at(2_000) == Region(50, 25, 20, 15)
    assert (blur.at(0), blur.at(1_000)) == (Region(0, 0, 10, 10), Region(0, 0, 10, 10))
    assert (blur.at(3_000), blur.at(9_000)) == (Region(100, 50, 30, 20), Region(100, 50, 30, 20))
