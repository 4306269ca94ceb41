"""Glossary terms as hotwords for a recognizer, and new terms found in the corrections that users make.

Pure. Owns what counts as a term, how many fit into a prompt, and which corrections are proposed as terms. Does not
store them; ``library/maintenance/glossary.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

MOST_TOKENS = 120
"""Whisper's prompt holds 224 tokens, and long prompts make it hallucinate; faster-whisper users settled near 120."""
TERM_LENGTH = 60
"""Maximum length in characters: a product, a person or a menu path, not a sentence."""
_MOST_WORDS = 4
_ALIKE = 0.45  # ratio: "air e ba" and Ariba have 0.55, a word and an unrelated one about 0.3
_COMMON = frozenset(
    {"a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "from", "with", "and", "or", "is", "are"}
)


def as_term(text: str) -> str:
    """A term in its stored form: one line without control characters or commas, at most ``TERM_LENGTH`` characters."""
    plain = "".join(letter if letter.isprintable() and letter not in ",;" else " " for letter in text)
    return " ".join(plain.split())[:TERM_LENGTH].strip()


def fit_terms(terms: Iterable[str], tokens: Callable[[str], int], most: int = MOST_TOKENS) -> list[str]:
    """The terms that fit into one prompt of ``most`` tokens: the newest (the last given) win; order is kept.

    ``tokens`` counts the tokens of a text as the recognizer does.
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
    """Terms as the prompt text of a recognizer, each a sentence, because it goes on in the style of its prompt.

    In the same takes Whisper base wrote 44 full stops without terms, 30 after a list with commas, 53 after sentences.
    """
    return " ".join(f"{term}." for term in terms)


def corrections(spoken: str, written: str) -> list[str]:
    """Terms that were corrected: words of ``written`` that replace similar sounding words of ``spoken``.

    Only names and labels, because those help a recognizer. A misrecognized common word does not belong in a glossary,
    and a rephrased sentence is no correction.
    """
    before, after = _words(spoken), _words(written)
    matcher = SequenceMatcher(None, [_key(w) for w in before], [_key(w) for w in after], autojunk=False)
    found = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(before[a:b], after[c:d], strict=True)
            found += [as_term(_trimmed(one)) for heard, one in pairs if heard != one and _is_name(one)]
        elif kind == "replace":
            found.append(_corrected(before[a:b], after[c:d], begins=_starts_sentence(after, c)))
    return list(dict.fromkeys(term for term in found if term))


def _corrected(spoken: Sequence[str], written: Sequence[str], *, begins: bool) -> str:
    """The written words as a term; empty when they do not sound alike, or are no name."""
    while written and _key(written[-1]) in _COMMON:
        written = written[:-1]
    while written and _key(written[0]) in _COMMON:
        written, begins = written[1:], False
    named = any(_is_name(word) or (word[:1].isupper() and not (begins and at == 0)) for at, word in enumerate(written))
    alike = SequenceMatcher(None, "".join(map(_key, spoken)), "".join(map(_key, written)), autojunk=False).ratio()
    if not named or not 0 < len(written) <= _MOST_WORDS or alike < _ALIKE:
        return ""
    return as_term(_trimmed(" ".join(written)))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if _key(word)]


def _key(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _trimmed(text: str) -> str:
    return text.strip(" .,;:!?…\"'“”‘’„«»()[]")


def _is_name(word: str) -> bool:
    """Whether a word is spelled like a name: inner capitals, or letters mixed with digits."""
    inner = _trimmed(word)
    return any(letter.isupper() for letter in inner[1:]) or (
        not inner.isalpha() and _key(inner).isalnum() and any(map(str.isdigit, inner)) and any(map(str.isalpha, inner))
    )


def _starts_sentence(words: Sequence[str], at: int) -> bool:
    """Whether a sentence begins at that word, where a capital is no evidence of a name."""
    return at == 0 or words[at - 1].endswith((".", "!", "?", "…", ":"))
