"""Which demos answer a query best, by the lists of its words: exact where that is cheap, bounded where it is not.

Owns choosing the entries worth scoring and scoring them all at once, with tables made from ``library/ranking.py``.
Refuses to read, to group and to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.catalog import Judged
from library.index.codes import BEGINS, TAGS, Kind
from library.index.columns import Columns
from library.index.memory import Places
from library.index.postings import Codes, Ids
from library.ranking import WEIGHTS, freshness, heading_amount, lateness, other_amount, text_amount, worth

ENOUGH = 1_500
"""Entries from the likelier lists of a word beyond which its less likely lists are left unread."""
MOST = 40_000
"""Entries scored for one query; the likeliest and the newest."""
_BEST = 600
"""Entries looked at to find the best demos."""
_PARTS = 64
"""Entries of one demo that are scored again to find its best steps."""
_LEAST_SHARE = 1 / 3  # of what the words are worth; an answer that met only the common ones is none

Amounts = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Limits(NamedTuple):
    """How much is looked at. ``UNBOUNDED`` is what the bounded answer is measured against."""

    enough: int = ENOUGH
    most: int = MOST
    best: int = _BEST


BOUNDED, UNBOUNDED = Limits(), Limits(1 << 60, 1 << 60, 1 << 60)


class Question(NamedTuple):
    """Terms with their places, of which all, or ``any_of``, are to be met; ``allowed``: by filters, None for all."""

    places: Sequence[Places]
    any_of: bool
    allowed: Mask | None
    today: int


def judge(
    question: Question, columns: Columns, total: int, demos: int, *, pause: Callable[[], None], limits: Limits = BOUNDED
) -> list[Judged]:
    """The entries of about the best ``demos`` demos that answer, best demo first; ``pause`` may raise Cancelled."""
    if not question.places or not total:
        return []
    scorer = _Scorer(question, columns, total)
    ids = scorer.fitting(_candidates(question, columns, limits, pause))
    pause()
    wholes, best = scorer.best(ids, demos, limits)
    if not len(wholes):
        return []
    return scorer.judged(np.union1d(_parts(wholes, columns), best))


def _candidates(question: Question, columns: Columns, limits: Limits, pause: Callable[[], None]) -> Ids:
    """Entries that may answer: those of every term for any_of, else those of the rarest one."""
    if question.any_of:
        share = limits._replace(most=limits.most // len(question.places))
        return _unique(np.concatenate([_likeliest(places, share, question.allowed) for places in question.places]))
    if len(question.places) == 1:
        only = question.places[0]
        return _unique(_first(_likeliest(only, limits, question.allowed), only, columns, limits))
    rarest = min(question.places, key=lambda places: sum(map(len, places.entries(*Kind))))
    pause()
    ids = [*rarest.entries(*Kind)]
    titles = rarest.entries(Kind.TITLE)
    if titles:  # the other words may stand in the steps
        ids.append(_parts(_newest(np.concatenate(titles), limits.most // 8), columns))
    return _unique(np.concatenate(ids) if ids else np.empty(0, np.int32))


def _likeliest(places: Places, limits: Limits, allowed: Mask | None) -> Ids:
    """The allowed entries of a term's lists, likeliest lists first, until there are enough."""
    found: list[Ids] = []
    count = 0
    for kind in Kind:
        if count >= limits.enough:
            break
        for ids in places.entries(kind):
            found.append(_newest(ids if allowed is None else ids[allowed[ids]], limits.most))
            count += len(found[-1])
    return np.concatenate(found) if found else np.empty(0, np.int32)


def _first(ids: Ids, places: Places, columns: Columns, limits: Limits) -> Ids:
    """Where titles enough begin with the only word, those: none of the others can come before them."""
    codes = places.whole.codes[ids]
    if places.begun is not None:
        codes = codes | places.begun.codes[ids]
    first = ids[(codes & BEGINS > 0) & (columns.places[ids] == 0)]
    return first if len(first) >= limits.enough else ids


def _newest(ids: Ids, most: int) -> Ids:
    """At most so many of them: entries are numbered as they are put, so the largest are the newest."""
    if len(ids) <= most:
        return ids
    newest: Ids = ids[np.argpartition(ids, len(ids) - most)[len(ids) - most :]]
    return newest


def _unique(ids: Ids) -> Ids:
    if len(ids) < 1 << 12:
        return np.unique(ids)
    there = np.zeros(int(ids.max()) + 1, np.bool_)
    there[ids] = True
    return np.flatnonzero(there).astype(np.int32)


def _parts(wholes: Ids, columns: Columns) -> Ids:
    """The entries of demos, given as wholes."""
    sizes = np.minimum(columns.sizes[wholes], _PARTS)
    before = np.cumsum(sizes) - sizes
    ids: Ids = np.arange(int(sizes.sum()), dtype=np.int32) + np.repeat(wholes - before.astype(np.int32), sizes)
    return ids[columns.days[ids] > 0]


