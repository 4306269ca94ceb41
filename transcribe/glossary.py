"""Words of the house: names a recognizer cannot know, told to it beforehand, and learned from what people corrected.

Pure. Owns what counts as a term, how many a recognizer is told, and which corrections are worth offering. Refuses to
keep them: ``library/glossary.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

MOST_TOKENS = 120
"""Whisper's prompt holds 224 tokens and more of them make it invent; faster-whisper's users settled near 120."""
TERM_LENGTH = 60
"""Letters of the longest term: a product, a person, a menu path, not a sentence."""


def as_term(text: str) -> str:
    """A term as it is kept: one line without control characters or commas, at most ``TERM_LENGTH`` letters."""
    plain = "".join(letter if letter.isprintable() and letter not in ",;" else " " for letter in text)
    return " ".join(plain.split())[:TERM_LENGTH].strip()


def told(terms: Iterable[str], tokens: Callable[[str], int], most: int = MOST_TOKENS) -> list[str]:
    """As many terms as a recognizer can be told in one prompt: the newest (the last given) win, their order stays.

    ``tokens`` counts a text's tokens as the recognizer does.
    """
    kept: list[str] = []
    for term in reversed([as_term(term) for term in terms]):
        if not term or term in kept:
            continue
        if tokens(prompt([term, *kept])) > most:
            break
        kept.insert(0, term)
    return kept


def prompt(terms: Iterable[str]) -> str:
    """Terms as the text a recognizer is given."""
    return ", ".join(terms)
