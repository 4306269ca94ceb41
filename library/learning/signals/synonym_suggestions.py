"""SynonymSuggestion: words that failed in a search and those that somebody found the answer with within a minute.

Pure. Owns which pairs are worth suggesting. Does not store synonyms.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from library.catalog.usage import Search, Use, UseEvent
from library.index.stems import USUAL, stem_key
from library.learning.signals.gaps import AGAIN_MS
from library.search.query import read_query

_LONGEST_PHRASE = 4  # words


class SynonymSuggestion(NamedTuple):
    """What was typed first, what found the answer, and how often."""

    term: str
    meaning: str
    times: int


def suggested(
    searches: Iterable[Search], uses: Iterable[UseEvent], known: Iterable[Sequence[str]] = (), limit: int = 20
) -> list[SynonymSuggestion]:
    """Suggestions, most frequent first; ``known``: groups of synonyms that the library has, folded."""
    pairs = Counter(_pairs(searches, uses))
    there = [set(group) for group in known]
    new = [SynonymSuggestion(*pair, n) for pair, n in pairs.items() if not any(set(pair) <= one for one in there)]
    return sorted(new, key=lambda one: (-one.times, one.term))[:limit]


def _pairs(searches: Iterable[Search], uses: Iterable[UseEvent]) -> Iterator[tuple[str, str]]:
    """The pairs of all visits; a search found what was wanted if a demo was opened after it, or it was the last one."""
    opened = {one.visit for one in uses if one.use is not Use.NO_HELP}
    by_visit: defaultdict[str, list[Search]] = defaultdict(list)
    for one in sorted(searches, key=lambda search: search.at_unix_ms):
        if one.visit:
            by_visit[one.visit].append(one)
    for visit, mine in by_visit.items():
        for first, second in pairwise(mine):
            soon = second.at_unix_ms - first.at_unix_ms <= AGAIN_MS
            met = second.hits and (visit in opened or second is mine[-1])
            if soon and met and not first.hits and (pair := _difference(first.query, second.query)):
                yield pair


def _difference(first: str, second: str) -> tuple[str, str] | None:
    """The words that only one of two queries has, as phrases; None when one of them has none, or too many."""
    failed, met = ([term.word for term in read_query(query).content] for query in (first, second))
    stems = [{stem_key(word, USUAL) or word for word in words} for words in (failed, met)]
    only = [
        " ".join(word for word in words if (stem_key(word, USUAL) or word) not in others)
        for words, others in ((failed, stems[1]), (met, stems[0]))
    ]
    return (only[0], only[1]) if all(0 < len(one.split()) <= _LONGEST_PHRASE for one in only) else None
