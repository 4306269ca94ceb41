"""Two transcripts of one recording: takes each stretch from the one that is surer of it. Pure; on the clock of both.

Sureness is the mean of the logarithms of the words' probabilities, as recognizers report them. It is comparable only
between transcripts by the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from msgspec.structs import replace

from capture.span import Span, merge
from transcribe.model import Segment, Transcript, Word
from transcribe.words import words_of

LEAST = 1e-3
"""A smaller probability counts as this one, so that a single word does not decide a stretch."""
ENOUGH = 0.7
"""A text with a smaller share of the other's letters left something out, however sure it is of the rest."""


def surer(first: Transcript, again: Transcript) -> Transcript:
    """``first`` with the stretches of which ``again`` is surer; a tie changes nothing.

    A stretch lasts until both have a pause between sentences. Transcripts in two languages are not mixed: one is taken
    as a whole. Words are never lost: where only one has any, they are taken.
    """
    if first.language != again.language:
        return again if _prefers(first.segments, again.segments) else first
    segments: list[Segment] = []
    for stretch in merge([*_spans(first), *_spans(again)]):
        one, other = _inside(first, stretch), _inside(again, stretch)
        segments += other if _prefers(one, other) else one
    return first if tuple(segments) == first.segments else replace(again, segments=tuple(segments))


def same_words(one: Transcript, other: Transcript) -> bool:
    """Whether two transcripts have the same words as they are written, at whatever times."""
    return [word.text.strip() for word in one.words] == [word.text.strip() for word in other.words]


def _spans(transcript: Transcript) -> list[Span]:
    """The spans of the segments; one without a duration lasts a millisecond, so that it lies in a stretch."""
    return [Span(s.start_ms, max(s.end_ms, s.start_ms + 1)) for s in transcript.segments]


def _inside(transcript: Transcript, stretch: Span) -> list[Segment]:
    return [segment for segment in transcript.segments if stretch.contains(segment.start_ms)]


def _prefers(first: Sequence[Segment], again: Sequence[Segment]) -> bool:
    """Whether the second is surer, and left nothing out."""
    one, other = _words(first), _words(again)
    if not one or not other:
        return bool(other)
    return sureness(other) > sureness(one) and _letters(other) >= ENOUGH * _letters(one)


def _words(segments: Sequence[Segment]) -> list[Word]:
    return [word for segment in segments for word in words_of(segment)]


def sureness(words: Sequence[Word]) -> float:
    """Mean natural logarithm of the words' probabilities, from ``log(LEAST)`` to 0; without words the least."""
    logs = [log(max(LEAST, min(1.0, word.confidence))) for word in words]
    return sum(logs) / len(logs) if logs else log(LEAST)


def _letters(words: Sequence[Word]) -> int:
    return sum(len(word.text.strip()) for word in words)
