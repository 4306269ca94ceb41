"""Captions: every word once, in order, in lines that can be read, as the two formats ask."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.captions import Caption, captions, to_srt, to_vtt
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


def assert_readable(shown: list[Caption]) -> None:
    """The numbers of the module, each without exception."""
    for caption in shown:
        assert 1 <= len(caption.lines) <= 2
        assert all(0 < len(line) <= 42 for line in caption.lines)
        assert 1_000 <= caption.duration_ms <= 6_000
        assert len(" ".join(caption.lines)) * 1_000 <= 20 * caption.duration_ms
    assert all(following.start_ms - caption.end_ms >= 80 for caption, following in pairwise(shown))


@given(transcripts)
def test_every_caption_can_be_read_and_is_seen_to_change(transcript: Transcript) -> None:
    assert_readable(captions(transcript))


@given(st.lists(st.tuples(st.text(min_size=1, max_size=120), st.integers(-50, 9_000), st.integers(0, 20_000))))
def test_whatever_a_recognizer_says_can_be_read(words: list[tuple[str, int, int]]) -> None:
    """Words as long as addresses, of no length, at times that run backwards."""
    heard = tuple(Word(max(0, start), max(0, start) + length, text=text) for text, start, length in words)
    assert_readable(captions(Transcript(segments=(Segment(0, 9_000, text="", words=heard),))))


def test_a_word_without_a_space_before_it_is_read_as_long_where_a_line_begins_with_it() -> None:
    texts = ["0", *[" 0"] * 5, " 0000000000", "?00000000000000000000"]
    heard = (*(Word(0, 0, text=text) for text in texts), Word(0, 6_001, text=" 0"))
    assert_readable(captions(Transcript(segments=(Segment(0, 9_000, text="", words=heard),))))


@given(transcripts)
def test_no_caption_gives_away_what_comes(transcript: Transcript) -> None:
    """It comes at most 300 ms before its first word, however fast the talk."""
    at, words = 0, transcript.words
    for caption in captions(transcript):
        assert caption.start_ms >= words[at].start_ms - 300
        at += len(" ".join(caption.lines).split())


def test_at_a_human_pace_each_caption_begins_with_its_first_word() -> None:
    text = " ".join(WORDS * 6)
    paced = [(word, 30, 65 * len(word)) for word in text.split()]
    at = 0
    words = transcript_of(paced).words
    shown = captions(transcript_of(paced))
    assert len(shown) > 8
    for caption in shown:
        assert -300 <= caption.start_ms - words[at].start_ms <= 80
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
    assert [" ".join(c.lines) for c in shown] == [
        "Take the blue form that lies in the second drawer",
        "of the old cupboard beside the window there",
    ]


def test_a_line_does_not_end_with_what_belongs_to_the_next_word() -> None:
    text = "Wait until the colleague has opened the big catalogue of suppliers"
    (caption,) = captions(Transcript(segments=(Segment(0, 5_000, text=text),)))
    assert caption.lines == ("Wait until the colleague has opened", "the big catalogue of suppliers")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "So I'm already logged in and I'm on the homepage",
            ("So I'm already logged in", "and I'm on the homepage"),
        ),
        (
            "you just type in opportunities and it comes right up",
            ("you just type in opportunities", "and it comes right up"),
        ),
        ("Now we scroll down to the bottom of the page here", ("Now we scroll down", "to the bottom of the page here")),
        (
            "You find all of these settings in the general section",
            ("You find all of these settings", "in the general section"),
        ),
    ],
)
def test_a_verb_is_not_parted_from_its_particle(text: str, lines: tuple[str, str]) -> None:
    (caption,) = captions(Transcript(segments=(Segment(0, 5_000, text=text),)))
    assert caption.lines == lines


ARTICLES = "the a an der die eine le la les un el los".split()  # noqa: SIM905  they are words


@given(st.lists(st.tuples(st.sampled_from(["supplier", "open", "of", "Formular", "catalogue"]), st.integers(0, 900))))
def test_an_article_stays_with_its_noun_in_line_and_caption(words: list[tuple[str, int]]) -> None:
    said = [
        part for text, pause in words for part in ((ARTICLES[len(text) % len(ARTICLES)], 0, 200), (text, pause, 400))
    ]
    lines = [line for caption in captions(transcript_of(said)) for line in caption.lines]
    assert not [line for line in lines if line.split()[-1] in ARTICLES]


def test_a_word_longer_than_a_line_goes_on_in_the_next() -> None:
    word = "https://example.org/" + "x" * 60
    shown = captions(Transcript(segments=(Segment(0, 3_000, text=f"Open {word} now."),)))
    assert_readable(shown)
    assert [line for c in shown for line in c.lines] == ["Open", word[:42], f"{word[42:]}", "now."]


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


# Texts made to be mistaken for something else: markup, entities, arrows, times, numbers, notes.
_TRICKY = st.sampled_from(
    [
        "<b>",
        "</i>",
        "&amp;",
        "&",
        "-->",
        "00:00:01,000",
        "7",
        "NOTE",
        "WEBVTT",
        "<00:01.000>",
        "«größer»",
        "発注",
        "\ufeff",
    ]
)
tricky = st.lists(st.tuples(_TRICKY | st.text(min_size=1, max_size=20), st.integers(0, 900)), max_size=30)


def tricky_transcript(words: list[tuple[str, int]]) -> Transcript:
    at, said = 0, []
    for text, length in words:
        said.append(Word(at, at + length, text=text))
        at += length + 50
    return Transcript(segments=(Segment(0, at, text="", words=tuple(said)),))


def read_back(text: str) -> list[Caption]:
    """Cues as a player finds them: lines between empty lines, of which the first that is a timing says when."""
    web, found = text.startswith("WEBVTT\n"), []
    for block in re.split(r"(?:\r?\n){2,}", text.strip("\r\n")):
        lines = re.split(r"\r?\n", block)
        at = next((at for at, line in enumerate(lines[:2]) if " --> " in line), None)
        if at is not None:
            start, end = (_ms(time) for time in lines[at].split(" --> "))
            shown = tuple(html.unescape(line) if web else line for line in lines[at + 1 :])
            found.append(Caption(start, end, lines=shown))
    return found


def _ms(time: str) -> int:
    hours, minutes, seconds, thousandths = (int(part) for part in re.split(r"[:.,]", time))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


@given(tricky)
def test_no_text_can_break_a_caption_file(words: list[tuple[str, int]]) -> None:
    """Whatever is said, it comes back as it was, as text and not as markup, times or notes."""
    transcript = tricky_transcript(words)
    assert read_back(to_vtt(transcript)) == captions(transcript)
    assert read_back(to_srt(transcript)) == captions(transcript)
