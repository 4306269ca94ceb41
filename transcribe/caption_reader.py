"""Reading captions back: SRT and WebVTT files, as showhow writes them and as other programs do.

Pure. Owns telling the two formats apart and what of their text is markup. Refuses files that hold no captions; a single
broken cue is passed over, as every player does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from transcribe.captions import Caption
from transcribe.model import TranscribeError

_LINE_END = re.compile(r"\r\n|\n|\r")
_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
# Tags as both formats have them; `a < b` is text. In WebVTT a bare `<` cannot be text, but many files have it.
_TAG = re.compile(r"</?(?:[biucv]|ruby|rt|lang|font)\b[^<>]*>|<(?:\d+:)?\d\d:\d\d\.\d{3}>", re.IGNORECASE)
_ASIDE = ("NOTE", "STYLE", "REGION")


def read_captions(text: str) -> list[Caption]:
    """The captions of an SRT or WebVTT file, in its order; markup is taken off, entities are resolved in WebVTT.

    Times are ms. A cue without text or that ends before it begins is left out. Raises TranscribeError when the text
    holds something else.
    """
    text = text.removeprefix("\ufeff")
    web = bool(re.match(r"WEBVTT(?=\s|$)", text))
    found = [caption for block in _blocks(text) if (caption := _caption(block, web=web)) is not None]
    if not found and not web and text.strip():
        raise TranscribeError("These are no captions: no line says from when to when", "Give an SRT or WebVTT file.")
    return found


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines between empty lines."""
    block: list[str] = []
    for line in [*_LINE_END.split(text), ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def _caption(block: list[str], *, web: bool) -> Caption | None:
    """The cue of a block: its timing stands in the first line, or after a number or name in the second."""
    timings = [(at, found) for at, line in enumerate(block[:2]) if (found := _TIMING.fullmatch(line))]
    if not timings or (web and block[0].startswith(_ASIDE) and timings[0][0]):
        return None
    at, found = timings[0]
    lines = tuple(plain for line in block[at + 1 :] if (plain := _plain(line, web=web)))
    start, end = _ms(*found.groups()[:4]), _ms(*found.groups()[4:])
    return Caption(start, end, lines=lines) if lines and end > start else None


def _plain(line: str, *, web: bool) -> str:
    bare = _TAG.sub("", line)
    return (html.unescape(bare) if web else bare).strip()


def _ms(hours: str | None, minutes: str, seconds: str, thousandths: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)
