"""Joins the hits by words with the demos near in meaning: one list, what answers the question before what is nearest.

Pure. The likeness in meaning and the reciprocal rank by words are added (a convex combination; Bruch, Gai, Ingber: An
Analysis of Fusion Functions for Hybrid Retrieval, 2023). Joining by ranks alone forgets how much nearer one demo is
than the next. A demo whose title has the words as they were typed stays first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from library.meaning.near import NearDemo
from library.model import Hit

_ALL_WORDS, _SOME_WORDS = 0.3, 0.05
"""What the best hit by words adds to a demo's likeness: with all words of the query, with some. 0.2 to 0.4 and 0.05 to
0.1 differ little; with more, some words make an answer of what is none."""
_RANKS = 4
"""Places by words after which half of that is left."""
_NOISE = 0.5
"""Part of the cut-off below which likeness says nothing: demos so far away are ordered by their words alone."""


class RankedDemo(NamedTuple):
    """A demo of the joined list.

    ``hits``: those by words; ``whole``: one of them has all words. ``near``: how near it is in meaning, if that is
    known. ``value``: what it is ranked by. ``answers``: it is taken for an answer, not only for the nearest there is.
    """

    demo_id: str
    hits: tuple[Hit, ...]
    near: NearDemo | None
    value: float
    whole: bool
    answers: bool


def joined(hits: Sequence[Hit], near: Sequence[NearDemo], cutoff: float, exact: Collection[str]) -> list[RankedDemo]:
    """The demos of both, best first: exact titles, then answers, then what is only nearest.

    ``cutoff``: the least likeness of an answer. ``exact``: demos whose title has the query's words in order.
    """
    by_words: dict[str, list[Hit]] = {}
    for hit in hits:
        by_words.setdefault(hit.demo_id, []).append(hit)
    by_meaning = {one.demo_id: one for one in near}
    places = {demo_id: place for place, demo_id in enumerate(by_words)}
    ranked = [
        _ranked(demo_id, by_words.get(demo_id, ()), places.get(demo_id, 0), by_meaning.get(demo_id), cutoff)
        for demo_id in dict.fromkeys([*by_words, *by_meaning])
    ]
    ranked.sort(key=lambda one: (one.demo_id not in exact, not one.answers, -one.value, -_likeness(one.near)))
    return ranked


def _ranked(demo_id: str, hits: Sequence[Hit], place: int, near: NearDemo | None, cutoff: float) -> RankedDemo:
    whole = any(not (hit.partial or hit.nearest) for hit in hits)
    by_words = (_ALL_WORDS if whole else _SOME_WORDS) * _RANKS / (_RANKS + place) if hits else 0.0
    value = max(_likeness(near), _NOISE * cutoff) + by_words
    sure = (near.sureness if near else 0.0) + by_words
    return RankedDemo(demo_id, tuple(hits), near, value, whole, answers=whole or sure >= cutoff)


def _likeness(near: NearDemo | None) -> float:
    return near.likeness if near else 0.0
