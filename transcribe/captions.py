"""Captions: a Transcript as SRT or WebVTT with a comfortable reading speed.

Pure. Owns the breaks of lines and captions and how long each is shown. Does not reword: every word appears once; where
words were heard wrongly, their correction is shown instead, because it is what the sound says.

The limits are those of broadcasters (BBC, Netflix), without exception: two lines of 42 characters, 1 to 6 s, at most 20
characters per second (17 where there is time), a visible gap between two captions. When speech is faster than that,
captions are shown late instead of too briefly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from capture.span import Span
from transcribe.corrections import right_words
from transcribe.model import Transcript, Word
from transcribe.words import joined

LINE = 42
_MOST_WORDS = 2 * LINE
"""More words than two lines hold in any script."""
MOST_PER_SECOND = 20
SHORTEST_MS, LONGEST_MS = 1_000, 6_000
GAP_MS = 80
"""Two frames at 25 fps: enough to notice that the text has changed."""
_GOOD_PER_SECOND = 17
_LEAD_MS = 300  # a caption may be shown this long before its first word to gain reading time
_PAUSE_MS = 700  # a pause of this length within a sentence separates two captions
_CLAUSE = re.compile(r"[,;:–—.!?…。、，！？]$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Articles and the like are parted from their noun only where nothing else fits.
_ARTICLES = frozenset(
    """
    a an the my your our their its his der die das den dem des ein eine einen einem einer zum zur
    le la les un une des du au aux el los las unos unas al del il lo gli os um uma het een
    """.split()  # noqa: SIM905  a hundred words are easier to read and edit as text
)
# Words that belong to the next word: a line that ends with one of them splits a phrase.
_BINDING = frozenset(
    """
    this that these those her to of in on at by for from with into and or but then if
    zu von im am mit und oder für de à et en y con para di da e o as do no van op met
    """.split()  # noqa: SIM905  a hundred words are easier to read and edit as text
)
# Verbs with a particle, as “log in” and “set up”. After other verbs “in” begins a phrase: “save in the folder”.
_PHRASAL = {
    "in": "log sign typ fill key put past zoom com plug opt bring pull drop",
    "on": "log sign turn switch carr mov go put hold plug",
    "up": "set pop bring pull sign look com open start back scroll end show pick wrap tid speed hurr fold clean",
    "out": "log sign fill check print find zoom tr opt writ point carr rul mov",
    "off": "log sign turn switch tick take cut start shut",
    "down": "scroll go shut writ pull drop drill mov jot count break",
    "over": "go hover mov com hand tak switch drag",
    "back": "go com get switch mov scroll put giv",
    "away": "go put throw mov tak click",
}
_ENDINGS = r"[a-z]?(?:e|es|s|ed|d|y|ies|ied|ing)?"
_PARTICLES = {
    particle: re.compile(rf"(?i)(?:{verbs.replace(' ', '|')}){_ENDINGS}") for particle, verbs in _PHRASAL.items()
}
_PARTED = 100
"""Letters of unevenness that keep an article with its noun: more than two lines have."""


class Caption(Span, frozen=True, kw_only=True):
    """One or two lines of text and the time they are shown."""

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
    """WebVTT, LF, UTF-8; ``&``, ``<`` and ``>`` are escaped, so that no text is read as markup or an arrow."""
    blocks = [
        f"{vtt_time(c.start_ms)} --> {vtt_time(c.end_ms)}\n" + "".join(f"{escaped(line)}\n" for line in c.lines)
        for c in captions(transcript)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def captions(transcript: Transcript) -> list[Caption]:
    """Captions in order, each within the limits above, with a gap before the next."""
    groups: list[list[Word]] = []
    for group in (g for segment in transcript.segments for g in _groups(list(_showable(right_words(segment))))):
        # A caption without enough reading time before the next one is joined with it if both fit.
        if groups and _too_brief(groups[-1], group) and _fits([*groups[-1], *group]):
            groups[-1].extend(group)
        else:
            groups.append(list(group))
    shown: list[Caption] = []
    for group, following in pairwise([*groups, []]):
        free = shown[-1].end_ms + GAP_MS if shown else 0
        shown.append(_timed(group, free, following[0].start_ms - GAP_MS if following else None))
    return shown


def _timed(words: Sequence[Word], free_ms: int, until_ms: int | None) -> Caption:
    """A caption from its first word on, not before ``free_ms``, that ends by ``until_ms`` unless it needs longer."""
    lines = tuple(_lines(words))
    need = _need_ms(words)
    first = words[0].start_ms
    early = first if until_ms is None else max(min(first, until_ms - need), first - _LEAD_MS)
    start = max(free_ms, early, 0)
    wanted = max(words[-1].end_ms - start, need, len(joined(words)) * 1000 // _GOOD_PER_SECOND)
    end = start + min(wanted, LONGEST_MS)
    return Caption(start, end if until_ms is None else min(end, max(until_ms, start + need)), lines=lines)


def _need_ms(words: Sequence[Word]) -> int:
    """Minimum reading time; at most 4.2 s for two lines of 42 characters, which is below LONGEST_MS."""
    letters = len(" ".join(_lines(words)))  # a break between lines is read as a space, also where none is written
    return max(SHORTEST_MS, -(-letters * 1000 // MOST_PER_SECOND))


def _too_brief(words: Sequence[Word], following: Sequence[Word]) -> bool:
    return following[0].start_ms - GAP_MS - words[0].start_ms < _need_ms(words)


def _fits(words: Sequence[Word]) -> bool:
    return words[-1].end_ms - words[0].start_ms <= LONGEST_MS and bool(_lines(words))


def _showable(words: Iterable[Word]) -> Iterator[Word]:
    """Words without control characters; a word longer than a line, such as a URL, in pieces."""
    for word in words:
        text = " ".join(_CONTROL.sub(" ", word.text).split())
        space = " " if word.text[:1].isspace() else ""
        for at in range(0, len(text), LINE):
            start, end = (word.start_ms + word.duration_ms * edge // len(text) for edge in (at, at + LINE))
            yield Word(start, min(end, word.end_ms), text=f"{'' if at else space}{text[at : at + LINE]}")


def _groups(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence split into captions of at most two lines, at pauses and at ends of clauses."""
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and _fits_next(words[start : end + 1]):
            end += 1
        if end < len(words):
            end = _best_end(words, start, end)
        yield words[start:end]
        start = end


