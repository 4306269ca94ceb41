"""``more_like``: demos that share a demo's characteristic words.

Owns which words are characteristic: those of its title and steps that few other demos have (TF-IDF).
"""

from __future__ import annotations

import math
import time
from collections import Counter

from library.catalog.catalog import Catalog
from library.index.documents import index_demo
from library.index.model import Term
from library.model import Demo, Found
from library.search.grouping import candidate_of
from library.search.query import Query, Reading
from library.search.search import hits_of
from library.text import STOP_WORDS, words_of
from transcribe.corrections import full_text

_WORDS = 8
_TITLE, _STEP_TITLE, _SAID = 4, 2, 1
"""Weights of a word in the demo's title, in a step's title and in the speech."""
_LEAST = 2  # words in common; a single one is chance


def more_like(catalog: Catalog, demo: Demo, limit: int = 20) -> Found:
    """The most similar demos, without the demo itself; none when no demo shares two of its characteristic words."""
    started = time.perf_counter()
    terms = characteristic_terms(catalog, demo)
    scored = catalog.match(terms, limit + 1, any_of=True) if len(terms) >= _LEAST else ()
    reading = Reading(terms)  # nobody asked for these words: none of them is missed
    own = {one.entry_id for one in catalog.details([one.entry_id for one in scored]) if one.demo_id == demo.demo_id}
    near = [candidate_of(one, reading) for one in scored if one.own >= _LEAST and one.entry_id not in own]
    hits = tuple(hits_of(catalog, Query("", terms), near, limit))
    return Found(query=demo.title, hits=hits, took_ms=round((time.perf_counter() - started) * 1000, 3))


def characteristic_terms(catalog: Catalog, demo: Demo) -> tuple[Term, ...]:
    """The words with the highest weight: frequent in the demo, above all in its headings, and rare elsewhere."""
    amounts: Counter[str] = Counter()
    for word in words_of(demo.title):
        amounts[word] += _TITLE
    for step in demo.steps:
        for word in words_of(step.title):
            amounts[word] += _STEP_TITLE
    for word in words_of(full_text(demo.transcript)):
        amounts[word] += _SAID
    likely = [Term(word) for word, _ in amounts.most_common(60) if word not in STOP_WORDS and len(word) > 1]
    (total, _), counts = catalog.frequencies(()), catalog.vocabulary()
    own = Counter(word for codes in index_demo(demo).codes for word in codes)
    weights = {
        term: math.log1p(amounts[term.word]) * math.log((total + 1) / (counts[term.word] + 0.5))
        for term in likely
        if counts.get(term.word, 0) > own[term.word]  # only words that other demos have too
    }
    return tuple(sorted(weights, key=lambda term: -weights[term])[:_WORDS])
