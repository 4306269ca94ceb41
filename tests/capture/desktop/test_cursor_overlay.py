"""Drawing the pointer and the rings over a picture and taking them off again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.desktop.cursor_overlay import RING_MS, Mark, Overlay, Picture, Rings, arrow_sprite, blend, ring_sprite
from capture.model import Region


def canvas() -> Picture:
    picture = np.random.default_rng(3).integers(0, 256, (60, 80, 4), np.uint8)
    picture[..., 3] = 255
    return picture


spots = st.lists(st.tuples(st.integers(-30, 110), st.integers(-30, 90), st.booleans()), max_size=3)


@given(st.lists(spots, min_size=1, max_size=5))
def test_whatever_moves_over_the_picture_leaves_no_trace_and_every_difference_is_told(moves: list) -> None:
    clean = canvas()
    picture = clean.copy()
    overlay = Overlay(clean, picture)
    for spots_now in moves:
        before = picture.copy()
        marks = [Mark(arrow_sprite() if arrow else ring_sprite(1), x, y) for x, y, arrow in spots_now]
        told = np.zeros((60, 80), bool)
        for box in overlay.update(marks, []):
            told[box.y : box.bottom, box.x : box.right] = True
        assert told[(picture != before).any(axis=2)].all()
        expected = clean.copy()
        for mark in dict.fromkeys(marks):  # two rings of one double click are one
            blend(expected, mark)
        assert (picture == expected).all()
    overlay.update([], [])
    assert (picture == clean).all()


def test_what_changes_under_a_standing_pointer_shows_and_the_pointer_stays_over_it() -> None:
    clean = canvas()
    picture = clean.copy()
    overlay = Overlay(clean, picture)
    mark = Mark(arrow_sprite(), 30, 20)
    overlay.update([mark], [])
    clean[15:30, 25:40, :3] = 9
    assert overlay.update([mark], [Region(25, 15, 15, 15)]) == []
    expected = clean.copy()
    blend(expected, mark)
    assert (picture == expected).all()


def test_a_sprite_keeps_the_picture_opaque_and_its_spot_on_its_place() -> None:
    picture = canvas()
    blend(picture, Mark(arrow_sprite(), 30, 20))
    assert (picture[..., 3] == 255).all()
    assert (picture[20, 30, :3] == 0).all()  # the arrow's black tip


def test_a_ring_grows_for_a_moment_and_is_gone() -> None:
    rings = Rings()
    rings.add(10, 20, 5.0)
    seen = [rings.marks(5.0 + ms / 1000) for ms in range(0, RING_MS + 50, 50)]
    widths = [marks[0].box.width for marks in seen if marks]
    assert widths == sorted(widths)
    assert len(set(widths)) == 4
    assert seen[-1] == []


@pytest.mark.usefixtures("quick_turns")
def test_clicks_told_while_their_rings_are_drawn_disturb_nothing() -> None:
    rings = Rings()
    with ThreadPoolExecutor() as pool:
        told = pool.submit(lambda: [rings.add(n % 80, n % 60, 1.0) for n in range(20_000)])
        while not told.done():
            rings.marks(1.1)
    assert len(rings.marks(1.2)) == 8
    assert not rings.marks(1.1 + RING_MS / 1000)
    assert not rings
