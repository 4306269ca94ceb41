"""Stem keys: two words of one language count as the same word when they have the same key.

Owns the languages that have a stemmer (Snowball), irregular English forms, and British against American spelling. Pure.
Words are folded: lower case, without accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:

    class Stemmer(Protocol):
        """A Snowball stemmer."""

        def stemWord(self, word: str) -> str:  # noqa: N802  the library's name
            """The stem of a lower-case word."""


LANGUAGES: Mapping[str, str] = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french", "hu": "hungarian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""Names of the stemmers by ISO 639 code."""
USUAL = "en"
"""The language of a demo that does not say its own."""
_SHORTEST = 3
_ONE_AT_A_TIME = Lock()
_CACHED = 200_000
# British endings as American ones: colour, organise, analyse, centre, catalogue, licence, programme, paediatric.
_SPELLINGS = (
    (re.compile(r"(?<=..)our(?=(?:s|ed|ing|ite|ites|able|er|ers|ful|less|hood|ly)?$)"), "or"),
    (re.compile(r"(?<=...)is(?=(?:e|es|ed|er|ers|ing|able|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=..)ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[aeiou][bcdgpt])re(?=[sd]?$)|(?<=[aeiou]nt)re(?=[sd]?$)"), "er"),
    (re.compile(r"(?<=..)ogue(?=[sd]?$)"), "og"),
    (re.compile(r"(?<=^def|^lic|^off)enc|(?<=^pret)enc"), "ens"),
    (re.compile(r"(?<=..)mme(?=[sd]?$)"), "m"),
    (re.compile(r"(?<=.)[ao]e(?=[a-z]{3})"), "e"),
)
_UMLAUTS = re.compile(r"([aou])e")


def language_of(code: str) -> str:
    """The code of the language whose stemmer a text of this language takes; empty when there is none."""
    code = code.lower().partition("-")[0] or USUAL
    return code if code in LANGUAGES else ""


def stem_keys(word: str, languages: Iterable[str]) -> Iterator[str]:
    """The keys of a word in each language, such as ``en:rais``."""
    for language in languages:
        if key := stem_key(word, language):
            yield key


@lru_cache(_CACHED)
def stem_key(word: str, language: str) -> str:
    """The key of a word in a language of LANGUAGES; empty for numbers, codes and very short words."""
    if len(word) < _SHORTEST or not word.isalpha():
        return ""
    if language == "en":
        stem = _english(word)
        stem = _irregular().get(stem, stem)
    else:
        stem = _stemmed(word, language)
    if language == "de":  # Zuerich, Zürich
        stem = _UMLAUTS.sub(r"\1", stem)
    return f"{language}:{stem}" if stem else ""


def _english(word: str) -> str:
    for pattern, new in _SPELLINGS:
        word = pattern.sub(new, word)
    return _stemmed(word, "en")


def _stemmed(word: str, language: str) -> str:
    with _ONE_AT_A_TIME:  # a stemmer keeps the word it works at in itself
        return _stemmer(language).stemWord(word)


@cache
def _stemmer(language: str) -> Stemmer:
    from snowballstemmer import stemmer

    made: Stemmer = stemmer(LANGUAGES[language])
    return made


@cache
def _irregular() -> Mapping[str, str]:
    """The stems of irregular English forms, and of spellings that no rule covers, with the stem they are taken for."""
    text = resources.files("library.index").joinpath("english_forms.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if line[:1] not in {"", "#"})
    return {_english(form): _english(first) for first, *forms in lines for form in forms}
