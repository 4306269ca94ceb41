"""A take's sound while it is being written: soon, in order, and to the sample what the closed file holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.errors import VideoError
from capture.model import Region
from capture.video.tail_reader import growing_sound
from capture.video.take_writer import TakeWriter
from tests.support.desktop import wait_for
from tests.support.whole_sound import read_sound

RATE = 16_000
BLOCK_S = 0.1


class Take:
    """A take that is written as fast as it goes, and a listener to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ended, self.heard = Event(), list[NDArray[np.float32]]()
        self._writer = TakeWriter(path, 64, 64)
        self._random = np.random.default_rng(5)
        self._at_s = 0.0
        self.listener = Thread(target=self._listen, daemon=True)

    def _listen(self) -> None:
        for block in growing_sound(self.path, RATE, lambda: not self.ended.is_set()):
            self.heard.append(block)

    def goes_on(self, seconds: float) -> None:
        until = self._at_s + seconds
        while self._at_s < until:
            self._writer.paint(np.full((64, 64, 4), round(self._at_s * 50) % 255, np.uint8), Region(0, 0, 64, 64))
            self._writer.show(round(self._at_s * 1e9))
            self._writer.write_sound(0, self._random.integers(-9_000, 9_000, (4_800, 1), np.int16))
            self._at_s += BLOCK_S

    def ends(self) -> None:
        self._writer.close(round(self._at_s * 1e9))
        self.ended.set()

    @property
    def heard_s(self) -> float:
        return sum(map(len, self.heard)) / RATE


@pytest.fixture
def take(tmp_path: Path) -> Iterator[Take]:
    made = Take(tmp_path / "take.mp4")
    yield made
    made.ended.set()
    if made.listener.ident is not None:
        made.listener.join(10)


def test_sound_is_heard_while_it_is_written_and_is_that_of_the_closed_file(take: Take) -> None:
    take.listener.start()
    take.goes_on(3)
    wait_for(lambda: take.heard_s > 2.3, "the sound so far")
    take.goes_on(2)
    wait_for(lambda: take.heard_s > 4.3, "what came after")
    take.ends()
    take.listener.join(10)
    assert np.array_equal(np.concatenate(take.heard), read_sound(take.path))


def test_who_comes_late_hears_it_from_the_beginning(take: Take) -> None:
    take.goes_on(4)
    take.listener.start()
    wait_for(lambda: take.heard_s > 3.3, "the sound so far")
    take.ends()
    take.listener.join(10)
    assert np.array_equal(np.concatenate(take.heard), read_sound(take.path))


def test_a_take_that_has_ended_is_read_like_any_file(take: Take) -> None:
    take.goes_on(2)
    take.ends()
    heard = np.concatenate(list(growing_sound(take.path, RATE, lambda: False)))
    assert np.array_equal(heard, read_sound(take.path))


def test_one_that_is_closed_while_its_beginning_is_read_is_read_all_the_same(take: Take) -> None:
    take.goes_on(2)
    take.ends()
    answers = iter([True, True])  # what the recorder's lock said a moment ago; the file is an ordinary MP4 by now
    heard = np.concatenate(list(growing_sound(take.path, RATE, lambda: next(answers, False))))
    assert np.array_equal(heard, read_sound(take.path))


def test_a_recorder_that_died_before_its_first_fragment_left_nothing_to_hear(tmp_path: Path) -> None:
    (tmp_path / "take.mp4").write_bytes(b"")
    answers = iter([True, True])
    with pytest.raises(VideoError):
        list(growing_sound(tmp_path / "take.mp4", RATE, lambda: next(answers, False)))
