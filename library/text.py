"""Text normalization: one-line cleaning, folded tokens with their offsets, tags, readable demo ids.

Owns which words count as equal in a search (case, accents, apostrophes) and which characters a title may have.
Does not know ranking or storage.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TITLE_LENGTH = 200
TAG_LENGTH, TAG_COUNT = 40, 20
WORD_LENGTH = 64

# Scripts written without spaces: every character is a word, so any part of a phrase can be found.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|[\u0300-\u036f])+(?:['’](?:[^\W_{_UNSPACED}]|[\u0300-\u036f])+)*"
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_HYPHENS = "-‐‑"
_HYPHENED = re.compile(rf"(?<![\w-])[^\W_{_UNSPACED}]+(?:[{_HYPHENS}][^\W_{_UNSPACED}]+)+(?![\w-])")
_SUFFIX = re.compile(r"['’]s$")
# Control characters move a terminal's cursor, direction marks turn text around, and both hide what a line says.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_NO_XML = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_FILES = re.compile(r'[<>:"/\\|?*]+')
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(1, 10))}
"""Names that Windows keeps for devices, with any ending."""
_DEMO_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_SUFFIX_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
# Letters that Unicode does not take apart into a base and a mark.
_LIKE = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


STOP_WORDS = frozenset(
    (
        *("a", "about", "all", "am", "an", "and", "any", "anybody", "anyone", "are", "as", "at", "be", "been", "but"),
        *("by", "can", "cannot", "cant", "could", "did", "do", "does", "doesnt", "dont", "for", "from", "go", "had"),
        *("has", "have", "he", "her", "his", "how", "i", "if", "im", "in", "into", "is", "it", "its", "ive", "me"),
        *("my", "need", "of", "on", "or", "our", "please", "she", "should", "show", "so", "some", "somebody"),
        *("someone", "something", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this"),
        *("those", "to", "us", "want", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will"),
        *("with", "would", "you", "your"),
    )
)
"""Words of a question that carry no meaning for the search."""


class Token(NamedTuple):
    """A folded word and its characters ``[start, end)`` in the text."""

    word: str
    start: int
    end: int


def is_unspaced(letter: str) -> bool:
    """Whether a letter is of a script without spaces between words."""
    return _UNSPACED_LETTER.fullmatch(letter) is not None


def clean(text: str, limit: int = 0) -> str:
    """One printable line: no control or direction characters, single spaces, at most ``limit`` characters (0: any)."""
    text = text.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are not text
    text = " ".join(_UNSAFE.sub(" ", unicodedata.normalize("NFC", text)).split())
    return text if not limit or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def xml_text(text: str) -> str:
    """One printable line of characters that XML 1.0 can hold."""
    return clean(_NO_XML.sub("", text))


def unsafe(text: str) -> bool:
    """Whether ``clean`` would remove characters other than spaces."""
    return _UNSAFE.search(text) is not None


def printable(text: str) -> bool:
    """Whether a text can be stored and shown unchanged; the name of a file may not be."""
    return not unsafe(text) and not any("\ud800" <= c <= "\udfff" for c in text)


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Normalize tags: split at commas, cleaned, without a leading ``#``, without duplicates (ignoring case)."""
    kept: dict[str, str] = {}
    for tag in (part for text in tags for part in text.split(",")):
        name = clean(tag.strip().lstrip("#"), TAG_LENGTH)
        if name:
            kept.setdefault(name.casefold(), name)
    return tuple(kept.values())[:TAG_COUNT]


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and a final ``’s``, at most 64 characters."""
    word = word.casefold()
    if word.isascii() and word.isalnum():
        return word[:WORD_LENGTH]  # nearly every word; four times as fast
    word = _SUFFIX.sub("", word)
    if not word.isascii():
        apart = unicodedata.normalize("NFKD", word).casefold()  # taking apart can bring capitals: 𝕬
        apart = unicodedata.normalize("NFKD", apart)
        word = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LIKE)
    return "".join(c for c in word if c.isalnum())[:WORD_LENGTH]


def tokens(text: str) -> Iterator[Token]:
    """The folded words of a text in order, with their offsets."""
    for found in _WORD.finditer(text):
        if word := fold(found[0]):
            yield Token(word, found.start(), found.end())


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    if text.isascii() and "'" not in text:  # nearly every text; eight times as fast
        words = _ASCII_WORD.findall(text.lower())
        return words if max(map(len, words), default=0) <= WORD_LENGTH else [word[:WORD_LENGTH] for word in words]
    return [token.word for token in tokens(text)]


def joined_words(text: str) -> Iterator[Token]:
    """The hyphenated words of a text as one: ``email`` for e-mail, ``wifi`` for Wi-Fi; no plain numbers."""
    if any(hyphen in text for hyphen in _HYPHENS):
        for found in _HYPHENED.finditer(text):
            word = fold("".join(c for c in found[0] if c not in _HYPHENS))
            if not word.isdigit():
                yield Token(word, found.start(), found.end())


def folded(text: str) -> str:
    """The folded words with a space before, between and after, so that `` word `` can be searched for."""
    words = " ".join(words_of(text))
    return f" {words} " if words else ""


def file_title(title: str, limit: int = 80) -> str:
    """A title as the name of a file that every system takes, without an ending; ``demo`` when nothing is left of it."""
    name = clean(_NOT_IN_FILES.sub(" ", clean(title)))[:limit].strip(" .-")
    return f"{name}-" if name.partition(".")[0].upper() in _DEVICES else name or "demo"


def title_key(title: str) -> str:
    """The form of a title that is compared when a demo is looked up by title."""
    return clean(title).casefold()


def is_demo_id(text: str) -> bool:
    """Whether a text is a valid demo id (and folder name): a to z, 0 to 9 and inner hyphens, at most 64 characters."""
    return _DEMO_ID.fullmatch(text) is not None


def make_demo_id(title: str, seed: str) -> str:
    """A short readable id like ``raise-a-purchase-order-k3f9``; the same title and seed give the same id."""
    words = [word for word in folded(title).split() if word.isascii()]
    slug = "-".join(words)[:40].rpartition("-")[0] if len("-".join(words)) > 40 else "-".join(words)
    number = int.from_bytes(hashlib.sha256(f"{seed}".encode()).digest()[:8], "big")
    letters = ""
    for _ in range(4):
        number, at = divmod(number, len(_SUFFIX_LETTERS))
        letters += _SUFFIX_LETTERS[at]
    return f"{slug or (words[0][:40] if words else 'demo')}-{letters}"
