"""Expansion of a query's terms: inflections, other spellings, compounds, synonyms and initials that count as the word.

Owns which variants a term gets. Does not match and does not correct spelling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from library.catalog.catalog import Catalog
from library.index.documents import ACRONYM
from library.index.model import Term
from library.text import STOP_WORDS

_MOST_FORMS = 8
"""Inflections of one word that are looked up; the commonest."""
_MOST_VARIANTS = 16
_SHORTEST_PART = 2  # letters of each half of a compound
_SHORTEST_COMPOUND = 5
_LONGEST_COMPOUND = 30
_LINKS = ("", "s")
"""Letters between the halves of a compound: German has Urlaubs-antrag."""
_ACRONYM_LETTERS = range(2, 5)

Variants = dict[str, list[tuple[str, ...]]]


def expanded(catalog: Catalog, words: Sequence[str], terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms with their variants; ``words`` are all words of the query in order, stop words included."""
    wanted = [term.word for term in terms]
    joined = {first + second: (first, second) for first, second in pairwise(words)}
    parts = {word: list(_parts(word)) for word in wanted}
    phrases = list(synonyms_in(catalog, words))
    others = [*joined, *(other for _, other in phrases if " " not in other)]
    forms = catalog.word_forms([*wanted, *others])
    known = catalog.word_counts(
        sorted({*wanted, *others, *(half for pairs in parts.values() for pair in pairs for half in pair)})
    )
    found: Variants = defaultdict(list)
    for word in wanted:
        found[word] += [(form,) for form in forms.get(word, ())[:_MOST_FORMS] if form != word]
    for compound, pair in joined.items():
        for one in _known_forms(compound, forms, known):
            for word in pair:
                found[word].append((one,))
    for word, pairs in parts.items():
        found[word] += [pair for pair in pairs if all(half in known for half in pair)]
    for phrase, other in phrases:
        one_word = " " not in other
        others_of = [(form,) for form in _known_forms(other, forms, known)] if one_word else [tuple(other.split())]
        for word in phrase.split():
            found[word] += others_of
    for word in wanted:
        if word not in known and not found[word] and len(word) in _ACRONYM_LETTERS:
            found[word].append((f"{ACRONYM}{word}",))
    return tuple(term._replace(variants=tuple(dict.fromkeys(found[term.word]))[:_MOST_VARIANTS]) for term in terms)


def _known_forms(word: str, forms: Mapping[str, Sequence[str]], known: Mapping[str, int]) -> list[str]:
    return list(dict.fromkeys([*([word] if word in known else ()), *forms.get(word, ())[:_MOST_FORMS]]))


def _parts(word: str) -> Iterator[tuple[str, str]]:
    """The ways to write a word as two, those with the longest shorter half first."""
    if not (_SHORTEST_COMPOUND <= len(word) <= _LONGEST_COMPOUND and word.isalpha()):
        return
    cuts = sorted(range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1), key=lambda at: abs(2 * at - len(word)))
    for at in cuts:
        first, second = word[:at], word[at:]
        for link in _LINKS:
            if first.endswith(link) and len(first) - len(link) >= _SHORTEST_PART and second not in STOP_WORDS:
                yield first.removesuffix(link), second


def synonyms_in(catalog: Catalog, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The phrases of the query that have synonyms, with each of them, as folded words joined by spaces."""
    said = f" {' '.join(words)} "
    for same in catalog.synonyms():
        for phrase in same:
            if f" {phrase} " in said:
                yield from ((phrase, other) for other in same if other != phrase)


def compounds_of(terms: Iterable[Term]) -> list[Term]:
    """The terms with a variant of several words, which must be adjacent to count."""
    return [term for term in terms if any(len(variant) > 1 for variant in term.variants)]
