"""Take time: monotonic, pauses left out, and able to say afterwards what was recorded."""

from __future__ import annotations

import time
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.recorder.clock import NS_PER_MS, ActivePeriods, Clock


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1_000 * NS_PER_MS

    def __call__(self) -> int:
        return self.at

    def move(self, ms: float) -> None:
        self.at += round(ms * NS_PER_MS)


def test_take_time_starts_at_zero_and_leaves_pauses_out() -> None:
    hands = Hands()
    clock = Clock(hands)
    clock.start()
    hands.move(100)
    assert clock.now_ms == 100
    assert clock.pause()
    hands.move(5000)
    assert clock.now_ms == 100
    assert clock.resume() == 5000
    hands.move(50)
    assert clock.now_ms == 150


def test_pausing_twice_and_resuming_twice_change_nothing() -> None:
    hands = Hands()
    clock = Clock(hands)
    clock.start()
    assert clock.resume() is None
    assert clock.pause()
    hands.move(10)
    assert not clock.pause()
    assert clock.resume() == 10
    assert clock.resume() is None


def test_a_moment_before_the_start_is_negative() -> None:
    hands = Hands()
    clock = Clock(hands)
    hands.move(100)
    clock.start()
    assert clock.take_ns(hands.at - 40 * NS_PER_MS) == -40 * NS_PER_MS


def test_a_clock_that_never_started_stands_at_zero_and_recorded_nothing() -> None:
    clock = Clock(Hands())
    assert clock.now_ms == 0
    assert clock.recorded(0, 10**12) == []


def test_a_stretch_heard_across_the_start_and_a_pause_falls_into_its_recorded_parts() -> None:
    hands = Hands()
    clock = Clock(hands)
    before = hands.at
    hands.move(30)
    clock.start()
    hands.move(20)
    clock.pause()
    hands.move(40)
    clock.resume()
    hands.move(10)
    parts = clock.recorded(before, hands.at)
    assert [(a - before, b - before) for a, b in parts] == [
        (30 * NS_PER_MS, 50 * NS_PER_MS),
        (90 * NS_PER_MS, 100 * NS_PER_MS),
    ]


def test_fifty_pauses_shift_nothing() -> None:
    hands = Hands()
    clock = Clock(hands)
    clock.start()
    for _ in range(50):
        hands.move(20)
        clock.pause()
        hands.move(7.3)
        clock.resume()
    assert clock.take_ns() == 50 * 20 * NS_PER_MS


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=20))
def test_the_parts_of_everything_add_up_to_take_time(steps: list[tuple[int, int]]) -> None:
    hands = Hands()
    clock = Clock(hands)
    clock.start()
    started = hands.at
    for running, paused in steps:
        hands.at += running
        clock.pause()
        hands.at += paused
        clock.resume()
    assert sum(b - a for a, b in clock.recorded(started - 5, hands.at)) == clock.take_ns()


def test_a_wall_clock_set_back_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    clock.start()
    before = clock.take_ns()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert 0 <= clock.take_ns() - before < 60_000 * NS_PER_MS
    assert clock.take_ns() >= before


def test_a_spell_that_goes_on_reaches_to_the_end_of_what_is_asked() -> None:
    spells = ActivePeriods()
    assert spells.begin(10)
    assert not spells.begin(12)
    assert spells.on
    assert spells.within(0, 30) == [(10, 30)]
    assert spells.end(20) == 10
    assert spells.end(25) is None
    assert spells.within(0, 30) == [(10, 20)]
    assert spells.within(12, 15) == [(12, 15)]
    assert spells.within(20, 30) == []


def test_a_stopped_clock_stands_still_for_good_and_is_not_paused() -> None:
    hands = Hands()
    clock = Clock(hands)
    assert clock.start()
    hands.move(100)
    clock.stop()
    hands.move(50)
    clock.stop()
    assert not clock.pause()
    assert clock.resume() is None
    assert clock.stopped
    assert not clock.paused
    assert clock.now_ms == 100
    assert clock.stopped_ns == 1_100 * NS_PER_MS


def test_a_clock_that_is_stopped_while_it_is_paused_stands_at_the_pause() -> None:
    hands = Hands()
    clock = Clock(hands)
    clock.start()
    hands.move(100)
    clock.pause()
    hands.move(50)
    clock.stop()
    assert clock.resume() is None
    hands.move(50)
    assert clock.now_ms == 100


def test_a_clock_stopped_before_its_start_does_not_start() -> None:
    clock = Clock(Hands())
    clock.stop()
    assert not clock.start()
    assert clock.started_ns is None


def test_a_pause_counts_while_it_is_being_ended() -> None:
    """At the first resume no pause has ended yet: another thread's look must not find a take without pauses."""
    periods, seen = ActivePeriods(), list[list[tuple[int, int]]]()
    looking = Thread(target=lambda: seen.append(periods.within(0, 200)))

    class LookedAtMeanwhile(int):
        def __gt__(self, other: int) -> bool:
            if looking.ident is None:
                looking.start()
                looking.join(0.3)  # a look that waits for the end of the pause is in order
            return int(self) > other

    periods.begin(0)
    periods.end(LookedAtMeanwhile(100))
    looking.join()
    assert seen == [[(0, 100)]]
