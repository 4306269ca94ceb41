"""The replay clock stops where hands need time, and never leaves the clip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcribe.model import Step
from tui.state.replay_clock import SPEEDS, ReplayClock

THREE = tuple(
    Step(s, e, number=i, title=str(i)) for i, (s, e) in enumerate([(0, 4000), (4000, 9000), (9500, 12_000)], 1)
)


def test_playing_stops_at_the_end_of_the_step_so_that_hands_can_follow() -> None:
    clock = ReplayClock(THREE, 12_000, 4_500)
    clock.play(100.0)
    assert clock.tick(102.0)
    assert clock.at_ms == 6_500
    assert not clock.tick(110.0)
    assert clock.at_ms == 9_500
    clock.play(200.0)
    clock.tick(300.0)
    assert clock.at_ms == 12_000
    clock.play(300.0)
    assert not clock.playing


def test_speed_counts_and_stays_within_what_can_be_followed() -> None:
    clock = ReplayClock(THREE, 12_000)
    clock.change_speed(1)
    clock.play(0.0)
    clock.tick(2.0)
    assert clock.at_ms == 2_500
    assert [clock.change_speed(1) for _ in range(9)][-1] == SPEEDS[-1]
    assert [clock.change_speed(-1) for _ in range(9)][-1] == SPEEDS[0]


def test_a_demo_without_steps_plays_from_end_to_end() -> None:
    clock = ReplayClock((), 3_000)
    assert clock.step is None
    clock.next()
    clock.play(0.0)
    clock.tick(9.0)
    assert clock.at_ms == 3_000


@given(st.lists(st.sampled_from(["next", "previous", "play", "pause", "tick", "seek"]), max_size=30), st.integers())
def test_the_clock_never_leaves_the_clip(moves: list[str], seed: int) -> None:
    clock = ReplayClock(THREE, 12_000, seed)
    for second, move in enumerate(moves):
        argument = {"play": (second,), "tick": (second,), "seek": (seed,)}.get(move, ())
        getattr(clock, move)(*argument)
        assert 0 <= clock.at_ms <= 12_000
        assert clock.step is THREE[clock.index]
