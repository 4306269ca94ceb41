"""Which demos answer a query best, by the lists of its words: exact where that is cheap, bounded where it is not.

Owns scoring many entries at once, with tables made from ``library/index/ranking.py``, and when the rest cannot matter
any more. Refuses to read, to group and to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.candidates import BOUNDED, IndexQuery, Limits, newest, parts_of, rounds, unique
from library.index.entry_stats import EntryStatsTable
from library.index.index_reader import TermReader
from library.index.model import ScoredEntry
from library.index.postings import Codes, Ids
from library.index.ranking import WEIGHTS
from library.index.score_tables import Amounts, amounts_of, factors_of
from library.index.term_flags import BEGINS, TAGS, PostingTier

_LEAST_SHARE = 1 / 3  # of what the words are worth; an answer that met only the common ones is none


def score(
    question: IndexQuery, columns: EntryStatsTable, demos: int, *, pause: Callable[[], None], limits: Limits = BOUNDED
) -> list[ScoredEntry]:
    """The entries of about the best ``demos`` demos that answer, best demo first; ``pause`` may raise Cancelled."""
    if not question.places:
        return []
    scorer = _Scorer(question, columns)
    best = _Best()
    for one in rounds(question, columns, limits):
        pause()
        best = scorer.best(scorer.fitting(one.ids), demos, limits)
        if len(best.wholes) == demos and best.least >= one.rest:
            break
    if not len(best.wholes):
        return []
    return scorer.judged(unique([parts_of(best.wholes, columns), best.ids], columns))


class _Best(NamedTuple):
    """The best demos, best first; their best entries; and the score of the last of the demos."""

    wholes: Ids = np.empty(0, np.intp)
    ids: Ids = np.empty(0, np.intp)
    least: float = 0.0


class _Scorer:
    """Scores many entries for one question."""

    def __init__(self, question: IndexQuery, columns: EntryStatsTable) -> None:
        self._question, self._columns = question, columns

    def fitting(self, ids: Ids) -> Ids:
        """Those that are there, pass the filters and meet every term that must be met."""
        ids = ids.compress(self._columns.days.take(ids) > 0)
        if self._question.allowed is not None:
            ids = ids.compress(self._question.allowed.take(ids))
        if self._question.any_of or len(self._question.places) == 1:
            return ids
        for places in sorted(self._question.places, key=lambda places: places.count(*PostingTier)):
            met = places.codes_at(ids) > 0
            if not met.all():
                missing = np.flatnonzero(~met)
                met[missing] = places.codes_at(self._wholes(ids.take(missing))) >= TAGS
                ids = ids.compress(met)
        return ids

    def _wholes(self, ids: Ids) -> Ids:
        return ids - self._columns.places.take(ids)

    def best(self, ids: Ids, demos: int, limits: Limits) -> _Best:
        """The best demos by their best entries."""
        ids = self._likely(ids, limits)
        scores, shares, own = self._scores(ids)
        keep = (own > 0) & (shares >= self._least_share)
        if not keep.all():
            ids, scores = ids.compress(keep), scores.compress(keep)
        if len(ids) > limits.best:
            top = np.argpartition(scores, len(scores) - limits.best)[-limits.best :]
            ids, scores = ids.take(top), scores.take(top)
        order = np.lexsort((-ids, -self._columns.days.take(ids).astype(np.int32), -scores))
        ids, scores = ids.take(order), scores.take(order)
        wholes = self._wholes(ids).tolist()
        best = list(dict.fromkeys(wholes))[:demos]
        if not best:
            return _Best()
        chosen = set(best)
        mine = ids.take([at for at, whole in enumerate(wholes) if whole in chosen])
        return _Best(np.array(best), mine, float(scores[wholes.index(best[-1])]))

    @property
    def _least_share(self) -> float:
        return _LEAST_SHARE if self._question.any_of else 1 - 1e-6

    def _likely(self, ids: Ids, limits: Limits) -> Ids:
        """At most so many: those where a term stands in a heading, and then the newest."""
        most = limits.most if len(self._question.places) == 1 else limits.most // 2
        if len(ids) <= most:
            return ids
        best = self._question.places[0].codes_at(ids)
        for places in self._question.places[1:]:
            best = np.maximum(best, places.codes_at(ids))
        headed = ids.compress(best >= TAGS)
        if len(headed) >= limits.enough:
            return newest(headed, most)
        return np.concatenate([headed, newest(ids.compress(best < TAGS), most - len(headed))])

    def judged(self, ids: Ids) -> list[ScoredEntry]:
        """The entries that answer, with what they answer."""
        if self._question.allowed is not None:
            ids = ids.compress(self._question.allowed.take(ids))
        scores, shares, own = self._scores(ids)
        keep = (own > 0) & (shares >= self._least_share)
        ids = ids.compress(keep)
        columns: dict[str, NDArray[Any]] = {
            "entry_id": ids, "whole": self._wholes(ids), "place": self._columns.places.take(ids),
            "day": self._columns.days.take(ids), "score": scores.compress(keep), "share": shares.compress(keep),
            "own": own.compress(keep),
        }  # fmt: skip
        rows = zip(*(columns[name].tolist() for name in ScoredEntry._fields), strict=True)
        return [ScoredEntry(*row) for row in rows]

    def _scores(self, ids: Ids) -> tuple[Amounts, Amounts, NDArray[np.uint8]]:
        """Scores, shares of the worth met, and the number of terms each entry has itself."""
        columns, place = self._columns, self._columns.places.take(ids)
        is_whole = place == 0
        headings = columns.headings.take(ids).astype(np.intp) + 1024 * ~is_whole
        texts = columns.texts.take(ids).astype(np.intp)
        scores, met = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
        own = np.zeros(len(ids), np.uint8)
        begins, wholes = is_whole.copy(), None if is_whole.all() else ids - place
        for number, (places, value) in enumerate(zip(self._question.places, self._question.worths, strict=True)):
            codes, amounts = _strongest(places, ids, headings, texts)
            mine = codes > 0
            own += mine
            begins &= (codes & BEGINS > 0) if not number else (codes >> 6 > 0)
            inherited = np.zeros(len(ids), np.bool_)
            if wholes is not None:
                inherited = ~is_whole & (places.codes_at(wholes) >= TAGS)
                amounts += np.float32(WEIGHTS.context) * inherited
            met += np.float32(value) * (mine | inherited)
            scores += np.float32(value) * (amounts / (np.float32(WEIGHTS.saturation) + amounts))
        begins &= own == len(self._question.places)
        scores[begins] *= WEIGHTS.title_begins
        scores *= factors_of(place, columns.days.take(ids), self._question.today)
        return scores, met / np.float32(sum(self._question.worths)), own


def _strongest(places: TermReader, ids: Ids, headings: Ids, texts: Ids) -> tuple[Codes, Amounts]:
    """The codes a term has in entries, and what they come to: of the whole word, or less of longer ones."""
    codes, amounts = np.zeros(len(ids), np.uint8), np.zeros(len(ids), np.float32)
    for held in places.held:
        mine = held.codes_at(ids)
        value = amounts_of(mine, headings, texts)
        if held is places.begun:
            value *= np.float32(WEIGHTS.unfinished)
        codes, amounts = codes | mine, np.maximum(amounts, value)
    return codes, amounts
