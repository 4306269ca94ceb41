"""Parses the response of an endpoint (OpenAI's ``verbose_json``) into words, with every number checked.

Pure. Owns the format of the response and which responses are rejected. Does not fetch it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from capture.files import prepared
from capture.span import Span
from transcribe.asr.language import NAMES
from transcribe.model import TranscribeError, Word
from transcribe.words import spread

_LETTERS_PER_S = 60
"""More than can be spoken in a second; auctioneers reach 30."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_DEFAULT_CONFIDENCE = 1.0  # of words without a probability: only words known to be doubtful are marked
_CODES = {name.casefold(): code for code, name in NAMES.items()}  # OpenAI gives names, other servers the code


class EndpointTranscript(msgspec.Struct, frozen=True):
    """Words in ms of the sound that was sent, each with its leading space; language code, empty if not given."""

    words: tuple[Word, ...] = ()
    language: str = ""


class _Word(msgspec.Struct, frozen=True):
    word: str = ""
    start: Any = None
    end: Any = None
    probability: Any = None


class _Segment(msgspec.Struct, frozen=True):
    text: str = ""
    start: Any = None
    end: Any = None
    words: list[_Word] | None = None
    no_speech_prob: Any = None
    avg_logprob: Any = None


class _Response(msgspec.Struct, frozen=True):
    text: str
    language: str | None = None
    segments: list[_Segment] | None = None
    words: list[_Word] | None = None


def parse_response(body: bytes, duration_ms: int) -> EndpointTranscript:
    """Parse the response for ``duration_ms`` of sound. Times are clamped to it, and estimated where there are none.

    Raises TranscribeError when it is no transcript; its ``what`` continues a sentence that begins with the endpoint.
    """
    try:
        response = msgspec.json.decode(body, type=prepared(_Response))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        kind = "a web page" if body.lstrip()[:1] == b"<" else "something that is no transcript"
        raise TranscribeError(f"answers with {kind}", "Check its address.") from error
    if len(response.text) > _LETTERS_PER_S * max(1_000, duration_ms) // 1_000:
        raise TranscribeError("answers with more words than can be said in that time", "Use another model.")
    words = list(_words(response, duration_ms))
    return EndpointTranscript(tuple(words), _language_code(response.language or ""))


def _words(response: _Response, duration_ms: int) -> Iterator[Word]:
    segments = [segment for segment in response.segments or () if not _hallucinated(segment)]
    timed = response.words or [word for segment in segments for word in segment.words or ()]
    text = " ".join(s.text.strip() for s in segments) if segments else response.text
    for word, spelled in zip(timed, _spelled(timed, _clean(text).split()), strict=True):
        if spelled.strip():
            span = _span(word.start, word.end, duration_ms)
            yield Word(span.start_ms, span.end_ms, text=spelled, confidence=_confidence(word.probability))
    if not timed and (segments or not response.segments):
        yield from _untimed(response, segments, duration_ms)


def _spelled(timed: Sequence[_Word], tokens: Sequence[str]) -> list[str]:
    """Each word with its leading space and punctuation, as in the ``tokens`` of the full text.

    OpenAI's words come without spaces and without full stops; those of other servers have both.
    """
    words = [_clean(word.word) for word in timed]
    if [_normalized(word) for word in words] == [_normalized(token) for token in tokens]:
        return [f" {token}" for token in tokens]
    spaces = [word.word[:1].isspace() for word in timed]
    spaced = not any(spaces) and len(tokens) > 1
    return [f"{' ' if spaced or space else ''}{word}" for space, word in zip(spaces, words, strict=True)]


def _untimed(response: _Response, segments: Sequence[_Segment], duration_ms: int) -> Iterator[Word]:
    """Words spread over their segments, or over all of the sound, in proportion to their letters."""
    whole = [(response.text, Span(0, duration_ms))]
    for text, span in [(s.text, _span(s.start, s.end, duration_ms)) for s in segments] or whole:
        tokens = [Word(0, 0, text=f" {token}", confidence=_DEFAULT_CONFIDENCE) for token in _clean(text).split()]
        if tokens:
            yield from spread(tokens, [span if span.duration_ms else Span(0, duration_ms)])


def _hallucinated(segment: _Segment) -> bool:
    """Whether both of Whisper's measures say so, as in ``transcribe/asr/whisper_decode.py``."""
    return _number(segment.no_speech_prob, 0.0) > 0.6 and _number(segment.avg_logprob, 0.0) < -1.0


def _span(start: object, end: object, duration_ms: int) -> Span:
    first = min(max(0, _ms(start, 0)), duration_ms)
    return Span(first, min(max(first, _ms(end, first)), duration_ms))


def _ms(seconds: object, default: int) -> int:
    value = _number(seconds, math.nan)
    return default if math.isnan(value) else round(max(-1e6, min(value, 1e6)) * 1000)


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e18 else default


def _confidence(value: object) -> float:
    return min(1.0, max(0.0, _number(value, _DEFAULT_CONFIDENCE)))


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _normalized(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _language_code(language: str) -> str:
    name = language.strip().casefold()
    return _CODES.get(name, name if re.fullmatch(r"[a-z]{2,3}", name) else "")
