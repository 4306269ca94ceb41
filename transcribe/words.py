"""Pure functions over words with times: join, split into segments, spread over speech spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.model import Segment, Transcript, Word

PAUSE_MS = 1_500
"""A longer pause ends a sentence, full stop or not."""


_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")


_SHORT = re.compile(r"(?i)^(mr|mrs|ms|dr|st|no|nr|vs|etc|e\.g|i\.e|z\.b|approx|\d+)\.$")


_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿ก-๛]")


def spread(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """The same words laid over ``speech`` in proportion to their letters, which is nearly how long they take to say."""
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
    """The moment ``at_ms`` into speech, silences not counted; at an edge the later side, for an ``end`` the earlier."""
    for span in speech:
        if at_ms < span.duration_ms or (end and at_ms == span.duration_ms):
            return span.start_ms + at_ms
        at_ms -= span.duration_ms
    return speech[-1].end_ms


def segments(words: Iterable[Word]) -> tuple[Segment, ...]:
    """Words gathered into sentences: a sentence ends at its full stop, or where nobody speaks for long."""
    gathered: list[list[Word]] = []
    for word in words:
        if not gathered or ends_sentence(gathered[-1][-1]) or word.start_ms - gathered[-1][-1].end_ms > PAUSE_MS:
            gathered.append([])
        gathered[-1].append(word)
    return tuple(_segment(sentence) for sentence in gathered)


def ends_sentence(word: Word) -> bool:
    """Whether a word carries the mark that ends a sentence."""
    text = word.text.strip()
    return bool(_ENDS.search(text)) and not _SHORT.match(text)


def words_of(segment: Segment) -> Sequence[Word]:
    """A segment's words; where it has only text, that text's words at an even pace."""
    if segment.words or not segment.text.strip():
        return segment.words
    return spread([Word(0, 0, text=text) for text in segment.text.split()], [segment.span])


def joined(words: Sequence[Word]) -> str:
    """Words as one text, without spaces where their script has none."""
    text = ""
    for word in words:
        bare = word.text.strip()
        text += bare if not text or (_UNSPACED.match(text[-1]) and _UNSPACED.match(bare[:1])) else f" {bare}"
    return text


def without(transcript: Transcript, taken_back: Sequence[Span]) -> Transcript:
    """The transcript without the words that lie mostly in stretches the expert took back."""
    if not taken_back:
        return transcript
    kept = []
    for segment in transcript.segments:
        words = tuple(w for w in words_of(segment) if 2 * sum(map(w.overlap_ms, taken_back)) <= w.duration_ms)
        if len(words) == len(words_of(segment)):
            kept.append(segment)
        elif words:
            kept.append(Segment(words[0].start_ms, words[-1].end_ms, text=joined(words), words=words))
    return Transcript(segments=tuple(kept), language=transcript.language, model=transcript.model)


def _segment(words: Sequence[Word]) -> Segment:
    text = "".join(word.text for word in words).strip()
    bare = tuple(Word(w.start_ms, w.end_ms, text=w.text.strip(), confidence=w.confidence) for w in words)
    return Segment(words[0].start_ms, words[-1].end_ms, text=text, words=bare)


def with_times(word: Word, start_ms: int, end_ms: int) -> Word:
    """The same word elsewhere; one that would end before it starts lasts no time."""
    return Word(start_ms, max(start_ms, end_ms), text=word.text, confidence=word.confidence)