def _fits_next(words: Sequence[Word]) -> bool:
    """Whether the last of ``words`` fits into the caption of the others, without a pause before it."""
    return not _pauses(words[-2], words[-1]) and _fits(words)


def _pauses(word: Word, after: Word) -> bool:
    """Whether a pause parts two words; none parts an article from its noun."""
    return after.start_ms - word.end_ms > _PAUSE_MS and not _is_article(word)


def _is_article(word: Word) -> bool:
    return word.text.strip().casefold() in _ARTICLES


def _best_end(words: Sequence[Word], start: int, end: int) -> int:
    """The best end of a caption at or before ``end``: after a clause or phrase, with a balanced rest."""
    if _pauses(words[end - 1], words[end]):
        return end
    finishes = len(words) - end <= _MOST_WORDS and _fits(words[end:])  # a rest of hours is not put together to be told

    def cost(at: int) -> int:
        left = len(joined(words[start:at])) - len(joined(words[at:])) if finishes else len(joined(words[at:end]))
        return abs(left) + 3 * _break_penalty(words[at - 1], words[at])

    return min(range(end, start + (end - start) // 3, -1), key=cost)


def _lines(words: Sequence[Word]) -> list[str]:
    """One line, or the best two: balanced, split after a clause or phrase; empty when they do not fit."""
    text = joined(words)
    if len(text) <= LINE:
        return [text]
    best: tuple[int, list[str]] | None = None
    for at in range(1, len(words)):
        if _is_article(words[at - 1]):
            continue  # then the caption takes fewer words
        pair = [joined(words[:at]), joined(words[at:])]
        if max(map(len, pair)) <= LINE:
            cost = abs(len(pair[0]) - len(pair[1])) + _break_penalty(words[at - 1], words[at])
            best = min(best or (cost, pair), (cost, pair))
    return best[1] if best else []


def _break_penalty(word: Word, after: Word) -> int:
    """What it costs the reader, in letters of unevenness, when a line ends between these words."""
    text, following = word.text.strip(), after.text.strip().rstrip(",.;:!?").casefold()
    if _CLAUSE.search(text):
        return -12
    if _is_article(word):
        return _PARTED
    if following in _PARTICLES and _PARTICLES[following].fullmatch(text):
        return _PARTED // 2
    return 12 if text.casefold() in _BINDING else 0


def _time(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def vtt_time(ms: int) -> str:
    """A time of WebVTT: ``00:01:02.345``."""
    return _time(ms, ".")


def escaped(line: str) -> str:
    """A line of text of WebVTT, in which nothing is markup or an arrow."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
