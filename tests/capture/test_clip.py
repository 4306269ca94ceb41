"""Clips: take time and clip time map onto each other exactly, whatever was cut and in whatever order."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.model import Clip, Cut, CutReason, SpeedUp
from capture.span import Span

LENGTH = 80
cuts = st.lists(
    st.builds(lambda a, b: Cut(min(a, b), max(a, b), reason=CutReason.STILL), st.integers(-5, 90), st.integers(-5, 90)),
    max_size=6,
)
clips = cuts.map(lambda some: Clip(LENGTH, tuple(some)))
edges = st.integers(-5, 90)
fasts = st.lists(
    st.builds(lambda a, b, factor: SpeedUp(min(a, b), max(a, b), factor=factor), edges, edges, st.integers(1, 9)),
    max_size=3,
)
paced = st.builds(lambda some, quick: Clip(LENGTH, tuple(some), tuple(quick)), cuts, fasts)
moments = st.integers(0, LENGTH - 1)


def kept(clip: Clip) -> list[int]:
    """Every millisecond of the take that is in the clip, in order: the definition the arithmetic must agree with."""
    cut = {at for c in clip.cuts for at in range(c.start_ms, c.end_ms)}
    return [at for at in range(LENGTH) if at not in cut]


@given(clips)
def test_a_clip_is_as_long_as_what_it_keeps(clip: Clip) -> None:
    assert clip.duration_ms == len(kept(clip))
    assert [at for span in clip.kept for at in range(span.start_ms, span.end_ms)] == kept(clip)


@given(clips)
def test_every_moment_of_the_clip_comes_from_the_take_and_back(clip: Clip) -> None:
    for clip_ms, take_ms in enumerate(kept(clip)):
        assert clip.to_take(clip_ms) == take_ms
        assert clip.to_clip(take_ms) == clip_ms


@given(clips, moments)
def test_a_moment_inside_a_cut_becomes_the_place_of_the_cut(clip: Clip, take_ms: int) -> None:
    assert clip.to_clip(take_ms) == len([at for at in kept(clip) if at < take_ms])


@given(clips, moments, moments)
def test_mapping_keeps_the_order(clip: Clip, one: int, other: int) -> None:
    assert (clip.to_clip(min(one, other))) <= clip.to_clip(max(one, other))


@given(clips, moments, moments)
def test_a_span_keeps_as_much_as_was_not_cut_of_it(clip: Clip, one: int, other: int) -> None:
    span = Span(min(one, other), max(one, other))
    assert clip.span_to_clip(span).duration_ms == len([at for at in kept(clip) if span.contains(at)])


@given(clips)
def test_beyond_either_end_lies_the_end(clip: Clip) -> None:
    assert clip.to_clip(LENGTH + 1_000) == clip.duration_ms
    assert clip.to_take(clip.duration_ms + 1_000) == (kept(clip)[-1] + 1 if kept(clip) else 0)


def test_the_order_of_cuts_does_not_matter() -> None:
    some = [
        Cut(10, 20, reason=CutReason.STILL),
        Cut(5, 12, reason=CutReason.BY_HAND),
        Cut(50, 60, reason=CutReason.TAIL),
    ]
    assert Clip(LENGTH, tuple(some)).kept == Clip(LENGTH, tuple(reversed(some))).kept


def shown(clip: Clip) -> list[int]:
    """The millisecond of the take that each millisecond of the clip shows: walk over what is kept at its pace."""
    moments: list[int] = []
    for span in clip.kept:
        at, running = span.start_ms, None
        while at < span.end_ms:
            fast = next((f for f in sorted(clip.fasts, key=lambda f: f.start_ms) if f.contains(at)), None)
            if fast is not None and running is not None and running.contains(at):
                fast = running  # the earlier one runs to its end
            running = fast
            end = min(span.end_ms, fast.end_ms) if fast else span.end_ms
            moments.append(at)
            at = min(at + (fast.factor if fast else 1), end)
    return moments


@given(paced)
def test_every_moment_of_a_clip_that_runs_faster_in_places_comes_from_the_take_and_back(clip: Clip) -> None:
    moments = shown(clip)
    assert clip.duration_ms == len(moments)
    for clip_ms, take_ms in enumerate(moments):
        assert clip.to_take(clip_ms) == take_ms
        assert clip.to_clip(take_ms) == clip_ms


@given(paced, moments, moments)
def test_faster_or_not_mapping_keeps_the_order_and_lands_within_the_pace(clip: Clip, one: int, other: int) -> None:
    assert clip.to_clip(min(one, other)) <= clip.to_clip(max(one, other))
    if clip.keeps(one):
        assert 0 <= one - clip.to_take(clip.to_clip(one)) < max((fast.factor for fast in clip.fasts), default=1)


@given(paced)
def test_the_pieces_are_what_is_kept_in_order_and_follow_each_other_in_the_clip(clip: Clip) -> None:
    assert [at for piece in clip.pieces for at in range(piece.start_ms, piece.end_ms)] == kept(clip)
    ends = [0, *(piece.clip_end_ms for piece in clip.pieces)]
    assert [piece.clip_ms for piece in clip.pieces] == ends[:-1]


@given(paced)
def test_a_clip_comes_back_from_json_as_it_was(clip: Clip) -> None:
    assert msgspec.json.decode(msgspec.json.encode(clip), type=Clip) == clip


def test_nothing_can_run_backwards_or_stand_still() -> None:
    with pytest.raises(ValueError, match="0 times as fast"):
        SpeedUp(0, 10, factor=0)


@given(paced, moments, moments)
def test_a_span_of_the_clip_comes_from_the_take_and_back(clip: Clip, one: int, other: int) -> None:
    span = Span(*sorted(min(moment, clip.duration_ms) for moment in (one, other)))
    taken = clip.span_to_take(span)
    assert 0 <= taken.start_ms <= taken.end_ms <= LENGTH
    assert clip.span_to_clip(taken) == span
