"""Words as a recognizer gave them, made fit to be kept: in order, inside speech, without loops, in sentences.

Pure. Owns what is believed of a recognizer's times and text; refuses to know which recognizer it was. Until they are
gathered into segments words keep the space before them, which languages without spaces do not have.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.model import Segment, Transcript, Word

PAUSE_MS = 1_500
"""A longer pause ends a sentence, full stop or not."""
_SLACK_MS = 60  # a word may reach this far out of speech: voice activity is told in steps of 32 ms
_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")
_SHORT = re.compile(r"(?i)^(mr|mrs|ms|dr|st|no|nr|vs|etc|e\.g|i\.e|z\.b|approx|\d+)\.$")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿ก-๛]")
_SHORTEST_MS = 20
_MANY = 5  # of fewer words one may well be half of what was spoken
_LOOP_WORDS, _LOOP_TURNS = 8, 3


def believable(words: Sequence[Word], spoken_ms: int) -> bool:
    """Whether word times can be: most words last a while, none half of what was spoken, together a good part of it.

    A small model's attention sometimes puts all its words into the first instant, and the rest into one of them.
    """
    if not words:
        return True
    instant = sum(word.duration_ms <= 20 for word in words)
    reach = words[-1].end_ms - words[0].start_ms
    longest = max(word.duration_ms for word in words)
    drawn_out = len(words) >= _MANY and longest * 2 > spoken_ms
    return instant * 3 <= len(words) and reach * 2 >= spoken_ms and not drawn_out


def spread(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """The same words laid over ``speech`` in proportion to their letters, which is nearly how long they take to say."""
    total = sum(span.duration_ms for span in speech)
    weights = [len(word.text.strip()) + 1 for word in words]
    edges, done = [0], 0
    for weight in weights:
        done += weight
        edges.append(total * done // sum(weights))
    return [
        _timed(w, _along(speech, a), _along(speech, b, end=True))
        for w, (a, b) in zip(words, pairwise(edges), strict=True)
    ]


def _along(speech: Sequence[Span], at_ms: int, *, end: bool = False) -> int:
    """The moment ``at_ms`` into speech, silences not counted; at an edge the later side, for an ``end`` the earlier."""
    for span in speech:
        if at_ms < span.duration_ms or (end and at_ms == span.duration_ms):
            return span.start_ms + at_ms
        at_ms -= span.duration_ms
    return speech[-1].end_ms


def within_speech(words: Iterable[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """Words cut to the speech they lie in: a recognizer likes to stretch a word into the silence beside it."""
    for word in words:
        home = max(speech, key=word.overlap_ms, default=None)
        if home is None or not word.overlap_ms(home):
            yield word
        else:
            start = max(word.start_ms, home.start_ms - _SLACK_MS)
            yield _timed(word, start, max(start, min(word.end_ms, home.end_ms + _SLACK_MS)))


def in_order(words: Iterable[Word], duration_ms: int | None = None) -> Iterator[Word]:
    """Words each of which starts no earlier than the one before it ended, and lasts: an instant is easily cut away.

    None lies beyond ``duration_ms``, the length of the sound: there they are pushed together.
    """
    at, latest = 0, duration_ms if duration_ms is not None else sys.maxsize
    for word in words:
        start = min(max(word.start_ms, at), latest)
        at = min(max(start + _SHORTEST_MS, word.end_ms), latest)
        yield _timed(word, start, at)


def too_few(words: Sequence[Word], spoken_ms: int) -> bool:
    """Whether suspiciously little came out: somebody spoke for 3 s or more, and there is less than a word for two."""
    return spoken_ms >= 3_000 and len(words) * 2_000 < spoken_ms


def without_loops(words: Sequence[Word]) -> list[Word]:
    """Words without the phrases a recognizer got stuck in: of three or more equal ones in a row the first stays."""
    kept: list[Word] = list(words)
    for length in range(1, _LOOP_WORDS + 1):
        at = 0
        while at + length * _LOOP_TURNS <= len(kept):
            turns = _turns(kept, at, length)
            if turns >= _LOOP_TURNS:
                del kept[at + length : at + length * turns]
            at += 1
    return kept


def _turns(words: Sequence[Word], at: int, length: int) -> int:
    phrase = [_bare(word) for word in words[at : at + length]]
    turns = 1
    while [_bare(word) for word in words[at + length * turns : at + length * (turns + 1)]] == phrase:
        turns += 1
    return turns


def _bare(word: Word) -> str:
    return re.sub(r"\W", "", word.text).casefold()


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


def _timed(word: Word, start_ms: int, end_ms: int) -> Word:
    return Word(start_ms, max(start_ms, end_ms), text=word.text, confidence=word.confidence)
