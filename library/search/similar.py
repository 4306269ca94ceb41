"""More like this: demos that share a demo's telling words.

Owns which words tell what a demo is about: those of its title and steps that few other demos have.
"""

from __future__ import annotations

import math
import time
from collections import Counter

from library.catalog.catalog import Catalog
from library.index.documents import sheet_of
from library.index.model import Term
from library.model import Demo, Found
from library.search.grouping import answer, chosen, grouped
from library.search.query import STOP_WORDS, Reading
from library.search.search import hits_of
from library.text import words_of

_WORDS = 8
_TITLE, _STEP_TITLE, _SAID = 4, 2, 1
"""How much a word's place says of what the demo is about."""
_LEAST = 2  # words in common; one alone is chance


def more_like(catalog: Catalog, demo: Demo, limit: int = 20) -> Found:
    """The demos nearest to this one, itself left out; none when nothing shares two of its telling words."""
    begun = time.perf_counter()
    terms = telling_words(catalog, demo)
    judged = catalog.match(terms, limit + 1, any_of=True) if len(terms) >= _LEAST else ()
    reading = Reading(terms, any_of=True)
    own = {one.entry_id for one in catalog.details([one.entry_id for one in judged]) if one.demo_id == demo.demo_id}
    near = [answer(one, reading) for one in judged if one.own >= _LEAST and one.entry_id not in own]
    hits = tuple(hits_of(catalog, chosen(grouped(near), limit)))
    return Found(query=demo.title, hits=hits, took_ms=round((time.perf_counter() - begun) * 1000, 3))


def telling_words(catalog: Catalog, demo: Demo) -> tuple[Term, ...]:
    """The words that tell most: often in the demo, in its headings rather than its talk, and rare elsewhere."""
    amounts: Counter[str] = Counter()
    for word in words_of(demo.title):
        amounts[word] += _TITLE
    for step in demo.steps:
        for word in words_of(step.title):
            amounts[word] += _STEP_TITLE
    for word in words_of(demo.transcript.text):
        amounts[word] += _SAID
    likely = [Term(word) for word, _ in amounts.most_common(60) if word not in STOP_WORDS and len(word) > 1]
    (total, _), counts = catalog.frequencies(()), catalog.vocabulary()
    own = Counter(word for codes in sheet_of(demo).codes for word in codes)
    worth = {
        term: math.log1p(amounts[term.word]) * math.log((total + 1) / (counts[term.word] + 0.5))
        for term in likely
        if counts.get(term.word, 0) > own[term.word]  # a word nobody else has leads nowhere
    }
    return tuple(sorted(worth, key=lambda term: -worth[term])[:_WORDS])
