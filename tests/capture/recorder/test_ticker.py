"""Ticks come at absolute deadlines; lateness is counted and never made up for."""

from __future__ import annotations

from capture.recorder.ticker import Ticker

MS = 1_000_000


class Desk:
    """A clock that sleeping moves; work moves it too."""

    def __init__(self) -> None:
        self.at = 0
        self.slept: list[float] = []

    def now(self) -> int:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += round(seconds * 1e9)


def paced(fps: int = 100) -> tuple[Ticker, Desk]:
    desk = Desk()
    return Ticker(fps, desk.now, desk.sleep), desk


def test_work_within_a_tick_does_not_shift_the_next_one() -> None:
    pace, desk = paced()
    moments = []
    for work in (1, 5, 9):
        desk.at += work * MS
        pace.wait()
        moments.append(desk.at // MS)
    assert moments == [10, 20, 30]
    assert (pace.ticks, pace.late) == (3, 0)


def test_missed_ticks_are_counted_late_and_not_made_up_for() -> None:
    pace, desk = paced()
    desk.at += 47 * MS
    pace.wait()
    assert desk.at == 47 * MS, "it goes on at once"
    assert (pace.ticks, pace.late) == (4, 4)
    pace.wait()
    assert desk.at == 50 * MS, "and is back on its old grid, without a storm"
    assert (pace.ticks, pace.late) == (5, 4)


def test_a_tick_is_late_when_more_than_half_an_interval_behind() -> None:
    pace, desk = paced()
    desk.at += 14 * MS
    pace.wait()
    assert pace.late == 0
    desk.at = 26 * MS
    pace.wait()
    assert pace.late == 1


def test_the_rate_is_what_was_kept() -> None:
    pace, _ = paced(fps=10)
    assert pace.fps == 0.0
    for _ in range(12):
        pace.wait()
    assert pace.fps == 10.0


def test_many_late_ticks_are_told_once_while_it_records() -> None:
    pace, desk = paced()
    told = []
    for _ in range(1_500):
        desk.at += 14 * MS  # more work than fits into a tick
        pace.wait()
        told += pace.notices()
    [line] = told
    assert "does not keep up" in line


def test_a_late_tick_now_and_then_is_no_news() -> None:
    pace, desk = paced()
    for number in range(3_000):
        desk.at += (25 if number % 20 == 0 else 4) * MS
        pace.wait()
        assert pace.notices() == []
    assert pace.late > 100
