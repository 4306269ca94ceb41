"""The score of one entry by the plain formula, from ``library/index/ranking.py``: what the scorer is held to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from library.index.ranking import WEIGHTS, freshness, heading_amount, lateness, other_amount, saturated, text_amount
from library.index.term_flags import BEGINS


class Present(NamedTuple):
    """A term in an entry: the codes of the whole word, and of longer words that begin so (0: not there).

    ``context``: whether the entry's demo has it in title or tags. ``unfinished``: the weight of longer words.
    """

    code: int = 0
    begun: int = 0
    context: bool = False
    unfinished: float = WEIGHTS.unfinished


def score(terms: Sequence[tuple[Present, float]], *, place: int, heading: int, text: int, age_days: float) -> float:
    """An entry's score for terms with their idfs; 0 when it holds none of them itself."""
    whole, total = place == 0, 0.0
    if not any(present.code or present.begun for present, _ in terms):
        return 0.0
    for present, value in terms:
        own = max(
            amount(present.code, heading, text, whole=whole),
            present.unfinished * amount(present.begun, heading, text, whole=whole),
        )
        total += value * saturated(own + WEIGHTS.context * present.context)
    if whole and begins([present for present, _ in terms]):
        total *= WEIGHTS.title_begins
    return total * freshness(age_days) * lateness(place)


def amount(code: int, heading: int, text: int, *, whole: bool) -> float:
    """What a code counts in an entry with headings and text of these lengths."""
    return heading_amount(code >> 6, heading, whole=whole) + text_amount(code >> 2 & 3, text) + other_amount(code)


def begins(terms: Sequence[Present]) -> bool:
    """Whether a title begins with the first term and holds them all."""
    first = terms[0].code | terms[0].begun
    return bool(first & BEGINS) and all((one.code | one.begun) >> 6 for one in terms)
