"""Windows: they hold all speech, none is longer than a recognizer hears, and every moment is found again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.span import Span, merge
from transcribe.asr.speech_windows import (
    LONGEST_MS,
    MARGIN_MS,
    TAIL_MS,
    duration_of,
    from_window,
    sound_of,
    windows,
)

END = 200_000
speech = st.lists(
    st.builds(lambda at, length: Span(at, min(END, at + length)), st.integers(0, END), st.integers(0, 40_000)),
    max_size=12,
)


@given(speech)
def test_windows_hold_all_speech_in_order_and_are_never_too_long(some: list[Span]) -> None:
    made = windows(some, END)
    pieces = [piece for window in made for piece in window]
    assert all(0 < duration_of(window) <= LONGEST_MS for window in made)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(pieces))
    covered = merge(pieces)
    for span in merge(some):
        assert any(c.start_ms <= span.start_ms and span.end_ms <= c.end_ms for c in covered)
    assert sum(p.duration_ms for p in pieces) <= sum(s.duration_ms + 2 * MARGIN_MS for s in merge(some))


@given(speech)
def test_every_moment_of_a_window_is_found_again(some: list[Span]) -> None:
    for window in windows(some, END):
        at = 0
        for piece in window:
            for inside in (0, piece.duration_ms // 2, piece.duration_ms - 1):
                found = from_window(window, at + inside, at + inside)
                assert found == Span(piece.start_ms + inside, piece.start_ms + inside)
            at += piece.duration_ms


@given(speech, st.integers(-500, 60_000), st.integers(0, 5_000))
def test_a_word_lands_within_one_piece(some: list[Span], start: int, length: int) -> None:
    for window in windows(some, END):
        found = from_window(window, start, start + length)
        assert any(p.start_ms <= found.start_ms and found.end_ms <= p.end_ms for p in window)


def test_the_sound_of_a_window_is_its_pieces_and_a_short_silence() -> None:
    sound = np.arange(64_000, dtype=np.float32)
    heard = sound_of((Span(0, 10), Span(1_000, 1_010)), sound)
    assert np.array_equal(heard[:320], np.r_[sound[:160], sound[16_000:16_160]])
    assert len(heard) == 320 + TAIL_MS * 16
    assert not heard[320:].any()


def test_a_window_without_pieces_holds_no_moment() -> None:
    with pytest.raises(ValueError, match="at least one"):
        from_window((), 0, 0)
