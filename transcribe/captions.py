"""Captions: a Transcript as SRT or WebVTT that can be read at ease.

Pure. Owns where lines and captions break and how long they stand. Refuses to reword: every word said is there, once.

Limits as broadcasters keep them (BBC, Netflix), and without exception: two lines of 42 characters, 1 to 6 s, at most
20 characters a second (17 where the next words leave time for it), a pause between two captions that is seen. Somebody
who speaks faster than can be read is followed late rather than unreadably.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.model import Transcript, Word
from transcribe.words import joined, words_of

LINE = 42
MOST_PER_SECOND = 20
SHORTEST_MS, LONGEST_MS = 1_000, 6_000
GAP_MS = 80
"""Two pictures at 25 a second: as long as it takes to see that the text has changed."""
_GOOD_PER_SECOND = 17
_LEAD_MS = 300  # a caption may come that much before its first word, when it could not be read otherwise
_BREATH_MS = 700  # a pause that long within a sentence parts two captions
_CLAUSE = re.compile(r"[,;:–—.!?…。、，！？]$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What belongs to the words after it: a line that ends with one of these parts a phrase.
_LEANING = frozenset(
    """
    a an the this that these those my your our their its his her to of in on at by for from with into and or but then if
    der die das den dem ein eine einen zu von im am mit und oder für
    le la les un une des du de à et ou el los las en y con para il lo gli di da e o os as um uma do no
    het een van op met
    """.split()  # noqa: SIM905  a hundred words are read and kept as text
)


class Caption(Span, frozen=True, kw_only=True):
    """One or two lines of text and when they stand."""

    lines: tuple[str, ...]


def to_srt(transcript: Transcript) -> str:
    """SubRip: numbered, comma before the milliseconds, CRLF, UTF-8 without a byte order mark when written."""
    blocks = [
        f"{number}\r\n{_time(c.start_ms, ',')} --> {_time(c.end_ms, ',')}\r\n"
        + "".join(f"{line}\r\n" for line in c.lines)
        for number, c in enumerate(captions(transcript), 1)
    ]
    return "\r\n".join(blocks)


def to_vtt(transcript: Transcript) -> str:
    """WebVTT, LF, UTF-8: ``&`` and ``<`` and ``>`` are escaped, so that no text is taken for markup or an arrow."""
    blocks = [
        f"{_time(c.start_ms, '.')} --> {_time(c.end_ms, '.')}\n" + "".join(f"{_escaped(line)}\n" for line in c.lines)
        for c in captions(transcript)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def captions(transcript: Transcript) -> list[Caption]:
    """Captions in order, each within the limits above, none touching the next."""
    groups: list[list[Word]] = []
    for group in (g for segment in transcript.segments for g in _groups(list(_showable(words_of(segment))))):
        # One that the next would push away before it can be read is shown together with it, where both fit.
        if groups and _hurried(groups[-1], group) and _fits([*groups[-1], *group]):
            groups[-1].extend(group)
        else:
            groups.append(list(group))
    shown: list[Caption] = []
    for group, following in pairwise([*groups, []]):
        free = shown[-1].end_ms + GAP_MS if shown else 0
        shown.append(_placed(group, free, following[0].start_ms - GAP_MS if following else None))
    return shown


def _placed(words: Sequence[Word], free_ms: int, until_ms: int | None) -> Caption:
    """A caption from its first word on, no earlier than ``free_ms``, and to ``until_ms`` unless it needs longer."""
    lines = tuple(_lines(words))
    need = _need_ms(words)
    first = words[0].start_ms
    early = first if until_ms is None else max(min(first, until_ms - need), first - _LEAD_MS)
    start = max(free_ms, early, 0)
    good = max(words[-1].end_ms - start, need, len(joined(words)) * 1000 // _GOOD_PER_SECOND)
    end = start + min(good, LONGEST_MS)
    return Caption(start, end if until_ms is None else min(end, max(until_ms, start + need)), lines=lines)


def _need_ms(words: Sequence[Word]) -> int:
    """How long it takes to read them; two lines of 42 characters need 4.2 s, so they can always stand that long."""
    return max(SHORTEST_MS, -(-len(joined(words)) * 1000 // MOST_PER_SECOND))


def _hurried(words: Sequence[Word], following: Sequence[Word]) -> bool:
    return following[0].start_ms - GAP_MS - words[0].start_ms < _need_ms(words)


def _fits(words: Sequence[Word]) -> bool:
    return words[-1].end_ms - words[0].start_ms <= LONGEST_MS and bool(_lines(words))


def _showable(words: Iterable[Word]) -> Iterator[Word]:
    """Words as a line can hold them: no control characters, and one longer than a line (an address) in pieces."""
    for word in words:
        text = " ".join(_CONTROL.sub(" ", word.text).split())
        for at in range(0, len(text), LINE):
            start, end = (word.start_ms + word.duration_ms * edge // len(text) for edge in (at, at + LINE))
            yield Word(start, min(end, word.end_ms), text=text[at : at + LINE])


def _groups(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence in captions: as much as two lines hold, parted at pauses and at the ends of clauses."""
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and _goes_on(words[start : end + 1]):
            end += 1
        if end < len(words):
            end = _good_end(words, start, end)
        yield words[start:end]
        start = end


def _goes_on(words: Sequence[Word]) -> bool:
    """Whether the last of ``words`` still belongs to the caption of the others."""
    return words[-1].start_ms - words[-2].end_ms <= _BREATH_MS and _fits(words)


def _good_end(words: Sequence[Word], start: int, end: int) -> int:
    """Where a caption best ends that can end at ``end``: at a clause, else between phrases, no scrap left behind."""
    if words[end].start_ms - words[end - 1].end_ms > _BREATH_MS:
        return end
    finishes = _fits(words[end:])

    def cost(at: int) -> int:
        left = len(joined(words[start:at])) - len(joined(words[at:])) if finishes else len(joined(words[at:end]))
        return abs(left) + 3 * _parting(words[at - 1])

    return min(range(end, start + (end - start) // 3, -1), key=cost)


def _lines(words: Sequence[Word]) -> list[str]:
    """One line, or the best two: even, parted at a clause's end or between phrases; empty when two hold them not."""
    text = joined(words)
    if len(text) <= LINE:
        return [text]
    best: tuple[int, list[str]] | None = None
    for at in range(1, len(words)):
        pair = [joined(words[:at]), joined(words[at:])]
        if max(map(len, pair)) <= LINE:
            cost = abs(len(pair[0]) - len(pair[1])) + _parting(words[at - 1])
            best = min(best or (cost, pair), (cost, pair))
    return best[1] if best else []


def _parting(word: Word) -> int:
    """What it costs the reader, in letters of unevenness, when a line ends with this word."""
    text = word.text.strip()
    return -12 if _CLAUSE.search(text) else 12 if text.casefold() in _LEANING else 0


def _time(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
