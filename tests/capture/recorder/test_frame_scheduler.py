"""Which pictures are written: changes at once, stillness seldom, key frames by time and on demand."""

from __future__ import annotations

from typing import Any

import numpy as np

from capture.model import Region
from capture.recorder.frame_scheduler import FrameScheduler
from tests.capture.recorder.fakes import FakeScreen

MS = 1_000_000


class Paper:
    """A TakeWriter that only remembers."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, bool]] = []
        self.painted: list[Region] = []

    def paint(self, _picture: np.ndarray[Any, np.dtype[np.uint8]], box: Region) -> None:
        self.painted.append(box)

    def show(self, at_ns: int, *, key: bool = False) -> None:
        self.shown.append((at_ns // MS, key))


def ticks(
    changes: dict[int, int], until_ms: int, *, silent: bool = False, every: int = 100
) -> tuple[Paper, FrameScheduler]:
    """A camera that looked every ``every`` ms, with changes at some of them."""
    screen, paper = FakeScreen(), Paper()
    camera = FrameScheduler(screen, paper, silent=silent)  # type: ignore[arg-type]  # it is asked for no more than this
    camera.open()
    for at_ms in range(every, until_ms + 1, every):
        if at_ms in changes:
            screen.paint(changes[at_ms])
        camera.tick(at_ms * MS)
    return paper, camera


def test_a_still_screen_is_written_once_a_second_after_it_has_settled() -> None:
    paper, _ = ticks({}, 3500)
    assert [at for at, _ in paper.shown] == [0, 300, 1300, 2300, 3300]


def test_without_sound_stillness_is_written_twice_a_second() -> None:
    paper, _ = ticks({}, 2000, silent=True)
    assert [at for at, _ in paper.shown] == [0, 300, 800, 1300, 1800]


def test_a_change_is_written_at_its_tick_and_again_soon_so_that_a_kill_does_not_cost_it() -> None:
    paper, _ = ticks({1000: 50, 1100: 60}, 2500)
    assert [at for at, _ in paper.shown if at >= 1000] == [1000, 1100, 1400, 2400]
    assert paper.painted[1:] == [Region(0, 0, 16, 16)] * 2, "only what changed is converted"


def test_key_frames_come_every_ten_seconds_of_work_and_every_thirty_of_rest() -> None:
    busy, _ = ticks({at: at % 250 for at in range(0, 25_001, 100)}, 25_000)
    assert [at for at, key in busy.shown if key] == [0, 10_000, 20_000]
    still, _ = ticks({}, 65_000)
    assert [at for at, key in still.shown if key] == [0, 30_300, 60_300]


def test_a_mark_is_a_key_frame_at_once() -> None:
    paper, camera = ticks({}, 500)
    camera.want_key()
    camera.tick(600 * MS)
    camera.tick(700 * MS)
    assert paper.shown[-1] == (600, True)


def test_a_glance_keeps_the_picture_without_writing_it() -> None:
    paper, camera = ticks({}, 500)
    camera.source.paint(9)  # type: ignore[attr-defined]  # a FakeScreen
    written = len(paper.shown)
    camera.refresh_paused(1 << 40)
    assert len(paper.painted) == 2
    assert len(paper.shown) == written
