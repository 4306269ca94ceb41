"""How well an entry answers a query: the weights, and what each comes to. Pure, plain numbers.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009): a word counts by the field it stands in, the
fields are added up before they saturate, so a word in title and text is not counted twice over.
``library/index/scorer.py`` puts them together for many entries at once, with tables made from these functions; a test
holds it to the plain formula.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from library.index.term_flags import SEEN, TAGS

_TITLE, _STEP_TITLE, _TAGS, _TEXT, _SCREEN = 8.0, 4.0, 2.5, 1.0, 0.25
"""Weights. A title is chosen, a text just happens, and what is on the screen may have nothing to do with it."""
_CONTEXT = 0.4  # a step whose demo has the word in its title or tags
_USUAL_HEADING, _USUAL_TEXT = 5, 25  # words
_LENGTH_MATTERS = 0.25  # longer fields count less, but only a little: steps are short anyway
_SATURATION = 1.2
_UNFINISHED = 0.6  # a word that only begins like the one typed, against the whole word
_TITLE_BEGINS = 1.5
_FRESH, _FRESH_DAYS = 0.05, 60.0  # a demo of today against one of old: 5 %, halved every sixty days
_LATER_STEP = 0.002  # among equals the earlier step; never more than a tenth in all
PHRASE = 1.2
"""For words that stand together as they were typed."""
USED, USED_MOST = 0.01, 0.03
"""For each doubling of a demo's use, and at most: it decides between near equals and nothing else."""


def heading_amount(times: int, length: int, *, whole: bool) -> float:
    """What a word counts for standing in a heading of so many words."""
    return (_TITLE if whole else _STEP_TITLE) * times / _norm(length / _USUAL_HEADING)


def text_amount(times: int, length: int) -> float:
    """What a word counts for standing in a text of so many words."""
    return _TEXT * times / _norm(length / _USUAL_TEXT)


def other_amount(code: int) -> float:
    """What a code counts for tags and screen."""
    return _TAGS * (code & TAGS > 0) + _SCREEN * (code % (4 * SEEN))


def _norm(length: float) -> float:
    return 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * length


def worth(total: int, holders: int) -> float:
    """What a word is worth by how many entries of all hold it."""
    holders = min(holders, total)
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))


def freshness(age_days: float) -> float:
    """The factor for a demo's age."""
    return 1 + _FRESH * math.exp2(-max(0.0, age_days) / _FRESH_DAYS)


def lateness(place: int) -> float:
    """The factor for a step's place in its demo."""
    return 1 - min(0.1, _LATER_STEP * place)


def used(times: int) -> float:
    """The factor for how often a demo was of use."""
    return 1 + min(USED_MOST, USED * math.log2(1 + max(0, times)))


def saturated(amount: float) -> float:
    """An amount between 0 and 1: more of the same counts less and less."""
    return amount / (_SATURATION + amount)


class Weights(NamedTuple):
    """The numbers that scoring many entries at once needs besides the tables."""

    unfinished: float = _UNFINISHED
    context: float = _CONTEXT
    saturation: float = _SATURATION
    title_begins: float = _TITLE_BEGINS


WEIGHTS = Weights()
