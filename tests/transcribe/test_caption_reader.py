"""Captions read back: what showhow writes comes back as it was, and other programs' files are understood."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.caption_reader import read_captions
from transcribe.captions import Caption, captions, to_srt, to_vtt
from transcribe.model import Segment, TranscribeError, Transcript, Word

# Texts made to be mistaken for something else: markup, entities, arrows, times, numbers, notes.
TRICKY = st.sampled_from(
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
WORDS = st.lists(st.tuples(TRICKY | st.text(min_size=1, max_size=20), st.integers(0, 900)), max_size=30)


def transcript_of(words: list[tuple[str, int]]) -> Transcript:
    at, said = 0, []
    for text, length in words:
        said.append(Word(at, at + length, text=text))
        at += length + 50
    return Transcript(segments=(Segment(0, at, text="", words=tuple(said)),))


@given(WORDS)
def test_webvtt_comes_back_as_it_was(words: list[tuple[str, int]]) -> None:
    transcript = transcript_of(words)
    assert read_captions(to_vtt(transcript)) == captions(transcript)


@given(WORDS)
def test_srt_comes_back_as_it_was(words: list[tuple[str, int]]) -> None:
    """SRT has no way to write an angle bracket that is none: what looks like a tag is all that may be lost."""
    transcript = transcript_of([(text.replace("<", "‹"), length) for text, length in words])
    assert read_captions(to_srt(transcript)) == captions(transcript)


def test_the_webvtt_of_others_is_understood() -> None:
    text = (
        "\ufeffWEBVTT - made elsewhere\r\nKind: captions\r\n\r\nNOTE\r\n00:01.000 --> 00:02.000\r\nnot shown\r\n\r\n"
        "STYLE\r\n::cue { color: red }\r\n\r\n"
        "intro\r\n00:01.500 --> 00:03.000 align:start position:0%\r\n<v Bob>Open <b>the</b> menu &amp; wait</v>\r\n\r\n"
        "100:00:00.000 --> 100:00:01.250\r\nTom <00:00:00.500><c>and</c> Jerry: a &lt; b\r\n"
    )
    assert read_captions(text) == [
        Caption(1_500, 3_000, lines=("Open the menu & wait",)),
        Caption(360_000_000, 360_001_250, lines=("Tom and Jerry: a < b",)),
    ]


def test_the_srt_of_others_is_understood() -> None:
    text = (
        "1\n00:00:00,500 --> 00:00:02,000 X1:0 X2:10\n<i>Hello</i>\n<font color='#fff'>there</font>\n\n\n"
        "00:00:03.000 --> 00:00:04.000\nno number, a point, a < b\n\n2\n00:00:06,000 --> 00:00:05,000\nbackwards\n\n"
        "3\nno time\n"
    )
    assert read_captions(text) == [
        Caption(500, 2_000, lines=("Hello", "there")),
        Caption(3_000, 4_000, lines=("no number, a point, a < b",)),
    ]


@pytest.mark.parametrize("text", ["<!doctype html><p>Not found", "{}", "\x00\xff" * 30])
def test_what_is_no_caption_file_is_told(text: str) -> None:
    with pytest.raises(TranscribeError, match="no captions"):
        read_captions(text)


def test_an_empty_file_holds_no_captions() -> None:
    assert read_captions("") == []
    assert read_captions("WEBVTT\n") == []


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(caption.end_ms > caption.start_ms for caption in read_captions("WEBVTT\n\n" + text))
    with suppress(TranscribeError):
        read_captions(text)
