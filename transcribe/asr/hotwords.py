"""Words of the house: names a recognizer cannot know, told to it beforehand, and learned from what people corrected.

Pure. Owns what counts as a term, how many a recognizer is told, and which corrections are worth offering. Refuses to
keep them: ``library/maintenance/glossary.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

MOST_TOKENS = 120
"""Whisper's prompt holds 224 tokens and more of them make it invent; faster-whisper's users settled near 120."""
TERM_LENGTH = 60
"""Letters of the longest term: a product, a person, a menu path, not a sentence."""
_MOST_WORDS = 4
_ALIKE = 0.45  # "air e ba" and Ariba have 0.55, a word and the next that came to somebody's mind about 0.3
_COMMON = frozenset(
    {"a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "from", "with", "and", "or", "is", "are"}
)


def as_term(text: str) -> str:
    """A term as it is kept: one line without control characters or commas, at most ``TERM_LENGTH`` letters."""
    plain = "".join(letter if letter.isprintable() and letter not in ",;" else " " for letter in text)
    return " ".join(plain.split())[:TERM_LENGTH].strip()


def fit_terms(terms: Iterable[str], tokens: Callable[[str], int], most: int = MOST_TOKENS) -> list[str]:
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


def corrections(heard: str, written: str) -> list[str]:
    """Terms somebody put right: what stands in ``written`` in place of something that was heard alike.

    Names and labels only, for those are what a recognizer can be told: a common word that was misheard has no place in
    a glossary, and a sentence said in other words is no correction at all.
    """
    before, after = _words(heard), _words(written)
    matcher = SequenceMatcher(None, [_bare(w) for w in before], [_bare(w) for w in after], autojunk=False)
    found = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += [_trimmed(w) for v, w in zip(before[a:b], after[c:d], strict=True) if v != w and _shaped(w)]
        elif kind == "replace":
            found.append(_corrected(before[a:b], after[c:d], begins=_begins(after, c)))
    return list(dict.fromkeys(term for term in found if term))


def _corrected(heard: Sequence[str], written: Sequence[str], *, begins: bool) -> str:
    """The written words as a term; empty when they are not heard in those, or no name."""
    while written and _bare(written[-1]) in _COMMON:
        written = written[:-1]
    while written and _bare(written[0]) in _COMMON:
        written, begins = written[1:], False
    named = any(_shaped(word) or (word[:1].isupper() and not (begins and at == 0)) for at, word in enumerate(written))
    alike = SequenceMatcher(None, "".join(map(_bare, heard)), "".join(map(_bare, written)), autojunk=False).ratio()
    if not named or not 0 < len(written) <= _MOST_WORDS or alike < _ALIKE:
        return ""
    return as_term(_trimmed(" ".join(written)))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if _bare(word)]


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _trimmed(text: str) -> str:
    return text.strip(" .,;:!?…\"'“”‘’„«»()[]")


def _shaped(word: str) -> bool:
    """Whether a word is spelled as only names are: capitals inside, or letters and digits mixed."""
    inner = _trimmed(word)
    return any(letter.isupper() for letter in inner[1:]) or (
        not inner.isalpha() and _bare(inner).isalnum() and any(map(str.isdigit, inner)) and any(map(str.isalpha, inner))
    )


def _begins(words: Sequence[str], at: int) -> bool:
    """Whether a sentence begins at that word, where a capital says nothing."""
    return at == 0 or words[at - 1].endswith((".", "!", "?", "…", ":"))
