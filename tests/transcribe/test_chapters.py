"""The steps of a demo are chapters of its clip: from 0, one after the other, whatever their titles and times."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcribe.chapters import steps_to_vtt, titled_spans
from transcribe.model import Step


def steps(*starts: int, title: str = "Open it") -> list[Step]:
    return [Step(at, at + 500, number=n, title=title) for n, at in enumerate(starts, 1)]


def test_each_chapter_lasts_until_the_next_and_the_last_to_the_end() -> None:
    found = titled_spans(steps(0, 2_000, 5_000), 9_000, "Intro")
    assert [(one.start_ms, one.end_ms, one.title) for one in found] == [
        (0, 2_000, "1. Open it"),
        (2_000, 5_000, "2. Open it"),
        (5_000, 9_000, "3. Open it"),
    ]


def test_what_is_before_the_first_step_is_a_chapter_where_it_is_long_enough() -> None:
    assert [one.start_ms for one in titled_spans(steps(400, 2_000), 4_000, "Intro")] == [0, 2_000]
    long = titled_spans(steps(3_000), 4_000, "Intro")
    assert [(one.start_ms, one.title) for one in long] == [(0, "Intro"), (3_000, "1. Open it")]


def test_no_steps_are_no_chapters() -> None:
    assert titled_spans([], 4_000, "Intro") == ()
    assert steps_to_vtt([], 4_000, "Intro") == "WEBVTT\n"


@given(st.lists(st.integers(0, 20_000), max_size=8), st.integers(0, 15_000))
def test_chapters_of_any_steps_cover_the_clip_without_overlap(starts: list[int], duration_ms: int) -> None:
    found = titled_spans(steps(*starts), duration_ms, "Intro")
    if found:
        assert (found[0].start_ms, found[-1].end_ms) == (0, duration_ms)
    assert all(one.end_ms == after.start_ms for one, after in pairwise(found))
    assert all(one.duration_ms > 0 for one in found)


def test_no_title_is_markup_or_a_cue_of_its_own() -> None:
    track = steps_to_vtt(steps(0, title="<b>x</b> -->\n\n00:00.000 --> 00:09.000\nmine"), 4_000, "Intro")
    assert "<b>" not in track
    assert track.count("-->") == 1
    assert track.count("\n\n") == 1
