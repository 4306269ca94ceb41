"""Pure functions over words with times: join, group into segments, spread over spans of speech, remove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from capture.span import Span
from transcribe.model import Segment, Transcript, Word
from transcribe.spacing import continues, join_texts, may_continue, unspaced

PAUSE_MS = 600
"""A pause of this length ends a sentence, even without a full stop."""
_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")
_SHORT = re.compile(r"(?i)^(mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|z\.b|approx)\.$")
_BEFORE_FIGURE = re.compile(r"(?i)^(no|nr|\d+)\.$")  # “No. 5”, and “3.” “5” of recognizers that write so
_FIGURE = re.compile(r"^\d{1,2}\.$")
# German and its neighbours write “am 3. Mai”, “der 2. Schritt”.
_BEFORE_ORDINAL = frozenset("am im vom zum beim der den dem des das".split())  # noqa: SIM905  easier to read
_AFTER_ORDINAL = re.compile(
    r"(?i)^(jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez|januar|februar|märz|april|juni|juli|august|september|oktober"
    r"|november|dezember)\b"
)


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


def segments(tokens: Iterable[Word]) -> tuple[Segment, ...]:
    """Tokens as words, grouped into sentences: a sentence ends at its full stop, or before a long pause."""
    groups: list[list[Word]] = []
    for word in whole_words(tokens):
        group = groups[-1] if groups else []
        if not group or _ends(group, word) or word.start_ms - group[-1].end_ms >= PAUSE_MS:
            groups.append([])
        groups[-1].append(word)
    return tuple(
        Segment(words[0].start_ms, words[-1].end_ms, text=joined(words), words=tuple(words)) for words in groups
    )


def _ends(sentence: Sequence[Word], after: Word) -> bool:
    return ends_sentence(sentence[-1], after, sentence[-2] if len(sentence) > 1 else None)


def ends_sentence(word: Word, after: Word | None = None, before: Word | None = None) -> bool:
    """Whether a word ends with a mark that ends a sentence, told from the word ``after`` it and the one ``before``.

    After a figure (“to 250.”) or “no.” that is open without the word after it, and the answer is False.
    """
    text = word.text.strip()
    if not _ENDS.search(text) or _SHORT.match(text):
        return False
    if not _BEFORE_FIGURE.match(text):
        return True
    following = after.text.strip() if after is not None else "1"
    return not (following[:1].isdigit() or (_FIGURE.match(text) and _is_ordinal(before, following)))


def _is_ordinal(before: Word | None, following: str) -> bool:
    """Whether a figure with a full stop counts: as “3.” in “am 3. Mai”, or as the number of what follows."""
    return (
        before is None
        or following[:1].islower()
        or _AFTER_ORDINAL.match(following) is not None
        or before.text.strip().casefold() in _BEFORE_ORDINAL
    )


def words_of(segment: Segment) -> Sequence[Word]:
    """The words of a segment; if it has only text, the words of the text spread evenly."""
    if segment.words or not segment.text.strip():
        return segment.words
    return spread(whole_words([Word(0, 0, text=f" {text}") for text in segment.text.split()]), [segment.span])


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return re.sub(r"[\W_]", "", text).casefold()


def joined(words: Sequence[Word]) -> str:
    """Words as one text, with the spaces that were written: none within “$12,500”, none in scripts that have none."""
    return join_texts([word.text for word in words])


def whole_words(tokens: Iterable[Word]) -> list[Word]:
    """The tokens of a recognizer as words: a token without a space before it continues the word before.

    Such a word is as sure as the least sure of its tokens. In scripts without spaces each token stays a word.
    """
    whole: list[Word] = []  # each with the space that was written before it
    spaced = True
    for token in tokens:
        bare = " ".join(token.text.split())
        spaced = spaced or token.text[:1].isspace()
        if not bare:
            continue
        if spaced or unspaced(whole[-1].text, bare):
            text = f" {bare}" if spaced else bare
            whole.append(Word(token.start_ms, token.end_ms, text=text, confidence=token.confidence))
        else:
            whole[-1] = _continued(whole[-1], token, bare)
        spaced = token.text[-1:].isspace()
    before = ["", *(word.text.strip() for word in whole)]
    return [_marked(text, word) for text, word in zip(before, whole, strict=False)]


def _continued(word: Word, token: Word, text: str) -> Word:
    confidence = min(word.confidence, token.confidence)
    return Word(word.start_ms, max(word.end_ms, token.end_ms), text=word.text + text, confidence=confidence)


def _marked(before: str, word: Word) -> Word:
    """The word with the space that was written before it only where its text would do without one."""
    bare = word.text.strip()
    needed = continues(before, bare) if before else may_continue(bare)
    text = word.text if needed else bare
    return Word(word.start_ms, word.end_ms, text=text, confidence=word.confidence)


def mended(segment: Segment) -> Segment:
    """A segment with whole words; in records by showhow 0.1 a word may be in pieces, as “$12” and “,500”."""
    pairs = list(zip(["", *(word.text for word in segment.words)], segment.words, strict=False))
    if not any(continues(before, word.text) and not unspaced(before, word.text) for before, word in pairs[1:]):
        return segment
    words = tuple(whole_words(word if continues(before, word.text) else _spaced(word) for before, word in pairs))
    apart = segment.text.split() == [word.text for _, word in pairs]
    return Segment(segment.start_ms, segment.end_ms, text=joined(words) if apart else segment.text, words=words)


def _spaced(word: Word) -> Word:
    return Word(word.start_ms, word.end_ms, text=f" {word.text.strip()}", confidence=word.confidence)


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
    return replace(transcript, segments=tuple(segments_left))


def with_times(word: Word, start_ms: int, end_ms: int) -> Word:
    """The same word at other times; if it would end before it starts, its duration is 0."""
    return Word(start_ms, max(start_ms, end_ms), text=word.text, confidence=word.confidence)
