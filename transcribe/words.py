"""Pure functions over words with times: join, group into segments, spread over spans of speech, remove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.model import Segment, Transcript, Word

PAUSE_MS = 1_500
"""A longer pause ends a sentence, even without a full stop."""
_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")
_SHORT = re.compile(r"(?i)^(mr|mrs|ms|dr|st|no|nr|vs|etc|e\.g|i\.e|z\.b|approx|\d+)\.$")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿ก-๛]")


def spread(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """The words spread over ``speech`` in proportion to their letters, which approximates their durations."""
    total = sum(span.duration_ms for span in speech)
    weights = [len(word.text.strip()) + 1 for word in words]
    edges, done = [0], 0
    for weight in weights:
        done += weight
        edges.append(total * done // sum(weights))
    return [
        with_times(w, _along(speech, a), _along(speech, b, end=True))
        for w, (a, b) in zip(words, pairwise(edges), strict=True)
    ]


def _along(speech: Sequence[Span], at_ms: int, *, end: bool = False) -> int:
    """The time after ``at_ms`` of speech, without silences; at an edge the later side, for an ``end`` the earlier."""
    for span in speech:
        if at_ms < span.duration_ms or (end and at_ms == span.duration_ms):
            return span.start_ms + at_ms
        at_ms -= span.duration_ms
    return speech[-1].end_ms


def segments(words: Iterable[Word]) -> tuple[Segment, ...]:
    """Words grouped into sentences: a sentence ends at its full stop, or before a long pause."""
    groups: list[list[Word]] = []
    for word in words:
        if not groups or ends_sentence(groups[-1][-1]) or word.start_ms - groups[-1][-1].end_ms > PAUSE_MS:
            groups.append([])
        groups[-1].append(word)
    return tuple(_segment(sentence) for sentence in groups)


def ends_sentence(word: Word) -> bool:
    """Whether a word ends with a mark that ends a sentence."""
    text = word.text.strip()
    return bool(_ENDS.search(text)) and not _SHORT.match(text)


def words_of(segment: Segment) -> Sequence[Word]:
    """The words of a segment; if it has only text, the words of the text spread evenly."""
    if segment.words or not segment.text.strip():
        return segment.words
    return spread([Word(0, 0, text=text) for text in segment.text.split()], [segment.span])


def joined(words: Sequence[Word]) -> str:
    """Words as one text, without spaces in scripts that have none."""
    text = ""
    for word in words:
        bare = word.text.strip()
        text += bare if not text or (_UNSPACED.match(text[-1]) and _UNSPACED.match(bare[:1])) else f" {bare}"
    return text


def without(transcript: Transcript, scrapped: Sequence[Span]) -> Transcript:
    """The transcript without the words of which more than half lies in ``scrapped``."""
    if not scrapped:
        return transcript
    segments_left = []
    for segment in transcript.segments:
        words = tuple(w for w in words_of(segment) if 2 * sum(map(w.overlap_ms, scrapped)) <= w.duration_ms)
        if len(words) == len(words_of(segment)):
            segments_left.append(segment)
        elif words:
            segments_left.append(Segment(words[0].start_ms, words[-1].end_ms, text=joined(words), words=words))
    return Transcript(segments=tuple(segments_left), language=transcript.language, model=transcript.model)


def _segment(words: Sequence[Word]) -> Segment:
    text = "".join(word.text for word in words).strip()
    bare = tuple(Word(w.start_ms, w.end_ms, text=w.text.strip(), confidence=w.confidence) for w in words)
    return Segment(words[0].start_ms, words[-1].end_ms, text=text, words=bare)


def with_times(word: Word, start_ms: int, end_ms: int) -> Word:
    """The same word at other times; if it would end before it starts, its duration is 0."""
    return Word(start_ms, max(start_ms, end_ms), text=word.text, confidence=word.confidence)
