"""What codes come to, for many entries at once: tables made from ``ranking.py``, and bounds for leaving out.

Owns the tables. Refuses to know words and lists.
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
_LENGTHS = 16  # of headings, as far as a bound tells them apart; longer ones come to less
MOST_OF_ALL = saturated(heading_amount(3, 3, whole=True) + text_amount(3, 3) + other_amount(255)) * freshness(0)
"""What a term adds to a score by its worth, at the very most."""
MOST_OF_WEAK = saturated(text_amount(1, 1) + WEIGHTS.context) * freshness(0)
"""The same of a term that stands once in a text, and perhaps in the demo's title."""


class _Tables(NamedTuple):
    """Amounts by whole or step, times and length of the heading; by times and length of the text; by code; factors.

    ``ceilings``: by whole or step, code and length of the heading, of a word that is whole, and of one that is not.
    """

    headings: Amounts
    texts: Amounts
    others: Amounts
    fresh: Amounts
    late: Amounts
    ceilings: tuple[Amounts, Amounts]


def amounts_of(codes: Codes, headings: Ids, texts: Ids) -> Amounts:
    """What codes come to. ``headings``: lengths, and 1,024 more for those of steps; ``texts``: lengths."""
    tables, wide = tables_of(), codes.astype(np.intp)
    amounts = tables.headings.take(headings + (wide >> 6 << 8))
    amounts += tables.texts.take(texts + ((wide >> 2 & 3) << 8))
    amounts += tables.others.take(wide)
    return amounts


def factors_of(places: NDArray[np.uint16], days: NDArray[np.uint16], today: int) -> Amounts:
    """The factors for a demo's age and a step's place."""
    tables = tables_of()
    return fresh(days, today) * tables.late.take(np.minimum(places, len(tables.late) - 1))


def fresh(days: NDArray[np.uint16], today: int) -> Amounts:
    """The factor for a demo's age."""
    tables = tables_of()
    return tables.fresh.take(np.clip(today - days.astype(np.intp), 0, len(tables.fresh) - 1))


def ceilings(ids: Ids, codes: Codes, columns: EntryStatsTable, today: int, *, titles: bool, begun: bool) -> Amounts:
    """What the only term adds to the score of each of its entries at most; ``begun``: it is of longer words."""
    at = np.minimum(columns.headings.take(ids), _LENGTHS - 1).astype(np.intp)
    at += codes.astype(np.intp) * _LENGTHS
    if not titles:
        at += 256 * _LENGTHS
    return tables_of().ceilings[begun].take(at) * fresh(columns.days.take(ids), today)


@cache
def tables_of() -> _Tables:
    """The tables, made once."""
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
    """By whole or step, code and length of the heading: in the shortest text, a step in a demo that has the term."""
    code = np.arange(256)
    amounts = np.array(headings).reshape(2, 4, 256)[:, code >> 6, :_LENGTHS]
    amounts += (np.array(texts).reshape(4, 256)[code >> 2 & 3, 1] + np.array(others))[:, None]
    amounts *= share
    amounts[1] += WEIGHTS.context
    most = amounts / (WEIGHTS.saturation + amounts)
    most[0, code & BEGINS > 0] *= WEIGHTS.title_begins
    return most.astype(_TYPE).ravel()
