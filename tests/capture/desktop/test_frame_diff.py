"""Comparing pixels: which boxes changed, how many, and the sums that recognise a picture."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from capture.desktop.frame_diff import BOXES, Comparer, Pixels, cheap_to_grab, checksum, gather
from capture.model import Region

WIDTH, HEIGHT = 330, 205  # neither a whole number of blocks


def blank() -> Pixels:
    return np.full((HEIGHT, WIDTH), 0x00A0B0C0, np.uint32)


def covered(boxes: list[Region]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    for box in boxes:
        mask[box.y : box.bottom, box.x : box.right] = True
    return mask


places = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))


@given(st.lists(places, max_size=30))
def test_every_changed_pixel_lies_in_a_box_and_every_box_has_one_at_each_edge(changed: list[tuple[int, int]]) -> None:
    old, new = blank(), blank()
    for x, y in changed:
        new[y, x] = 0x00112233
    boxes = Comparer().changed(old, new)
    assert len(boxes) <= BOXES
    assert bool(boxes) == bool(changed)
    assert covered(boxes)[new != old].all()
    for box in boxes:
        inside = (new != old)[box.y : box.bottom, box.x : box.right]
        assert inside[0].any()
        assert inside[-1].any()
        assert inside[:, 0].any()
        assert inside[:, -1].any()


def test_changes_far_apart_do_not_become_one_giant_box() -> None:
    old, new = blank(), blank()
    new[10:20, 12:14] = 0
    new[190:200, 300:320] = 0
    assert Comparer().changed(old, new) == [Region(12, 10, 2, 10), Region(300, 190, 20, 10)]


def test_the_fourth_byte_of_a_pixel_does_not_count() -> None:
    old, new = blank(), blank()
    new |= np.uint32(0xFF000000)
    assert Comparer().changed(old, new) == []
    assert Comparer().changed(old[:20, :20], new[:20, :20]) == []


def test_a_picture_wider_than_any_screen_is_compared_too() -> None:
    old = np.zeros((20, 20_000), np.uint32)
    new = old.copy()
    new[19, 19_999] = 5
    assert Comparer().changed(old, new) == [Region(19_999, 19, 1, 1)]


@given(st.lists(st.builds(Region, *(st.integers(0, 500),) * 2, *(st.integers(1, 90),) * 2), max_size=40))
def test_gathered_boxes_cover_all_that_went_in_and_are_few(boxes: list[Region]) -> None:
    few = gather(boxes, 3)
    assert len(few) <= 3
    assert all(any(box.intersect(one) == box for one in few) for box in boxes)


def test_suspects_are_joined_only_where_one_grab_is_cheaper_than_two() -> None:
    near = [Region(0, 0, 10, 10), Region(30, 0, 10, 10)]
    far = Region(1800, 1000, 10, 10)
    assert cheap_to_grab([*near, far]) == [Region(0, 0, 40, 10), far]


def test_a_checksum_returns_with_its_picture_and_only_then() -> None:
    for shape in ((20, 3), (600, 700)):  # both ways of counting
        caret = np.zeros(shape, np.uint32)
        bare = checksum(caret)
        caret[5, 1] = 0x00FFFFFF
        drawn = checksum(caret)
        caret[5, 1], caret[6, 2] = 0, 0x00FFFFFF
        assert len({bare, drawn, checksum(caret)}) == 3
        caret[6, 2] = 0
        assert checksum(caret) == bare
