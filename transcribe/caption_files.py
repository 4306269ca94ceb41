"""Captions that people already have: SRT and WebVTT, as meetings and editors write them, as a Transcript.

Pure. Owns the forms: Teams (``<v Name>``), Zoom and Meet (``Name:``), rolling captions that repeat the line before,
markup, entities. A speaker's name is no spoken word: it is taken off, and told apart. Does not find or open files.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from capture.span import Span
from transcribe.model import Segment, Transcript, Word
from transcribe.words import segments, spread

MODEL = "captions"
"""What stands in a Transcript for the recognizer."""
MOST_CUES = 200_000
_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*(?:-->|,)\s*{_TIME}(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_NAME = re.compile(r"[^\W\d_][\w .,'’()\-]{0,58}(?=:\s)")
_NOISE = re.compile(r"[\[(♪][^\[\]()]*[\])♪]|♪+")
_LANGUAGE = re.compile(r"(?im)^Language:\s*([a-z]{2,3})\b")
_SKIPPED = ("NOTE", "STYLE", "REGION", "WEBVTT")
_NAMED_SHARE, _LEAST_NAMED = 0.6, 2
_LETTERS = re.compile(r"[぀-ヿ㐀-鿿ก-๛]|[^\s぀-ヿ㐀-鿿ก-๛]+")
_LONGEST_WORD = 200
# The commonest short words, each in one of these languages only.
_COMMON = {
    "en": "the and you is this that we of with have it what are here now can",
    "de": "der die das und ist nicht wir ich ein auf mit sie hier jetzt auch wie",
    "fr": "le les et est nous vous dans pour sur ici une cette je avec maintenant des",
    "es": "el los y es nosotros usted una por aquí con para está esto ahora las del",
    "it": "il gli è che di noi una per qui con sono questo adesso della nel dei",
    "nl": "het een van en wij niet hier met voor zijn dit nu ook naar deze op",
    "pt": "os não você uma para aqui com isso agora ao dos nós são esta em na",
}


class Cue(Span, frozen=True, kw_only=True):
    """What is shown at one time, as one line, and who says it (empty when that is not told)."""

    text: str
    speaker: str = ""


def read_captions(data: bytes) -> tuple[list[Cue], str]:
    """The cues of a caption file in order of time, and the language it names (empty without); none if it has none."""
    text = _decoded(data)
    found = _LANGUAGE.search(text[:2_000])
    return tidied(_cues(text)), found[1].lower() if found else ""


def tidied(cues: Iterable[Cue]) -> list[Cue]:
    """Cues in order of time, without markup, noises, names of speakers, and lines that were said in the cue before."""
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))[:MOST_CUES]
    names = _names(ordered)
    shown: list[Cue] = []
    before: list[str] = []
    for cue in ordered:
        lines = [line for part in cue.text.split("\n") if (line := _plain(part))]
        fresh = [line for line in lines if line not in before]
        before = lines
        speaker, said = cue.speaker, " ".join(fresh)
        if (named := _NAME.match(said)) and named[0] in names:
            speaker, said = named[0], said[len(named[0]) + 1 :].strip()
        if said:
            shown.append(Cue(cue.start_ms, cue.end_ms, text=said, speaker=speaker))
    return shown


def transcript_of(cues: Sequence[Cue], duration_ms: int, language: str = "") -> Transcript:
    """The cues as a transcript of a recording of that length; a word is spread evenly over the time of its cue."""
    said: list[Segment] = []
    run: list[Word] = []
    speaker = ""
    for cue in cues:
        if cue.start_ms >= duration_ms:
            continue
        if cue.speaker != speaker:
            said += segments(run)
            run, speaker = [], cue.speaker
        tokens = [Word(0, 0, text=text) for text in _tokens(cue.text)]
        run += spread(tokens, [Span(cue.start_ms, min(cue.end_ms, duration_ms))]) if tokens else []
    said += segments(run)
    whole = Transcript(segments=tuple(said), model=MODEL)
    return replace(whole, language=language or language_of(whole.text))


def language_of(text: str) -> str:
    """The language of a text by its commonest words; empty when they do not tell."""
    words = Counter(text.casefold().split())
    counts = {code: sum(words[word] for word in common.split()) for code, common in _COMMON.items()}
    best, second = sorted(counts.values(), reverse=True)[:2]
    return max(counts, key=lambda code: counts[code]) if best > second else ""


def _decoded(data: bytes) -> str:
    for code in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _cues(text: str) -> Iterator[Cue]:
    span: Span | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if (times := _TIMES.fullmatch(line)) is not None:
            # The line before may be the number of this cue, where no empty line parts it from the one before.
            yield from _cue(span, lines[:-1] if lines and lines[-1].strip().isdigit() else lines)
            span, lines = _span(times), []
        elif line.strip():
            lines.append(line.strip())
        else:
            yield from _cue(span, lines)
            span, lines = None, []
    yield from _cue(span, lines)


def _cue(span: Span | None, lines: Sequence[str]) -> Iterator[Cue]:
    if span is None or not span.duration_ms or not lines or lines[0].startswith(_SKIPPED):
        return
    voice = _VOICE.search(lines[0])
    yield Cue(span.start_ms, span.end_ms, text="\n".join(lines), speaker=_plain(voice[1]) if voice else "")


def _span(times: re.Match[str]) -> Span:
    numbers = [int(part.ljust(3, "0")) if at % 4 == 3 else int(part) for at, part in enumerate(times.groups("0"))]
    start, end = (((h * 60 + m) * 60 + s) * 1000 + ms for h, m, s, ms in (numbers[:4], numbers[4:]))
    return Span(start, max(start, end))


def _names(cues: Sequence[Cue]) -> set[str]:
    """What stands before a colon as a speaker's name: in most cues, and more than once. Else it is spoken."""
    named = [found[0] for cue in cues if (found := _NAME.match(_plain(cue.text.replace("\n", " "))))]
    enough = len(named) >= max(_LEAST_NAMED, _NAMED_SHARE * len(cues))
    return set(named) if enough and len(set(named)) <= max(1, len(named) // 2) else set()


def _plain(line: str) -> str:
    """A line without markup, entities and noises, and with single spaces."""
    bare = _NOISE.sub(" ", html.unescape(_MARKUP.sub("", line)))
    return " ".join(bare.lstrip("-–— ").split()) if bare.strip("-–— ") else ""


def _tokens(text: str) -> Iterator[str]:
    """The words with a space before each, as recognizers write them; letter by letter in scripts without spaces."""
    for word in text.split():
        for at, part in enumerate(_LETTERS.findall(word[:_LONGEST_WORD])):
            yield part if at else f" {part}"
