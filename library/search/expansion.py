"""Expansion of a query's terms: inflections, other spellings, compounds, synonyms and initials that count as the word.

Owns which variants a term gets. Does not match and does not correct spelling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from library.catalog.catalog import Catalog
from library.index.documents import ACRONYM, NUMBERS
from library.index.model import Term
from library.search.synonyms.office import said_otherwise
from library.text import STOP_WORDS

_MOST_FORMS = 8
"""Inflections of one word that are looked up; the commonest."""
_MOST_VARIANTS = 16
_SHORTEST_PART = 2  # letters of each half of a compound
_SHORTEST_COMPOUND = 5
_LONGEST_COMPOUND = 30
_LINKS = ("", "s")
"""Letters between the halves of a compound: German has Urlaubs-antrag."""
_SURE_PART = 3
"""Letters of each half of a word that the library has as one word too."""
ACRONYM_LETTERS = range(2, 5)
_NUMBERS = {**NUMBERS, **{digit: name for name, digit in NUMBERS.items()}}

Variant = tuple[str, ...]


class _Lexicon(NamedTuple):
    """What the library says of the words of a query: inflections of each, and which words it has."""

    forms: Mapping[str, Sequence[str]]
    known: Mapping[str, int]

    def forms_of(self, word: str) -> list[str]:
        """The word, if the library has it, and its inflections."""
        return list(dict.fromkeys([*([word] if word in self.known else ()), *self.forms.get(word, ())[:_MOST_FORMS]]))


def expanded(
    catalog: Catalog, words: Sequence[str], terms: Sequence[Term], capitals: frozenset[str] = frozenset()
) -> tuple[Term, ...]:
    """The terms with their variants; ``words`` are all words of the query in order, stop words included.

    Initials are looked for where nobody used a word, or it is one of ``capitals``.
    """
    wanted = [term.word for term in terms]
    joined = {first + second: (first, second) for first, second in pairwise(words)}
    parts = {word: list(_parts(word)) for word in wanted}
    synonyms = list(synonyms_in(catalog, words))
    inflected = [*wanted, *joined, *dict.fromkeys(other.split()[-1] for _, other in synonyms)]
    halves = (half for pairs in parts.values() for pair in pairs for half in pair)
    meant = (word for _, other in synonyms for word in other.split())
    asked = {*inflected, *halves, *meant, *(_NUMBERS.get(word, word) for word in wanted)}
    lexicon = _Lexicon(catalog.word_forms(inflected), catalog.word_counts(sorted(asked)))
    found: defaultdict[str, list[Variant]] = defaultdict(list)
    for word, variant in chain(
        _inflections(wanted, lexicon), _joined(joined, lexicon), _split(parts, lexicon), _meanings(synonyms, lexicon)
    ):
        found[word].append(variant)
    for word in wanted:
        unknown = word not in lexicon.known and not found[word]
        if len(word) in ACRONYM_LETTERS and (unknown or word in capitals):
            found[word].append((f"{ACRONYM}{word}",))
    return tuple(term._replace(variants=tuple(dict.fromkeys(found[term.word]))[:_MOST_VARIANTS]) for term in terms)


def _inflections(words: Sequence[str], lexicon: _Lexicon) -> Iterator[tuple[str, Variant]]:
    """Of each word its inflections, and for a small number its digit or name."""
    for word in words:
        yield from ((word, (form,)) for form in lexicon.forms_of(word) if form != word)
        if (number := _NUMBERS.get(word, "")) in lexicon.known:
            yield word, (number,)


def _joined(joined: Mapping[str, tuple[str, str]], lexicon: _Lexicon) -> Iterator[tuple[str, Variant]]:
    """Of both words the one that they make together."""
    for compound, pair in joined.items():
        for form in lexicon.forms_of(compound):
            yield from ((word, (form,)) for word in pair)


def _split(parts: Mapping[str, Sequence[tuple[str, str]]], lexicon: _Lexicon) -> Iterator[tuple[str, Variant]]:
    """Of a word the two words that it is made of."""
    for word, pairs in parts.items():
        least = _SURE_PART if lexicon.forms_of(word) else _SHORTEST_PART
        for pair in pairs:
            if all(half in lexicon.known and len(half) >= least for half in pair):
                yield word, pair


def _meanings(synonyms: Sequence[tuple[str, str]], lexicon: _Lexicon) -> Iterator[tuple[str, Variant]]:
    """Of each word of a phrase the synonyms of the phrase; those of several words, the last in all its forms."""
    for phrase, other in synonyms:
        *before, last = other.split()
        if all(word in lexicon.known for word in before):
            meant = [(*before, form) for form in lexicon.forms_of(last)]
            for word in phrase.split():
                yield from ((word, variant) for variant in meant)


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
    """The phrases of the query that have synonyms, with each of them, as folded words joined by spaces.

    Those of the library come first, then those that any office has.
    """
    said = f" {' '.join(words)} "
    for same in catalog.synonyms():
        for phrase in same:
            if f" {phrase} " in said:
                yield from ((phrase, other) for other in same if other != phrase)
    yield from said_otherwise(words)


def compounds_of(terms: Iterable[Term]) -> list[Term]:
    """The terms with a variant of several words, which must be adjacent to count."""
    return [term for term in terms if any(len(variant) > 1 for variant in term.variants)]
