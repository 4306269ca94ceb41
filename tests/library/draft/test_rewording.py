"""Words put right: what was written stands in the captions, at the time of what it replaces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.span import Span
from library.draft.rewording import WordReplacement, with_said
from tests.library.factories import transcript
from transcribe.model import Step, Transcript
from transcribe.words import joined


def step_of(span: Span, text: str = "") -> Step:
    return Step(span.start_ms, span.end_ms, number=1, title="Step", text=text)


ALL = step_of(Span(0, 1 << 30))
some_words = st.lists(st.sampled_from(["open", "Orders,", "$12,500", "log-log", "c'est", "x."]), min_size=1, max_size=8)


def in_order(said: Transcript) -> bool:
    words = said.words
    return all(a.start_ms <= a.end_ms <= b.start_ms for a, b in pairwise(words))


def test_a_misheard_phrase_is_put_right_at_its_time_and_the_other_words_keep_theirs() -> None:
    heard = transcript("the order is outweating for approval", "then click save")
    said = with_said(
        heard, step_of(heard.segments[0].span, heard.segments[0].text), "The order is now waiting for approval"
    )
    assert [segment.text for segment in said.segments] == ["The order is now waiting for approval", "then click save"]
    times = {word.text.strip(): word.span for word in heard.words}
    told = {word.text.strip(): word.span for word in said.words}
    assert [told[word] for word in ("order", "is", "for", "approval")] == [
        times[word] for word in ("order", "is", "for", "approval")
    ]
    assert (told["now"].start_ms, told["waiting"].end_ms) == (times["outweating"].start_ms, times["outweating"].end_ms)
    assert in_order(said)
    assert said.by_hand
    assert said.segments[0].heard == "the order is outweating for approval"
    assert said.segments[1] == heard.segments[1]


def test_what_was_recognized_first_is_kept_through_a_second_change() -> None:
    heard = transcript("open get hub")
    once = with_said(heard, ALL, "open git hub")
    assert with_said(once, ALL, "open GitHub").segments[0].heard == "open get hub"


@given(some_words, some_words, some_words)
def test_any_text_can_stand_in_for_any_words_and_times_stay_in_order(
    one: list[str], other: list[str], new: list[str]
) -> None:
    heard = transcript(" ".join(one), " ".join(other))
    said = with_said(heard, ALL, " ".join(new))
    assert joined(said.words) == " ".join(new)
    assert in_order(said)
    assert with_said(said, ALL, " ".join(new)) == said


def test_an_aside_that_is_not_in_the_words_of_a_step_stays_in_the_captions() -> None:
    heard = transcript("open the menu", "let me scroll a bit", "and click safe")
    step = step_of(Span(0, 60_000), "open the menu and click safe")
    said = with_said(heard, step, "Now open the menu and click Save")
    assert said.text == "Now open the menu let me scroll a bit and click Save"


def test_where_nothing_was_said_or_nothing_is_written_the_transcript_stays() -> None:
    heard = transcript("click save")
    assert with_said(heard, step_of(Span(50_000, 60_000)), "more") == heard
    assert with_said(heard, ALL, " ") == heard


@pytest.mark.parametrize(
    ("text", "old", "new", "expected", "places"),
    [
        ("Open get hub. Get hub is slow.", "get hub", "GitHub", "Open GitHub. GitHub is slow.", 2),
        ("Outweating, and outweating", "outweating", "now waiting", "Now waiting, and now waiting", 2),
        ("the cat sits in the catalog", "cat", "dog", "the dog sits in the catalog", 1),
        ("a log-log plot", "log", "line", "a line-line plot", 2),
        ("Jira and jira", "jira", "Jira", "Jira and Jira", 1),
        ("pay $12,500 now", "$12,500", "$12,600", "pay $12,600 now", 1),
        ("買注文書です", "注文", "発注", "買発注書です", 1),
        ("nothing here", "word", "other", "nothing here", 0),
    ],
)
def test_a_word_is_replaced_wherever_it_stands_alone_in_texts_and_transcripts_alike(
    text: str, old: str, new: str, expected: str, places: int
) -> None:
    change = WordReplacement(old, new)
    heard = transcript(text)
    said, count = change.in_transcript(heard)
    assert change.in_text(text) == (expected, places)
    assert (said.segments[0].text, count) == (expected, places)
    assert joined(said.words) == expected
    assert in_order(said)
    assert said.by_hand == bool(places)


@pytest.mark.parametrize(("old", "new"), [("", "x"), ("  ", "x"), ("...", "x"), ("x", ""), ("x", " \n")])
def test_nothing_is_no_word(old: str, new: str) -> None:
    assert WordReplacement(old, new).empty