class _Scorer:
    """Scores many entries for one question."""

    def __init__(self, question: Question, columns: Columns, total: int) -> None:
        self._question, self._columns = question, columns
        self._worths = [worth(total, places.holders) for places in question.places]

    def fitting(self, ids: Ids) -> Ids:
        """Those that are there, pass the filters and meet every term that must be met."""
        ids = ids[self._columns.days[ids] > 0]
        wholes = self._wholes(ids)
        if self._question.allowed is not None:
            keep = self._question.allowed[ids]
            ids, wholes = ids[keep], wholes[keep]
        if self._question.any_of or len(self._question.places) == 1:
            return ids
        for places in sorted(self._question.places, key=lambda places: places.holders):
            keep = _met(places, ids, wholes)
            ids, wholes = ids[keep], wholes[keep]
        return ids

    def _wholes(self, ids: Ids) -> Ids:
        return ids - self._columns.places[ids].astype(np.int32)

    def best(self, ids: Ids, demos: int, limits: Limits) -> tuple[Ids, Ids]:
        """The best demos by their best entries, best first, and these entries."""
        ids = self._likely(ids, limits)
        scores, shares, own = self._scores(ids)
        keep = (own > 0) & (shares >= _LEAST_SHARE if self._question.any_of else shares > 1 - 1e-6)
        ids, scores = ids[keep], scores[keep]
        if len(ids) > limits.best:
            top = np.argpartition(scores, len(scores) - limits.best)[-limits.best :]
            ids, scores = ids[top], scores[top]
        order = np.lexsort((-ids, -self._columns.days[ids].astype(np.int32), -scores))
        wholes = self._wholes(ids[order])
        _, firsts = np.unique(wholes, return_index=True)
        best = wholes[np.sort(firsts)][:demos]
        return best, ids[np.isin(self._wholes(ids), best)]

    def _likely(self, ids: Ids, limits: Limits) -> Ids:
        """At most so many: those where a term stands in a heading, and then the newest."""
        most = limits.most if len(self._question.places) == 1 else limits.most // 2
        if len(ids) <= most:
            return ids
        best = np.zeros(len(ids), np.uint8)
        for places in self._question.places:
            np.maximum(best, places.whole.codes[ids], out=best)
            if places.begun is not None:
                np.maximum(best, places.begun.codes[ids], out=best)
        headed = ids[best >= TAGS]
        if len(headed) >= limits.enough:
            return _newest(headed, most)
        return np.concatenate([headed, _newest(ids[best < TAGS], most - len(headed))])

    def judged(self, ids: Ids) -> list[Judged]:
        """The entries that answer, with what they answer."""
        if self._question.allowed is not None:
            ids = ids[self._question.allowed[ids]]
        scores, shares, own = self._scores(ids)
        least = _LEAST_SHARE if self._question.any_of else 1 - 1e-6
        keep = (own > 0) & (shares >= least)
        ids = ids[keep]
        columns = (
            ids, self._wholes(ids), self._columns.places[ids], self._columns.days[ids], scores[keep], shares[keep],
            own[keep],
        )  # fmt: skip
        return [Judged(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _scores(self, ids: Ids) -> tuple[Amounts, Amounts, NDArray[np.uint8]]:
        """Scores, shares of the worth met, and the number of terms each entry has itself."""
        columns, wholes = self._columns, self._wholes(ids)
        tables = _tables()
        is_whole = columns.places[ids] == 0
        headings = np.where(is_whole, 0, 1024) + columns.headings[ids].astype(np.int32)
        texts = columns.texts[ids].astype(np.int32)
        scores, met = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
        own = np.zeros(len(ids), np.uint8)
        begins, all_whole = is_whole.copy(), bool(is_whole.all())
        for number, (places, value) in enumerate(zip(self._question.places, self._worths, strict=True)):
            codes = places.whole.codes[ids]
            amounts = _amounts(codes, headings, texts, tables)
            if places.begun is not None:
                longer = places.begun.codes[ids]
                amounts = np.maximum(amounts, WEIGHTS.unfinished * _amounts(longer, headings, texts, tables))
                codes = codes | longer
            mine = codes > 0
            own += mine
            begins &= (codes & BEGINS > 0) if not number else (codes >> 6 > 0)
            inherited = ~is_whole if all_whole else ~is_whole & _titled(places, wholes)
            met += value * (mine | inherited)
            amounts += WEIGHTS.context * inherited
            scores += np.float32(value) * (amounts / (np.float32(WEIGHTS.saturation) + amounts))
        begins &= own == len(self._question.places)
        scores[begins] *= WEIGHTS.title_begins
        ages = np.clip(self._question.today - columns.days[ids].astype(np.int32), 0, len(tables.fresh) - 1)
        scores *= tables.fresh[ages] * tables.late[np.minimum(columns.places[ids], len(tables.late) - 1)]
        return scores, met / np.float32(sum(self._worths)), own


def _met(places: Places, ids: Ids, wholes: Ids) -> Mask:
    met: Mask = places.whole.codes[ids] > 0
    if places.begun is not None:
        met |= places.begun.codes[ids] > 0
    return met | _titled(places, wholes)


def _titled(places: Places, wholes: Ids) -> Mask:
    """Whether the demos have the term in title or tags."""
    titled: Mask = places.whole.codes[wholes] >= TAGS
    if places.begun is not None:
        titled |= places.begun.codes[wholes] >= TAGS
    return titled


class _Tables(NamedTuple):
    """Amounts by whole or step, times and length of the heading; by times and length of the text; by code; factors."""

    headings: Amounts
    texts: Amounts
    others: Amounts
    fresh: Amounts
    late: Amounts


def _amounts(codes: Codes, headings: NDArray[np.int32], texts: NDArray[np.int32], tables: _Tables) -> Amounts:
    wide = codes.astype(np.int32)
    amounts = tables.headings[headings + (wide >> 6 << 8)]
    amounts += tables.texts[texts + ((wide >> 2 & 3) << 8)]
    amounts += tables.others[codes]
    return amounts


@cache
def _tables() -> _Tables:
    lengths = range(256)
    return _Tables(
        np.array(
            [heading_amount(n, length, whole=whole) for whole in (True, False) for n in range(4) for length in lengths],
            np.float32,
        ),
        np.array([text_amount(n, length) for n in range(4) for length in lengths], np.float32),
        np.array([other_amount(code) for code in range(256)], np.float32),
        np.array([freshness(days) for days in range(2_000)], np.float32),
        np.array([lateness(place) for place in range(100)], np.float32),
    )
