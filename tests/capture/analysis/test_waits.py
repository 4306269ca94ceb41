"""Waits: found where something moves on alone, offered with margins, never over a word or a deed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from capture.analysis.waits import FACTOR, MARGIN_MS, SHORTEST_MS, find_waits
from capture.model import Change, Click, Event, Pointer, Typed
from capture.span import Span

END, SIZE = 60_000, (1_920, 1_080)


def bar(start: int, end: int, every: int = 200) -> list[Change]:
    """A progress bar that grows."""
    return [Change(at, 400 + (at - start) // 50, 500, 12, 20, checksum=at) for at in range(start, end, every)]


def test_a_progress_bar_that_runs_alone_is_a_wait() -> None:
    log: list[Event] = [Click(9_900, 500, 400), Click(41_000, 500, 400)]
    (wait,) = find_waits(bar(10_000, 40_000), log, [], SIZE, END)
    assert wait.factor == FACTOR
    assert abs(wait.start_ms - 10_000 - MARGIN_MS) <= 200
    assert abs(wait.end_ms - 40_000 + MARGIN_MS) <= 200


def test_a_wait_in_which_somebody_speaks_or_acts_is_parted_there() -> None:
    waits = find_waits(bar(10_000, 40_000), [Pointer(30_000, 1, 1)], [Span(19_000, 21_000)], SIZE, END)
    assert len(waits) == 3


def test_what_fills_the_screen_is_watched_and_what_is_short_is_sat_through() -> None:
    large = [Change(at, at % 900, at % 500, 900, 500, checksum=at) for at in range(10_000, 40_000, 200)]
    assert find_waits(large, [], [], SIZE, END) == ()
    assert find_waits(bar(10_000, 10_000 + SHORTEST_MS - 300), [], [], SIZE, END) == ()


def test_a_caret_that_blinks_is_not_waited_for() -> None:
    caret = [Change(at, 100, 40, 2, 18, checksum=at // 530 % 2) for at in range(0, END, 530)]
    assert find_waits(caret, [], [], SIZE, END) == ()


@settings(deadline=None)  # a busy machine proves nothing
@given(
    st.lists(st.integers(0, END), max_size=40),
    st.lists(st.tuples(st.integers(0, END), st.integers(0, 2_000)), max_size=6),
    st.lists(st.tuples(st.integers(0, END), st.integers(0, 4_000)), max_size=6),
    st.booleans(),
)
def test_no_word_and_no_deed_lies_in_a_wait(
    moving: list[int], typed: list[tuple[int, int]], spoken: list[tuple[int, int]], all_along: bool
) -> None:
    log: list[Event] = [Typed(at, 3, at + took) for at, took in sorted(typed)]
    speech = [Span(at, at + took) for at, took in spoken]
    changes = bar(0, END) if all_along else [Change(at, 10, 10, 300, 20, checksum=at) for at in sorted(moving)]
    waits = find_waits(changes, log, speech, SIZE, END)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(waits))
    for wait in waits:
        assert wait.duration_ms >= SHORTEST_MS - 2 * MARGIN_MS
        assert not any(wait.overlap_ms(span) for span in speech)
        assert not any(
            wait.overlap_ms(Span(event.at_ms, event.end_ms + 1)) for event in log if isinstance(event, Typed)
        )
