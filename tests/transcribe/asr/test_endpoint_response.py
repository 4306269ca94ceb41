"""What endpoints answer: whatever its numbers say, words come out inside the sound, or nothing does."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from transcribe.asr.endpoint_response import parse_response
from transcribe.model import TranscribeError


def read(duration_ms: int = 4_000, **answer: Any) -> list[tuple[str, int, int]]:
    heard = parse_response(json.dumps({"text": ""} | answer).encode(), duration_ms)
    return [(word.text, word.start_ms, word.end_ms) for word in heard.words]


def test_bare_words_get_the_full_stops_of_the_text_beside_them() -> None:
    words = [{"word": "Open", "start": 0.5, "end": 0.9}, {"word": "it", "start": 1.0, "end": 1.2}]
    assert read(text="Open it.", words=words) == [(" Open", 500, 900), (" it.", 1_000, 1_200)]


def test_words_that_bring_their_own_spaces_keep_them() -> None:
    words = [{"word": "注文", "start": 0.1, "end": 0.5}, {"word": "書", "start": 0.5, "end": 0.7}]
    assert [w for w, _, _ in read(text="注文書", words=words)] == ["注文", "書"]


def test_a_segment_without_word_times_is_laid_out_evenly() -> None:
    told = read(text="one three", segments=[{"text": " one three", "start": 1.0, "end": 2.0}])
    assert [w for w, _, _ in told] == [" one", " three"]
    assert told[0][1] == 1_000
    assert told[-1][2] == 2_000


def test_text_alone_is_laid_over_all_of_the_sound() -> None:
    told = read(text="one two")
    assert (told[0][1], told[-1][2]) == (0, 4_000)


def test_a_segment_the_endpoint_itself_doubts_twice_is_left_out() -> None:
    doubtful = {"text": "Thank you.", "start": 0, "end": 1, "no_speech_prob": 0.9, "avg_logprob": -1.4}
    assert read(text="Thank you.", segments=[doubtful]) == []


def test_languages_come_as_codes_whatever_they_are_called() -> None:
    for told, code in (("english", "en"), ("de", "de"), ("Klingon <b>", ""), (None, "")):
        assert parse_response(json.dumps({"text": "", "language": told}).encode(), 1_000).language == code


anything = st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=5)
word = st.fixed_dictionaries(
    {"word": st.text(max_size=12)}, optional={"start": anything, "end": anything, "probability": anything}
)
segment = st.fixed_dictionaries(
    {"text": st.text(max_size=30)},
    optional={"start": anything, "end": anything, "no_speech_prob": anything, "avg_logprob": anything},
)


@given(st.text(max_size=60), st.lists(word, max_size=8), st.lists(segment, max_size=4))
def test_no_number_is_believed(text: str, words: list[dict[str, Any]], segments: list[dict[str, Any]]) -> None:
    try:
        heard = parse_response(json.dumps({"text": text, "words": words, "segments": segments}).encode(), 3_000)
    except TranscribeError:
        return
    for found in heard.words:
        assert 0 <= found.start_ms <= found.end_ms <= 3_000
        assert 0 <= found.confidence <= 1
        assert found.text.strip()
        assert found.text.strip().isprintable() or "\n" not in found.text
