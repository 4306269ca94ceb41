"""Where pictures are compared: how often is looked, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from capture.desktop.look_pacer import BUSY_S, LEAST, MOST, MOST_CALM, SPOT_S, LookPacer
from capture.model import Region
from capture.recorder.ticker import Ticker

TICK_S = 1 / 30
CARET = Region(300, 200, 2, 16)


def play(
    pacer: LookPacer,
    seconds: float,
    cost_s: float = 0.002,
    changed: Callable[[float], list[Region]] = lambda _s: [],
    spot_cost_s: float = 0.0001,
) -> tuple[int, int]:
    """Tick for a while; how many looks at the whole and at spots there were."""
    whole = spots = 0
    for tick in range(round(seconds / TICK_S)):
        now_s = tick * TICK_S
        boxes = pacer.look(now_s)
        if boxes is None:
            whole += 1
            pacer.looked(now_s, cost_s, changed(now_s))
        elif boxes:
            spots += 1
            inside = [c for c in changed(now_s) if any(box.intersect(c) == c for box in boxes)]
            pacer.looked_at_spots(now_s, spot_cost_s, inside)
    return whole, spots


def test_a_still_screen_is_looked_at_a_few_times_a_second() -> None:
    assert play(LookPacer(), 10) == (pytest.approx(10 * MOST_CALM, rel=0.1), 0)


def test_motion_is_followed_closely() -> None:
    def moving(now_s: float) -> list[Region]:
        return [Region(int(now_s * 1000) % 900, 100, 800, 600)]

    whole, _ = play(LookPacer(), 10, changed=moving)
    assert whole == pytest.approx(10 * MOST, rel=0.1)


@pytest.mark.parametrize("cost_s", [0.025, 0.041, 0.06])
def test_looks_that_cost_much_are_fewer_and_leave_most_ticks_in_time(cost_s: float) -> None:
    whole, _ = play(LookPacer(), 10, cost_s, lambda now_s: [Region(int(now_s * 1000) % 900, 100, 800, 600)])
    assert whole * cost_s < 10 * 0.4
    assert whole >= 10 * LEAST


class VirtualClock:
    def __init__(self) -> None:
        self.at_ns = 0

    def now(self) -> int:
        return self.at_ns

    def pass_s(self, seconds: float) -> None:
        self.at_ns += round(seconds * 1e9)


@pytest.mark.parametrize("cost_s", [0.015, 0.025, 0.041, 0.06])
def test_a_screen_that_is_slow_to_read_is_not_told_as_a_computer_that_does_not_keep_up(cost_s: float) -> None:
    clock, pacer = VirtualClock(), LookPacer()
    ticker = Ticker(30, clock.now, clock.pass_s)
    for _ in range(600):
        now_s = clock.at_ns / 1e9
        if pacer.look(now_s) is None:
            clock.pass_s(cost_s)
            pacer.looked(now_s, cost_s, [Region(int(now_s * 1000) % 900, 100, 800, 600)])
        ticker.wait()
    assert ticker.notices() == []


def test_however_much_a_look_costs_some_are_made() -> None:
    assert play(LookPacer(), 10, 1.0)[0] == pytest.approx(10 * LEAST, rel=0.3)


def test_a_caret_is_watched_in_a_spot_of_its_own() -> None:
    whole, spots = play(LookPacer(), 10, changed=lambda now_s: [CARET] if int(now_s * 2) % 2 else [])
    assert whole == pytest.approx(10 * MOST_CALM, rel=0.25)
    assert spots == pytest.approx(10 * (MOST - MOST_CALM), rel=0.25)


def test_where_a_small_look_costs_as_much_as_a_large_one_the_whole_is_looked_at() -> None:
    whole, spots = play(LookPacer(), 10, 0.016, lambda _s: [CARET], spot_cost_s=0.016)
    assert whole > 10 * (MOST - 3)
    assert spots < 20


def test_a_spot_is_left_when_nothing_changes_there_any_more() -> None:
    pacer = LookPacer()
    pacer.looked(0.0, 0.002, [CARET])
    assert play(pacer, 10)[1] < SPOT_S * MOST + 1


def test_after_a_click_the_whole_is_followed_closely() -> None:
    pacer = LookPacer()
    pacer.looked(0.0, 0.002, [])
    pacer.expect(0.0)
    assert pacer.look(1 / MOST) is None
    pacer.looked(BUSY_S, 0.002, [])
    assert pacer.look(BUSY_S + 1 / MOST) == []
