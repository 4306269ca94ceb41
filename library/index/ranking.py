"""The ranking formula: BM25F weights and factors of one entry. Pure.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009): a term counts by the field it occurs in, and
the fields are added before saturation, so a term in title and text does not count twice. ``library/index/searcher.py``
applies it to many entries at once, with tables made from these functions; a test compares it with the plain formula.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from library.index.term_flags import SEEN, TAGS

_TITLE, _STEP_TITLE, _TAGS, _TEXT, _SCREEN = 8.0, 4.0, 2.5, 1.0, 0.25
"""Field weights. A title is written on purpose; text on the screen may have nothing to do with the step."""
_CONTEXT = 0.4  # a step whose demo has the term in title or tags
_USUAL_HEADING, _USUAL_TEXT = 5, 25  # words
_LENGTH_MATTERS = 0.25  # BM25's b: a low value, because steps are short
_SATURATION = 1.2
_UNFINISHED = 0.6  # a longer word that begins with the term, against the exact word
_SHORT_UNFINISHED = 0.1  # the same for a word of three letters or fewer that is a word of the library: PO, VAT
_VARIANT = 0.8  # an inflection, another spelling or a synonym, against the exact word
_TITLE_BEGINS = 1.5
_FRESH, _FRESH_DAYS = 0.05, 60.0  # bonus of a demo of today: 5 %, halved every sixty days
_LATER_STEP = 0.002  # penalty for each later step, at most a tenth in all
PHRASE = 1.2
"""Factor for adjacent words in the order of the query."""
USED, USED_MOST = 0.01, 0.03
"""Bonus for each doubling of a demo's use, and its maximum: enough to decide between near equals only."""


def heading_amount(times: int, length: int, *, whole: bool) -> float:
    """Weight of a term that occurs ``times`` times in a heading of ``length`` words."""
    return (_TITLE if whole else _STEP_TITLE) * times / _norm(length / _USUAL_HEADING)


def text_amount(times: int, length: int) -> float:
    """Weight of a term that occurs ``times`` times in a text of ``length`` words."""
    return _TEXT * times / _norm(length / _USUAL_TEXT)


def other_amount(code: int) -> float:
    """Weight of a code's occurrences in tags and on the screen."""
    return _TAGS * (code & TAGS > 0) + _SCREEN * (code % (4 * SEEN))


def _norm(length: float) -> float:
    return 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * length


def idf(total: int, frequency: int) -> float:
    """Inverse document frequency of BM25: ``frequency`` of ``total`` entries hold the term."""
    frequency = min(frequency, total)
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def freshness(age_days: float) -> float:
    """Factor for the age of a demo."""
    return 1 + _FRESH * math.exp2(-max(0.0, age_days) / _FRESH_DAYS)


def lateness(place: int) -> float:
    """Factor for a step's place in its demo."""
    return 1 - min(0.1, _LATER_STEP * place)


def used(times: int) -> float:
    """Factor for the use of a demo."""
    return 1 + min(USED_MOST, USED * math.log2(1 + max(0, times)))


def saturated(amount: float) -> float:
    """BM25's saturation: maps a weight to 0..1, so that further occurrences count less and less."""
    return amount / (_SATURATION + amount)


class Weights(NamedTuple):
    """The numbers that vectorised scoring needs besides the tables."""

    unfinished: float = _UNFINISHED
    short_unfinished: float = _SHORT_UNFINISHED
    variant: float = _VARIANT
    context: float = _CONTEXT
    saturation: float = _SATURATION
    title_begins: float = _TITLE_BEGINS


WEIGHTS = Weights()
