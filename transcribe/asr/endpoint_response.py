"""What an endpoint answers (OpenAI's ``verbose_json``) made into words, without believing a number of it.

Pure. Owns the shape of the answer and what is refused in it. Refuses to know how it was fetched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from capture.span import Span
from transcribe.model import TranscribeError, Word
from transcribe.words import spread

_LETTERS_PER_S = 60
"""Nobody says more in a second; auctioneers come to 30."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_UNTOLD = 1.0  # confidence of a word whose endpoint tells none: what is not known to be doubtful is not marked
# OpenAI names languages in English, others give the code.
_NAMES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs",
    "russian": "ru", "ukrainian": "uk", "turkish": "tr", "greek": "el", "arabic": "ar", "hebrew": "he", "hindi": "hi",
    "japanese": "ja", "chinese": "zh", "korean": "ko", "vietnamese": "vi", "thai": "th", "indonesian": "id",
}  # fmt: skip


class EndpointTranscript(msgspec.Struct, frozen=True):
    """Words in ms of the sound that was sent, each with the space before it; and the language's code, if told."""

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


class _Answer(msgspec.Struct, frozen=True):
    text: str
    language: str | None = None
    segments: list[_Segment] | None = None
    words: list[_Word] | None = None


def read_answer(body: bytes, duration_ms: int) -> EndpointTranscript:
    """The words of an answer about so much sound. Times are clamped into it, or laid out anew where there are none.

    Raises TranscribeError, whose ``what`` goes on after the endpoint's name, when it is no transcript.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        kind = "a web page" if body.lstrip()[:1] == b"<" else "something that is no transcript"
        raise TranscribeError(f"answers with {kind}", "Check its address.") from error
    if len(answer.text) > _LETTERS_PER_S * max(1_000, duration_ms) // 1_000:
        raise TranscribeError("answers with more words than can be said in that time", "Use another model.")
    words = list(_words(answer, duration_ms))
    return EndpointTranscript(tuple(words), _code(answer.language or ""))


def _words(answer: _Answer, duration_ms: int) -> Iterator[Word]:
    segments = [segment for segment in answer.segments or () if not _invented(segment)]
    timed = answer.words or [word for segment in segments for word in segment.words or ()]
    text = " ".join(s.text.strip() for s in segments) if segments else answer.text
    for word, spelled in zip(timed, _spelled(timed, _clean(text).split()), strict=True):
        if spelled.strip():
            span = _span(word.start, word.end, duration_ms)
            yield Word(span.start_ms, span.end_ms, text=spelled, confidence=_share(word.probability))
    if not timed and (segments or not answer.segments):
        yield from _untimed(answer, segments, duration_ms)


def _spelled(timed: Sequence[_Word], tokens: Sequence[str]) -> list[str]:
    """Each word with the space before it, as the ``tokens`` of the text beside them have it.

    OpenAI's words come without spaces and without the full stops that end sentences; others bring both.
    """
    words = [_clean(word.word) for word in timed]
    if [_bare(word) for word in words] == [_bare(token) for token in tokens]:
        return [f" {token}" for token in tokens]
    spaces = [word.word[:1].isspace() for word in timed]
    spaced = not any(spaces) and len(tokens) > 1
    return [f"{' ' if spaced or space else ''}{word}" for space, word in zip(spaces, words, strict=True)]


def _untimed(answer: _Answer, segments: Sequence[_Segment], duration_ms: int) -> Iterator[Word]:
    """Words laid over their segments, or over all of the sound, as evenly as they are said."""
    whole = [(answer.text, Span(0, duration_ms))]
    for text, span in [(s.text, _span(s.start, s.end, duration_ms)) for s in segments] or whole:
        tokens = [Word(0, 0, text=f" {token}", confidence=_UNTOLD) for token in _clean(text).split()]
        if tokens:
            yield from spread(tokens, [span if span.duration_ms else Span(0, duration_ms)])


def _invented(segment: _Segment) -> bool:
    """Whisper's own two doubts together, as ``transcribe/asr/whisper.py`` takes them."""
    return _number(segment.no_speech_prob, 0.0) > 0.6 and _number(segment.avg_logprob, 0.0) < -1.0


def _span(start: object, end: object, duration_ms: int) -> Span:
    first = min(max(0, _ms(start, 0)), duration_ms)
    return Span(first, min(max(first, _ms(end, first)), duration_ms))


def _ms(seconds: object, otherwise: int) -> int:
    value = _number(seconds, math.nan)
    return otherwise if math.isnan(value) else round(max(-1e6, min(value, 1e6)) * 1000)


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e18 else otherwise


def _share(value: object) -> float:
    return min(1.0, max(0.0, _number(value, _UNTOLD)))


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _code(language: str) -> str:
    name = language.strip().casefold()
    return _NAMES.get(name, name if re.fullmatch(r"[a-z]{2,3}", name) else "")
