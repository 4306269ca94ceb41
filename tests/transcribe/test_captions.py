"""Captions: every word once, in order, in lines that can be read, as the two formats ask."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcribe.captions import LINE, captions, to_srt, to_vtt
from transcribe.model import Segment, Transcript, Word

WORDS = "open the menu and choose purchase orders, then click on new: a form appears; fill it in. Ready? Good!".split()  # noqa: SIM905  it is a sentence
VTT_TIME = r"\d\d:\d\d:\d\d\.\d\d\d"


def transcript_of(words: list[tuple[str, int, int]]) -> Transcript:
    """Words as (text, pause before, length); a new segment after each full stop."""
    at, gathered = 0, [[]]  # type: list[list[Word]]
    for text, pause, length in words:
        at += pause
        gathered[-1].append(Word(at, at + length, text=text))
        at += length
        if text.endswith((".", "?", "!")):
            gathered.append([])
    return Transcript(
        segments=tuple(
            Segment(g[0].start_ms, g[-1].end_ms, text=" ".join(w.text for w in g), words=tuple(g))
            for g in gathered
            if g
        )
    )


transcripts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([0, 0, 0, 40, 300, 900, 4_000]), st.integers(1, 700)), max_size=80
).map(transcript_of)


@given(transcripts)
def test_every_word_is_there_once_and_in_order(transcript: Transcript) -> None:
    shown = [word for caption in captions(transcript) for line in caption.lines for word in line.split()]
    assert shown == [w.text for w in transcript.words]


@given(transcripts)
def test_captions_follow_each_other_without_overlap(transcript: Transcript) -> None:
    shown = captions(transcript)
    assert all(c.duration_ms > 0 for c in shown)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(shown))


@given(transcripts)
def test_lines_are_short_and_at_most_two(transcript: Transcript) -> None:
    for caption in captions(transcript):
        assert 1 <= len(caption.lines) <= 2
        assert all(0 < len(line) <= LINE for line in caption.lines)


@given(transcripts)
def test_a_caption_stands_until_read_unless_the_next_must_come(transcript: Transcript) -> None:
    shown = captions(transcript)
    for caption, following in pairwise(shown):
        if caption.end_ms < following.start_ms:
            length = sum(map(len, caption.lines))
            assert caption.duration_ms >= max(1_000, length * 1_000 // 20)


@given(transcripts)
def test_a_caption_begins_with_its_first_word(transcript: Transcript) -> None:
    at = 0
    for caption in captions(transcript):
        assert caption.start_ms == transcript.words[at].start_ms
        at += len(" ".join(caption.lines).split())


def test_lines_break_at_the_end_of_a_clause_rather_than_anywhere() -> None:
    text = "Choose the supplier from the list, then enter the delivery date."
    (caption,) = captions(Transcript(segments=(Segment(0, 5_000, text=text),)))
    assert caption.lines == ("Choose the supplier from the list,", "then enter the delivery date.")


def test_a_long_sentence_is_parted_where_it_breathes() -> None:
    text = (
        "Look through the catalogue until you find the item that you want, "
        "then select the row and press add, or double-click it and wait --> until it is done."
    )
    shown = captions(Transcript(segments=(Segment(0, 9_000, text=text),)))
    assert [" ".join(c.lines) for c in shown] == [
        "Look through the catalogue until you find the item that you want,",
        "then select the row and press add,",
        "or double-click it and wait --> until it is done.",
    ]


def test_no_word_is_left_alone_at_the_end_of_a_sentence() -> None:
    text = "Take the blue form that lies in the second drawer of the old cupboard beside the window there"
    shown = captions(Transcript(segments=(Segment(0, 9_000, text=text),)))
    assert [len(" ".join(c.lines).split()) for c in shown] == [9, 9]


def test_a_word_longer_than_a_line_is_shown_whole() -> None:
    word = "https://example.org/" + "x" * 60
    shown = captions(Transcript(segments=(Segment(0, 3_000, text=f"Open {word} now."),)))
    assert " ".join(line for c in shown for line in c.lines) == f"Open {word} now."


def test_srt_is_numbered_with_commas_and_carriage_returns() -> None:
    transcript = Transcript(segments=(Segment(0, 2_000, text="Hello."), Segment(3_661_007, 3_664_000, text="Bye.")))
    assert to_srt(transcript) == (
        "1\r\n00:00:00,000 --> 00:00:02,000\r\nHello.\r\n\r\n2\r\n01:01:01,007 --> 01:01:04,000\r\nBye.\r\n"
    )


def test_webvtt_lets_no_text_be_taken_for_markup() -> None:
    transcript = Transcript(segments=(Segment(0, 3_000, text="If a < b & b --> c, type <b>."),))
    text = to_vtt(transcript)
    assert text == "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nIf a &lt; b &amp; b --&gt; c, type &lt;b&gt;.\n"


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_no_text_breaks_out_of_its_caption(texts: list[str]) -> None:
    """Whatever a model writes, line breaks and arrows included, the file keeps its shape."""
    transcript = Transcript(
        segments=tuple(Segment(n * 2_000, n * 2_000 + 1_500, text=text) for n, text in enumerate(texts))
    )
    head, *blocks = to_vtt(transcript).rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    assert len(blocks) == len(captions(transcript))
    assert all(re.match(rf"{VTT_TIME} --> {VTT_TIME}\n[^\n]", block) for block in blocks)
    assert to_srt(transcript).count(" --> ") >= len(blocks)


def test_words_that_all_begin_at_once_still_follow_each_other() -> None:
    words = tuple(Word(500, 500, text="word") for _ in range(60))
    shown = captions(Transcript(segments=(Segment(500, 500, text="", words=words),)))
    assert sum(len(" ".join(c.lines).split()) for c in shown) == 60
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(shown))
    assert all(c.duration_ms for c in shown)


def test_a_silent_demo_has_no_captions() -> None:
    assert to_vtt(Transcript()) == "WEBVTT\n"
    assert to_srt(Transcript()) == ""
