"""Spaces between words: which word is written without one before it. Pure, over text.

A recogniser begins a new word at each punctuation mark (“ $12” and “,500”), so words are put together by the spaces it
wrote. A word keeps its leading space only where this module would otherwise write none (“use” and “ .NET”). Words in
records by showhow 0.1 are in such pieces, with their spaces lost; the same rule puts those together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿ก-๛]")
_CONTINUES = re.compile(r"[,;:!?%…)\]}»”]|[-./@&+_\\]\w")
_AFTER_SPACE = re.compile(r"\s[-,.;:!?%…)\]}»”/@&+_\\'’]")
_ELIDED = re.compile(r"(?i)^[^\w]*(?:[cdjlmnst]|\w*qu|aujourd)$")
"""What stands before an apostrophe in French; in other languages an apostrophe may begin a quotation."""
_ELISION = re.compile(r"['’]\w[^'’]*$")


def unspaced(before: str, text: str) -> bool:
    """Whether two words are in a script that has no spaces between words."""
    return bool(_UNSPACED.match(before[-1:]) and _UNSPACED.match(text[:1]))


def may_continue(text: str) -> bool:
    """Whether there is a word that this one, without the spaces around it, would be written right after."""
    return _CONTINUES.match(text) is not None or _ELISION.match(text) is not None


def continues(before: str, text: str) -> bool:
    """Whether a word, without the spaces around it, is written right after the word ``before``."""
    return (
        unspaced(before, text)
        or _CONTINUES.match(text) is not None
        or (_ELISION.match(text) is not None and _ELIDED.match(before) is not None)
    )


def join_texts(texts: Iterable[str]) -> str:
    """Words as one text. A space stands before each word that brings one, or does not continue the word before."""
    words = list(texts)
    text = " ".join([word.strip() for word in words])
    if text.isascii() and not _AFTER_SPACE.search(text):
        return text  # nearly every text
    return "".join(f"{space}{bare}" for space, bare in apart(words))


def apart(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word, and the space that is written before it; empty before the first."""
    before = ""
    for word in texts:
        if bare := word.strip():
            yield " " if before and (word[:1].isspace() or not continues(before, bare)) else "", bare
            before = bare


def respaced(text: str, source: str) -> str:
    """The text with the spaces of ``source``, if its letters stand there in the same order; else the text itself."""
    letters = "".join(source.split())
    if (at := letters.casefold().find("".join(text.split()).casefold())) < 0 or len(letters.casefold()) != len(letters):
        return text
    places = [place for place, letter in enumerate(source) if not letter.isspace()]
    count = len("".join(text.split()))
    found = source[places[at] : places[at + count - 1] + 1] if count else ""
    return _cased(found, text)


def _cased(found: str, text: str) -> str:
    """``found`` with the letters of ``text``, which has the same letters but for case."""
    letters = iter("".join(text.split()))
    return "".join(letter if letter.isspace() else next(letters) for letter in found)
