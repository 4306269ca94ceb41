"""``said_otherwise``: office terms of a query in other words, by the lists of the files beside this module.

Pure. Owns the built-in terms and when words are one of them: endings of inflection do not count, so that “invoices”
and “closing” are “invoice” and “close”. A library's own synonyms are in ``library/connection/synonyms.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from library.text import words_of

LANGUAGES = ("en", "de", "fr", "es")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|en|es|e|n|s)$")
Group = tuple[str, ...]


def said_otherwise(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The office terms among words, in order, as written there, each with every other phrase of its group."""
    for said, groups in terms_in(words):
        term = _keys(said)
        yield from dict.fromkeys((said, other) for group in groups for other in group if _keys(other) != term)


def terms_in(words: Sequence[str]) -> Iterator[tuple[str, Sequence[Group]]]:
    """The office terms among words, in order, as written there, with their groups.

    Within a longer term a shorter one does not count: “credit card” of “company credit card”.
    """
    terms, keys = _terms(), [_key(word) for word in words]
    at = 0
    while at < len(keys):
        for term, groups in terms.get(keys[at], ()):
            if tuple(keys[at : at + len(term)]) == term:
                yield " ".join(words[at : at + len(term)]), groups
                at += len(term) - 1
                break
        at += 1


def mentions(text: Sequence[str], said: str, group: Group) -> bool:
    """Whether folded words of a text name what a term means: by a phrase of its group, or by its last word alone.

    The last word does not count where the text has another term that ends in it: in “annual leave” nobody names
    parental leave.
    """
    keys = [_key(word) for word in text]
    whole = f" {' '.join(keys)} "
    if any(f" {' '.join(_keys(phrase))} " in whole for phrase in group):
        return True
    heads = {_keys(said)[-1], _keys(group[0])[-1]} & set(keys)
    return bool(heads) and not any(_keys(term)[-1] in heads for term, _ in terms_in(text) if " " in term)


@cache
def office_terms() -> tuple[Group, ...]:
    """Groups of phrases that mean the same, as folded words joined by spaces, of every language."""
    found = []
    for language in LANGUAGES:
        text = resources.files(__package__).joinpath(f"{language}.txt").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        found += [tuple(dict.fromkeys(" ".join(words_of(phrase)) for phrase in line.split("="))) for line in lines]
    return tuple(found)


@cache
def _terms() -> dict[str, list[tuple[Group, list[Group]]]]:
    """The groups of each term, by the key of its first word, the longest term first."""
    groups: defaultdict[Group, list[Group]] = defaultdict(list)
    for group in office_terms():
        for phrase in group:
            groups[_keys(phrase)].append(group)
    terms: defaultdict[str, list[tuple[Group, list[Group]]]] = defaultdict(list)
    for term in sorted(groups, key=lambda one: (-len(one), one)):
        terms[term[0]].append((term, groups[term]))
    return terms


def _keys(phrase: str) -> Group:
    return tuple(map(_key, phrase.split()))


def _key(word: str) -> str:
    """A word without an ending of inflection."""
    return _ENDING.sub("", word)
