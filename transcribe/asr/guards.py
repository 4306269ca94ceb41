"""Checks and repairs the words of a recognizer: order, times inside speech, repeated phrases.

Pure. Owns the rules for when the times and text of a recognizer are plausible. Does not depend on the recognizer. Until
they are grouped into segments, words keep their leading space, which languages without spaces do not have.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence

from capture.span import Span
from transcribe.asr.speech_windows import Window, from_window
from transcribe.model import Word
from transcribe.spacing import unspaced
from transcribe.words import spread, with_times

_HANGOVER_MS = 130
# A span of speech is wider than what is heard: by the margins of 96 ms and the time the detector takes to fall silent.
_SHORTEST_MS = 20
_MANY = 5  # among fewer words, one may well take half of the time spoken
_LOOP_WORDS, _LOOP_REPEATS = 8, 3
_REPETITIVE = 2.4  # compression ratio above which a text is a repetition loop; OpenAI's
_INNER_LOOP = re.compile(r"([^\W\d_]{2,6}?)\1{3,}")
_FASTEST_MS = 90  # for a word that is said again and again; in a loop most words take no time at all


def in_sound(words: Sequence[Word], window: Window, speech: Sequence[Span], spoken_ms: int) -> list[Word]:
    """Words in window time converted to sound time, within the ``speech`` of the window.

    Where their times are not plausible for ``spoken_ms`` of speech, they are spread over it evenly. The first begins a
    word of its own, whatever was heard before the window.
    """
    words = _begun(words)
    if not plausible(words, spoken_ms):
        return spread(words, speech or window)
    spans = (from_window(window, word.start_ms, word.end_ms) for word in words)
    moved = (with_times(word, span.start_ms, span.end_ms) for word, span in zip(words, spans, strict=True))
    return list(within_speech(moved, speech))


def _begun(words: Sequence[Word]) -> Sequence[Word]:
    if not words or words[0].text[:1].isspace() or unspaced(words[0].text[:1], words[0].text):
        return words
    first = words[0]
    return [Word(first.start_ms, first.end_ms, text=f" {first.text}", confidence=first.confidence), *words[1:]]


def plausible(words: Sequence[Word], spoken_ms: int) -> bool:
    """Whether word times are plausible: most words have a duration, none takes half of the speech, all cover half.

    The attention of a small model sometimes puts all words into the first instant and the rest of the time into one.
    """
    if not words:
        return True
    instant = sum(word.duration_ms <= 20 for word in words)
    reach = words[-1].end_ms - words[0].start_ms
    longest = max(word.duration_ms for word in words)
    drawn_out = len(words) >= _MANY and longest * 2 > spoken_ms
    return instant * 3 <= len(words) and reach * 2 >= spoken_ms and not drawn_out


def within_speech(words: Iterable[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """Words clipped to what is heard of the speech around them, so that the pauses between them are as long as heard.

    Recognizers often extend a word into the silence beside it.
    """
    for word in words:
        span = max(speech, key=word.overlap_ms, default=None)
        if span is None or not word.overlap_ms(span):
            yield word
            continue
        inset = min(_HANGOVER_MS, span.duration_ms // 4)
        start = min(max(word.start_ms, span.start_ms + inset), span.end_ms)
        yield with_times(word, start, max(start, min(word.end_ms, span.end_ms - inset)))


def in_order(words: Iterable[Word], duration_ms: int | None = None) -> Iterator[Word]:
    """Words without overlaps and with a minimum duration, because a word without one is easily lost in cuts.

    None extends beyond ``duration_ms``, the length of the sound; there they are compressed.
    """
    at, latest = 0, duration_ms if duration_ms is not None else sys.maxsize
    for word in words:
        start = min(max(word.start_ms, at), latest)
        at = min(max(start + _SHORTEST_MS, word.end_ms), latest)
        yield with_times(word, start, at)


def too_few(words: Sequence[Word], spoken_ms: int) -> bool:
    """Whether there are implausibly few words: 3 s of speech or more, and less than one word per 2 s."""
    return spoken_ms >= 3_000 and len(words) * 2_000 < spoken_ms


def stuck(words: Sequence[Word]) -> bool:
    """Whether it is the recognizer that repeats itself, and not the speaker.

    It is when the text compresses too well, as with OpenAI, inside of a word (“fafafafa”), and where most words are
    repetitions faster than anybody speaks.
    """
    text = "".join(word.text for word in words).strip().encode()
    if len(text) > _REPETITIVE * len(zlib.compress(text)) or any(_INNER_LOOP.search(word.text) for word in words):
        return True
    kept = {id(word) for word in without_loops(words)}
    repeated = [word for word in words if id(word) not in kept]
    return len(repeated) * 2 > len(words) and sum(w.duration_ms for w in repeated) < _FASTEST_MS * len(repeated)


def without_loops(words: Sequence[Word]) -> list[Word]:
    """Words of a recognizer that is stuck, without its loops: of three or more equal phrases only the first is kept.

    Figures are kept: “0 0 0 0” may be a code.
    """
    kept: list[Word] = [_without_inner_loop(word) for word in words]
    for length in range(1, _LOOP_WORDS + 1):
        at = 0
        while at + length * _LOOP_REPEATS <= len(kept):
            repeats = _repeats(kept, at, length)
            if repeats >= _LOOP_REPEATS:
                del kept[at + length : at + length * repeats]
            at += 1
    return kept


def _without_inner_loop(word: Word) -> Word:
    text = _INNER_LOOP.sub(r"\1", word.text)
    return word if text == word.text else Word(word.start_ms, word.end_ms, text=text, confidence=word.confidence)


def _repeats(words: Sequence[Word], at: int, length: int) -> int:
    """How often the phrase of ``length`` words at ``at`` is there in a row; once for one of figures."""
    phrase = [_normalized(word) for word in words[at : at + length]]
    repeats = 1
    if "".join(phrase).isdigit():
        return repeats
    while [_normalized(word) for word in words[at + length * repeats : at + length * (repeats + 1)]] == phrase:
        repeats += 1
    return repeats


def _normalized(word: Word) -> str:
    return re.sub(r"\W", "", word.text).casefold()
