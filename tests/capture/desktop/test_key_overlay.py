"""Key chords are shown in the picture on request, for a moment, and leave nothing behind."""

from __future__ import annotations

import numpy as np

from capture.backends.screen import open_source
from capture.desktop.key_overlay import CHORD_MS, Chords
from capture.model import Target
from tests.support.desktop import Stage, wait_for


def test_a_chord_is_seen_at_the_lower_edge_and_goes_again(stage: Stage) -> None:
    source = open_source(Target(monitor=1))
    try:
        source.poll()
        before = source.picture.copy()
        source.show_keys("Ctrl+S")
        [change] = wait_for(source.poll, "the label to be drawn")
        assert change.pointer
        assert change.y > source.height * 3 // 4
        assert abs(change.x + change.width // 2 - source.width // 2) <= 2
        label = source.picture[change.y : change.region.bottom, change.x : change.region.right, :3]
        assert label.min() < 80
        assert label.max() > 240
        wait_for(source.poll, "the label to be taken off")
        np.testing.assert_array_equal(source.picture, before)
    finally:
        source.close()


def test_the_newest_chord_takes_the_place_of_the_one_before() -> None:
    chords = Chords(1280, 720)
    chords.add("Ctrl+C", 0.0)
    chords.add("Ctrl+V", 0.5)
    assert len(chords.marks(0.6)) == 1
    assert chords.marks(0.5 + CHORD_MS / 1000) == []


def test_a_long_or_foreign_name_still_fits_the_picture() -> None:
    chords = Chords(1280, 720)
    chords.add("Ctrl+ß" * 50, 0.0)
    [mark] = chords.marks(0.1)
    assert mark.box.x >= 0
    assert mark.box.right <= 1280
