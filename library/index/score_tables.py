"""Lookup tables for scoring many entries at once, made from ``ranking.py``, and upper bounds of scores.

Owns the tables. Knows no words and lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.entry_stats import EntryStatsTable
from library.index.postings import Codes, Ids
from library.index.ranking import WEIGHTS, freshness, heading_amount, lateness, other_amount, saturated, text_amount
from library.index.term_flags import BEGINS

Amounts = NDArray[np.float32]

_TYPE = np.float32
_LENGTHS = 16  # of headings in the bounds; longer ones score less
MOST_OF_ALL = saturated(heading_amount(3, 3, whole=True) + text_amount(3, 3) + other_amount(255)) * freshness(0)
"""Upper bound of a term's score, divided by its idf."""
MOST_OF_WEAK = saturated(text_amount(1, 1) + WEIGHTS.context) * freshness(0)
"""The same for a term that occurs once in the text, and perhaps in the demo's title."""


class _Tables(NamedTuple):
    """Flat tables. ``headings``: by whole or step, times and length. ``texts``: by times and length.

    ``others``: by code. ``fresh``: by days. ``late``: by place. ``ceilings``: by whole or step, code and heading
    length, for the exact word and for longer words.
    """

    headings: Amounts
    texts: Amounts
    others: Amounts
    fresh: Amounts
    late: Amounts
    ceilings: tuple[Amounts, Amounts]


def amounts_of(codes: Codes, headings: Ids, texts: Ids) -> Amounts:
    """The weights of codes. ``headings``: lengths in words, plus 1,024 for steps; ``texts``: lengths in words."""
    tables, wide = tables_of(), codes.astype(np.intp)
    amounts = tables.headings.take(headings + (wide >> 6 << 8))
    amounts += tables.texts.take(texts + ((wide >> 2 & 3) << 8))
    amounts += tables.others.take(wide)
    return amounts


def factors_of(places: NDArray[np.uint16], days: NDArray[np.uint16], today: int) -> Amounts:
    """The factors for age and place of each entry."""
    tables = tables_of()
    return fresh(days, today) * tables.late.take(np.minimum(places, len(tables.late) - 1))


def fresh(days: NDArray[np.uint16], today: int) -> Amounts:
    """The factor for the age of each entry."""
    tables = tables_of()
    return tables.fresh.take(np.clip(today - days.astype(np.intp), 0, len(tables.fresh) - 1))


def ceilings(ids: Ids, codes: Codes, stats: EntryStatsTable, today: int, *, titles: bool, prefixed: bool) -> Amounts:
    """Upper bound of the score of each entry of a single term; ``prefixed``: the entries hold longer words."""
    at = np.minimum(stats.headings.take(ids), _LENGTHS - 1).astype(np.intp)
    at += codes.astype(np.intp) * _LENGTHS
    if not titles:
        at += 256 * _LENGTHS
    return tables_of().ceilings[prefixed].take(at) * fresh(stats.days.take(ids), today)


@cache
def tables_of() -> _Tables:
    """The tables, cached."""
    lengths, wholes = range(256), (True, False)
    headings = [heading_amount(n, length, whole=w) for w in wholes for n in range(4) for length in lengths]
    texts = [text_amount(n, length) for n in range(4) for length in lengths]
    others = [other_amount(code) for code in range(256)]
    return _Tables(
        np.array(headings, _TYPE),
        np.array(texts, _TYPE),
        np.array(others, _TYPE),
        np.array([freshness(days) for days in range(2_000)], _TYPE),
        np.array([lateness(place) for place in range(100)], _TYPE),
        (_ceilings(headings, texts, others, 1.0), _ceilings(headings, texts, others, WEIGHTS.unfinished)),
    )


def _ceilings(headings: Sequence[float], texts: Sequence[float], others: Sequence[float], share: float) -> Amounts:
    """Bounds by whole or step, code and heading length: for the shortest text, with the term in the demo's title."""
    code = np.arange(256)
    amounts = np.array(headings).reshape(2, 4, 256)[:, code >> 6, :_LENGTHS]
    amounts += (np.array(texts).reshape(4, 256)[code >> 2 & 3, 1] + np.array(others))[:, None]
    amounts *= share
    amounts[1] += WEIGHTS.context
    most = amounts / (WEIGHTS.saturation + amounts)
    most[0, code & BEGINS > 0] *= WEIGHTS.title_begins
    return most.astype(_TYPE).ravel()
