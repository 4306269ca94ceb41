"""Captions: a Transcript as SRT or WebVTT that can be read at ease.

Pure. Owns where lines and captions break and how long they stand. Refuses to reword: every word said is there, once.

Limits as broadcasters keep them (BBC, Netflix): two lines of 42 characters, 17 characters a second where the next words
leave time for it, one second at least, never two captions at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.heard import joined, words_of
from transcribe.model import Transcript, Word

LINE = 42
_PER_SECOND = 17
_SHORTEST_MS = 1_000
_LONGEST_MS = 7_000
_BREATH_MS = 700  # a pause that long within a sentence parts two captions
_CLAUSE = re.compile(r"[,;:–—.!?…。、，！？]$")


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
    """Captions in order, none overlapping the next."""
    groups: list[list[Word]] = []
    for group in (g for segment in transcript.segments for g in _groups(words_of(segment))):
        # One that the next would push away before it can be read is shown together with it, where both fit.
        if groups and group[0].start_ms - groups[-1][0].start_ms < _SHORTEST_MS and _lines([*groups[-1], *group]):
            groups[-1].extend(group)
        else:
            groups.append(list(group))
    shown: list[Caption] = []
    for group, following in pairwise([*groups, []]):
        start = max(group[0].start_ms, shown[-1].end_ms if shown else 0)
        last = following[0].start_ms if following else start + _LONGEST_MS
        length = len(joined(group))
        wanted = max(group[-1].end_ms, start + _SHORTEST_MS, start + length * 1000 // _PER_SECOND)
        shown.append(Caption(start, max(start + 1, min(wanted, max(last, start + 1))), lines=tuple(_wrapped(group))))
    return shown


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
    if words[-1].start_ms - words[-2].end_ms > _BREATH_MS or words[-1].end_ms - words[0].start_ms > _LONGEST_MS:
        return False
    return bool(_lines(words))


def _good_end(words: Sequence[Word], start: int, end: int) -> int:
    """The last clause end that leaves the caption half full; where only a scrap would follow, a third or the middle."""
    if words[end].start_ms - words[end - 1].end_ms > _BREATH_MS:
        return end
    scrap = len(joined(words[end:])) < LINE * 2 // 3
    for at in range(end, start + (end - start) // (3 if scrap else 2), -1):
        if _CLAUSE.search(words[at - 1].text.strip()):
            return at
    return (start + len(words) + 1) // 2 if scrap else end


def _wrapped(words: Sequence[Word]) -> list[str]:
    return _lines(words) or [joined(words)]


def _lines(words: Sequence[Word]) -> list[str]:
    """One line, or the evenest two, better at a clause's end; empty when two do not hold them."""
    text = joined(words)
    if len(text) <= LINE:
        return [text]
    best: tuple[int, list[str]] | None = None
    for at in range(1, len(words)):
        pair = [joined(words[:at]), joined(words[at:])]
        if max(map(len, pair)) <= LINE:
            cost = abs(len(pair[0]) - len(pair[1])) - (12 if _CLAUSE.search(pair[0]) else 0)
            best = min(best or (cost, pair), (cost, pair))
    return best[1] if best else []


def _time(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
