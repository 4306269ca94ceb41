"""Spans: their arithmetic covers exactly the time it should, and moments are written as people read them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.model import Cut, CutReason
from capture.span import Span, clock, invert, merge, pad, parse_clock

WHOLE = Span(0, 60)
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), st.integers(-10, 70), st.integers(-10, 70))
many = st.lists(spans, max_size=8)


def covered(some: list[Span]) -> set[int]:
    return {at for span in some for at in range(span.start_ms, span.end_ms)}


@given(many, st.integers(0, 5))
def test_merging_covers_the_same_time_and_only_fills_small_gaps(some: list[Span], gap_ms: int) -> None:
    merged = merge(some, gap_ms)
    assert covered(merge(some)) == covered(some)
    assert covered(some) <= covered(merged)
    assert all(a.end_ms + gap_ms < b.start_ms for a, b in pairwise(merged))
    assert all(span.duration_ms for span in merged)


@given(many)
def test_inverting_gives_exactly_the_rest(some: list[Span]) -> None:
    rest = invert(some, WHOLE)
    assert covered(rest) == covered([WHOLE]) - covered(some)
    assert rest == merge(rest)


@given(many)
def test_inverting_twice_gives_the_part_inside(some: list[Span]) -> None:
    assert covered(invert(invert(some, WHOLE), WHOLE)) == covered(some) & covered([WHOLE])


@given(many, st.integers(0, 9), st.integers(0, 9))
def test_padding_grows_each_span_and_stays_inside(some: list[Span], before: int, after: int) -> None:
    for span, grown in zip(some, pad(some, before, after, WHOLE), strict=True):
        assert WHOLE.start_ms <= grown.start_ms <= grown.end_ms
        if span.overlap_ms(WHOLE):
            assert grown.end_ms <= WHOLE.end_ms
            assert covered([span]) & covered([WHOLE]) <= covered([grown])
            assert grown.duration_ms <= span.duration_ms + before + after


@given(spans, spans)
def test_overlap_is_the_time_in_common(one: Span, other: Span) -> None:
    assert one.overlap_ms(other) == other.overlap_ms(one) == len(covered([one]) & covered([other]))


def test_a_span_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Span(5, 4)


def test_a_span_holds_its_start_but_not_its_end() -> None:
    assert Span(1, 3).contains(1)
    assert not Span(1, 3).contains(3)
    assert not Span(2, 2).contains(2)


def test_a_record_that_is_a_span_gives_its_bare_span() -> None:
    bare = Cut(1, 5, reason=CutReason.STILL).span
    assert type(bare) is Span
    assert bare == Span(1, 5)


@given(st.integers(0, 360_000_000))
def test_a_moment_written_is_read_back_to_the_second(ms: int) -> None:
    assert parse_clock(clock(ms)) == ms // 1000 * 1000


@pytest.mark.parametrize(
    ("text", "ms"),
    [("7", 7_000), ("7.5", 7_500), ("0:07", 7_000), ("12:30", 750_000), ("1:02:03", 3_723_000), (" 0:07.250 ", 7_250)],
)
def test_moments_are_read_as_people_write_them(text: str, ms: int) -> None:
    assert parse_clock(text) == ms


@pytest.mark.parametrize("text", ["", "later", "1:2:3:4", "-3", "1:", ":5", "1e3", "0:-1", "1..2"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a moment"):
        parse_clock(text)
