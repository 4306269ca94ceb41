"""Trimming: never a word, never a deed, never nothing; and what is idle goes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.analysis.activity import changes_activity
from capture.analysis.trim import SOUND_FRAME_MS, TrimOptions, decide_cuts
from capture.model import Chord, Click, Clip, CutReason, Event, Marker, Pointer, Scroll, Typed, WindowChange
from capture.span import Span, invert, merge

spans = st.builds(lambda at, length: Span(at, at + length), st.integers(0, 60_000), st.integers(0, 4_000))
some_spans = st.lists(spans, max_size=10)
lengths = st.integers(0, 60_000)
options = st.builds(
    TrimOptions,
    work_ms=st.integers(0, 2_000),
    before_ms=st.integers(0, 500),
    after_ms=st.integers(0, 500),
    end_ms=st.integers(0, 2_000),
    shortest_ms=st.integers(1, 3_000),
)


@given(lengths, some_spans, some_spans, some_spans, options)
def test_cuts_are_in_order_apart_and_inside(
    length: int, activity: list[Span], speech: list[Span], scraps: list[Span], chosen: TrimOptions
) -> None:
    cuts = decide_cuts(length, activity, speech, scraps, chosen)
    assert all(0 <= c.start_ms < c.end_ms <= length for c in cuts)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(cuts))


@given(lengths, some_spans, some_spans, some_spans, options)
def test_what_was_not_taken_back_of_words_and_work_is_kept(
    length: int, activity: list[Span], speech: list[Span], scraps: list[Span], chosen: TrimOptions
) -> None:
    kept = Clip(length, decide_cuts(length, activity, speech, scraps, chosen)).kept
    for span in (*activity, *speech):
        for piece in invert(scraps, Span(min(span.start_ms, length), min(span.end_ms, length))):
            assert any(k.start_ms <= piece.start_ms and piece.end_ms <= k.end_ms for k in kept)


@given(lengths, some_spans, some_spans, some_spans)
def test_everything_taken_back_is_left_out(
    length: int, activity: list[Span], speech: list[Span], scraps: list[Span]
) -> None:
    cuts = decide_cuts(length, activity, speech, scraps)
    out = merge(cuts)
    for scrap in scraps:
        held = Span(min(scrap.start_ms, length), min(scrap.end_ms, length))
        assert not invert(out, held)


@given(lengths, some_spans, some_spans)
def test_cuts_are_worth_it_and_what_stays_between_is_no_flicker(
    length: int, activity: list[Span], speech: list[Span]
) -> None:
    chosen = TrimOptions()
    cuts = decide_cuts(length, activity, speech, options=chosen)
    assert all(c.duration_ms >= chosen.shortest_ms for c in cuts)
    between = [b.start_ms - a.end_ms for a, b in pairwise(cuts)]
    assert all(gap >= chosen.before_ms + chosen.after_ms for gap in between)


@given(lengths, some_spans, some_spans)
def test_no_idle_stretch_stays_longer_than_its_margins_and_the_shortest_cut(
    length: int, activity: list[Span], speech: list[Span]
) -> None:
    happened = [s for s in (*activity, *speech) if s.start_ms < length and s.duration_ms]
    chosen = TrimOptions()
    if happened:
        kept = Clip(length, decide_cuts(length, activity, speech, options=chosen)).kept
        most = chosen.before_ms + max(chosen.after_ms, chosen.end_ms) + max(chosen.shortest_ms, chosen.work_ms)
        for span in kept:
            assert all(idle.duration_ms <= most for idle in invert(happened, span))


@given(lengths, some_spans)
def test_where_nothing_happened_nothing_is_cut(length: int, scraps: list[Span]) -> None:
    assert all(cut.reason is CutReason.BY_HAND for cut in decide_cuts(length, [], [], scraps))
    assert decide_cuts(length, [], []) == ()


@given(lengths, some_spans, some_spans, some_spans)
def test_keep_all_cuts_by_hand_only(length: int, activity: list[Span], speech: list[Span], scraps: list[Span]) -> None:
    cuts = decide_cuts(length, activity, speech, scraps, TrimOptions(keep_all=True))
    assert {cut.reason for cut in cuts} <= {CutReason.BY_HAND}


def test_a_long_pause_is_cut_down_to_a_beat() -> None:
    (cut,) = decide_cuts(20_000, [Span(0, 5_000)], [Span(12_000, 19_500)])
    chosen = TrimOptions()
    assert cut.start_ms == 5_000 + chosen.after_ms
    assert 0 <= 12_000 - chosen.before_ms - cut.end_ms < SOUND_FRAME_MS
    assert cut.duration_ms % SOUND_FRAME_MS == 0
    clip = Clip(20_000, (cut,))
    assert 0 <= clip.to_clip(12_000) - clip.to_clip(5_000) - chosen.after_ms - chosen.before_ms < SOUND_FRAME_MS


def test_reasons_say_what_stopped() -> None:
    speech = [Span(3_000, 5_000), Span(20_000, 22_000)]
    activity = [Span(10_000, 12_000)]
    cuts = decide_cuts(40_000, activity, speech)
    assert [c.reason for c in cuts] == [CutReason.HEAD, CutReason.SILENT, CutReason.STILL, CutReason.TAIL]


def test_the_result_of_the_last_deed_can_be_read() -> None:
    cuts = decide_cuts(20_000, [Span(0, 10_000)], [])
    assert [c.span for c in cuts] == [Span(10_000 + TrimOptions().end_ms, 20_000)]


def test_a_short_idle_rest_beside_a_scrap_goes_with_it() -> None:
    cuts = decide_cuts(10_000, [], [Span(0, 2_000), Span(7_000, 10_000)], [Span(2_500, 6_500)])
    assert Clip(10_000, cuts).kept == (Span(0, 2_200), Span(6_850, 10_000))


def test_a_breath_between_sentences_is_left_alone() -> None:
    assert decide_cuts(10_000, [], [Span(0, 4_000), Span(4_700, 10_000)]) == ()


def test_a_hand_that_hovers_between_two_deeds_is_still_at_work() -> None:
    assert decide_cuts(10_000, [Span(0, 4_000), Span(4_950, 10_000)], []) == ()
    assert len(decide_cuts(10_000, [Span(0, 4_000), Span(5_050, 10_000)], [])) == 1


events = st.lists(
    st.one_of(
        st.builds(Click, st.integers(0, 60_000), st.just(10), st.just(10)),
        st.builds(Scroll, st.integers(0, 60_000), st.just(10), st.just(10), dy=st.just(2)),
        st.builds(Chord, st.integers(0, 60_000), st.just("Ctrl+S")),
        st.builds(lambda at, took: Typed(at, 5, at + took), st.integers(0, 60_000), st.integers(0, 3_000)),
        st.builds(Marker, st.integers(0, 60_000)),
        st.builds(Pointer, st.integers(0, 60_000), st.just(1), st.just(1)),
        st.builds(WindowChange, st.integers(100, 60_000), st.sampled_from(["Orders", "xterm"])),
    ),
    max_size=12,
)


@settings(deadline=None)  # a busy machine proves nothing
@given(st.integers(1, 60_000), events, some_spans, options)
def test_no_event_and_no_word_lies_in_a_cut(
    length: int, happened: list[Event], words: list[Span], chosen: TrimOptions
) -> None:
    in_order = sorted(happened, key=lambda event: event.at_ms)
    cuts = decide_cuts(length, changes_activity([], in_order, length), words, options=chosen)
    for event in in_order:
        moments = range(event.at_ms, event.end_ms + 1, 50) if isinstance(event, Typed) else [event.at_ms]
        standing = isinstance(event, Pointer | WindowChange) and event.at_ms <= 50
        assert standing or not any(cut.contains(at) for cut in cuts for at in moments)
    assert not any(cut.overlap_ms(word) for cut in cuts for word in words)


@pytest.mark.parametrize("length", [0, 1])
def test_a_take_of_no_length_has_no_cuts(length: int) -> None:
    assert decide_cuts(length, [Span(0, 100)], []) == ()
