"""Words as a recognizer gave them, made fit to be kept: in order, inside speech, without loops, in sentences.

Pure. Owns what is believed of a recognizer's times and text; refuses to know which recognizer it was. Until they are
gathered into segments words keep the space before them, which languages without spaces do not have.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from capture.span import Span
from transcribe.asr.speech_windows import Window, from_window
from transcribe.model import Word
from transcribe.words import spread, with_times

_SLACK_MS = 60  # a word may reach this far out of speech: voice activity is told in steps of 32 ms
_SHORTEST_MS = 20
_MANY = 5  # of fewer words one may well be half of what was spoken
_LOOP_WORDS, _LOOP_TURNS = 8, 3


def in_sound(words: Sequence[Word], window: Window, speech: Sequence[Span], spoken_ms: int) -> list[Word]:
    """Words in window time placed in sound time, within the ``speech`` of the window.

    Where their times cannot be believed of ``spoken_ms`` of speech they are laid over it evenly.
    """
    if not believable(words, spoken_ms):
        return spread(words, speech or window)
    spans = (from_window(window, word.start_ms, word.end_ms) for word in words)
    moved = (with_times(word, span.start_ms, span.end_ms) for word, span in zip(words, spans, strict=True))
    return list(within_speech(moved, speech))


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


def within_speech(words: Iterable[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """Words cut to the speech they lie in: a recognizer likes to stretch a word into the silence beside it."""
    for word in words:
        home = max(speech, key=word.overlap_ms, default=None)
        if home is None or not word.overlap_ms(home):
            yield word
        else:
            start = max(word.start_ms, home.start_ms - _SLACK_MS)
            yield with_times(word, start, max(start, min(word.end_ms, home.end_ms + _SLACK_MS)))


def in_order(words: Iterable[Word], duration_ms: int | None = None) -> Iterator[Word]:
    """Words each of which starts no earlier than the one before it ended, and lasts: an instant is easily cut away.

    None lies beyond ``duration_ms``, the length of the sound: there they are pushed together.
    """
    at, latest = 0, duration_ms if duration_ms is not None else sys.maxsize
    for word in words:
        start = min(max(word.start_ms, at), latest)
        at = min(max(start + _SHORTEST_MS, word.end_ms), latest)
        yield with_times(word, start, at)


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
