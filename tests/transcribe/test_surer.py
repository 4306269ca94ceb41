"""Of two transcripts of one recording each stretch comes from the one that is surer of it, and no word is lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.model import Segment, Transcript, Word
from transcribe.surer import LEAST, sureness, surer


def said(at_ms: int, text: str, confidence: float) -> Segment:
    """A sentence with a word every 200 ms."""
    words = tuple(
        Word(at_ms + n * 200, at_ms + n * 200 + 150, text=word, confidence=confidence)
        for n, word in enumerate(text.split())
    )
    return Segment(at_ms, words[-1].end_ms, text=text, words=words)


def transcript(*segments: Segment, language: str = "en") -> Transcript:
    return Transcript(segments=segments, language=language, model="base")


def test_each_stretch_comes_from_the_surer_one() -> None:
    live = transcript(said(0, "in the cattle I go over", 0.5), said(5_000, "then click save", 0.9))
    whole = transcript(said(50, "in the catalog I go over", 0.8), said(5_020, "then click safe", 0.4))
    assert surer(live, whole).text == "in the catalog I go over then click save"


def test_a_tie_and_the_same_words_change_nothing() -> None:
    live = transcript(said(0, "open the menu", 0.8))
    assert surer(live, transcript(said(0, "open a menu", 0.8))) is live
    assert surer(live, live) is live


def test_a_sentence_that_only_one_heard_is_taken() -> None:
    first, second = said(0, "open the menu", 0.8), said(4_000, "click save", 0.3)
    assert surer(transcript(first), transcript(first, second)).text == "open the menu click save"
    assert surer(transcript(first, second), transcript(first)).text == "open the menu click save"


def test_a_surer_text_that_left_half_out_is_not_taken() -> None:
    live = transcript(said(0, "choose the supplier and the cost centre from the list", 0.6))
    assert surer(live, transcript(said(0, "choose the supplier", 0.99))) is live


def test_sentences_parted_otherwise_are_decided_together_so_that_no_word_comes_twice() -> None:
    live = transcript(said(0, "open the menu and", 0.6), said(1_000, "click save now", 0.95))
    whole = transcript(said(0, "open the menu and click save now", 0.7))
    assert surer(live, whole).text in {live.text, whole.text}


def test_two_languages_are_never_mixed() -> None:
    welsh = transcript(said(0, "o ym i ch", 0.4), said(5_000, "klick", 0.99), language="cy")
    german = transcript(said(0, "also ich zeige euch", 0.9), said(5_000, "Klick", 0.5), language="de")
    assert surer(welsh, german) is german
    assert surer(german, welsh) is german


def test_sureness_is_the_mean_log_probability_and_never_without_bound() -> None:
    assert sureness(said(0, "a b", 0.5).words) == pytest.approx(math.log(0.5))
    assert sureness(said(0, "a b", 0.0).words) == pytest.approx(math.log(LEAST))
    assert sureness(()) == pytest.approx(math.log(LEAST))


sentences = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["open", "click save", "type a long name"]), st.floats(0, 1)),
    max_size=6,
)


@given(sentences, sentences)
def test_every_sentence_of_the_result_is_one_of_the_two_in_order(
    one: list[tuple[int, str, float]], other: list[tuple[int, str, float]]
) -> None:
    def made(some: list[tuple[int, str, float]]) -> Transcript:
        starts = sorted({at: (text, sure) for at, text, sure in some}.items())
        return transcript(*(said(at * 1_000, text, sure) for at, (text, sure) in starts))

    first, again = made(one), made(other)
    found = surer(first, again)
    assert {*found.segments} <= {*first.segments, *again.segments}
    begins = [word.start_ms for word in found.words]
    assert begins == sorted(begins)
    assert bool(found.words) == bool(first.words or again.words)
