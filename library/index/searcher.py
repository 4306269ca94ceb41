"""Runs one search: reads posting lists, turns filters into a mask, scores the candidates and picks the best demos.

Owns vectorised scoring with the tables of ``score_tables.py``, and the early stop when no later batch can score higher.
Does not know how the index is stored. Does not group or display.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from library.index.candidates import BOUNDED, IndexQuery, Limits, candidate_batches, entries_of, newest, unique
from library.index.documents import DAY_MS, FACET
from library.index.entry_stats import EntryStatsTable
from library.index.index_reader import IndexReader, TermReader
from library.index.model import Filters, ScoredEntry, Session, Term
from library.index.postings import Codes, Ids
from library.index.ranking import WEIGHTS, idf
from library.index.score_tables import Amounts, amounts_of, factors_of
from library.index.term_flags import BEGINS, TAGS, PostingTier


def match(
    index: IndexReader, session: Session, terms: Sequence[Term], demos: int, *, any_of: bool, filters: Filters,
    pause: Callable[[], None], limits: Limits = BOUNDED,
) -> list[ScoredEntry]:  # fmt: skip
    """See Catalog."""
    index.follow(session)
    readers = []
    for term in terms:
        pause()
        readers.append(index.term(term, likely=len(terms) == 1 and limits is BOUNDED))
    if not any_of and not all(one.postings for one in readers):
        return []
    allowed = _allowed(index, filters) if filters else None
    if not terms:
        return _newest(index, demos, allowed)
    today = int(time.time() * 1000) // DAY_MS
    idfs = [idf(index.total, one.frequency) for one in readers]
    query = IndexQuery(readers, idfs, any_of, allowed, today)
    return score(query, index.stats, demos, pause=pause, limits=limits)


def passing(index: IndexReader, session: Session, filters: Filters) -> set[int]:
    """The first entries of all demos that pass filters."""
    index.follow(session)
    return set(np.flatnonzero((index.stats.places == 0) & _allowed(index, filters)).tolist())


def _allowed(index: IndexReader, filters: Filters) -> NDArray[np.bool_]:
    """The entries that pass the filters: a step by its demo's author, tags and age, and by its own program."""
    stats = index.stats
    wholes = np.arange(len(stats.days)) - stats.places
    allowed = stats.days > 0
    if filters.since_unix_ms:
        allowed &= stats.days >= filters.since_unix_ms // DAY_MS
    for name, words in (("author", filters.author), ("tag", filters.tag)):
        for word in words:
            allowed &= index.prefix_codes(f"{FACET}{name}:{word}").take(wholes) > 0
    for word in filters.app:
        there = index.prefix_codes(f"{FACET}app:{word}") > 0
        there[wholes[there]] = True  # the whole demo passes if one of its steps does
        allowed &= there
    return allowed


def _newest(index: IndexReader, demos: int, allowed: NDArray[np.bool_] | None) -> list[ScoredEntry]:
    stats = index.stats
    there = (stats.places == 0) & (stats.days > 0)
    wholes = np.flatnonzero(there if allowed is None else there & allowed)
    order = np.lexsort((-wholes, -stats.days[wholes].astype(np.int32)))[:demos]
    return [ScoredEntry(int(one), int(one), 0, int(stats.days[one]), 0.0, 1.0, 1) for one in wholes[order]]


def score(
    query: IndexQuery, stats: EntryStatsTable, demos: int, *, pause: Callable[[], None], limits: Limits = BOUNDED
) -> list[ScoredEntry]:
    """The matching entries of about the best ``demos`` demos, best demo first. ``pause`` may raise Cancelled."""
    if not query.terms:
        return []
    scorer = _Scorer(query, stats)
    best = _Best()
    for one in candidate_batches(query, stats, limits):
        pause()
        best = scorer.best(unique([scorer.fitting(one.ids), best.ids], stats), demos, limits)
        if len(best.wholes) == demos and best.least >= one.rest:
            break
    if not len(best.wholes):
        return []
    return scorer.scored_entries(unique([entries_of(best.wholes, stats), best.ids], stats))


class _Best(NamedTuple):
    """The best demos, best first, with their best entries; ``least``: the score of the last demo."""

    wholes: Ids = np.empty(0, np.intp)
    ids: Ids = np.empty(0, np.intp)
    least: float = 0.0


class _Scores(NamedTuple):
    """Of each entry the score, the share of the total idf, and the number of terms in the entry itself.

    If detailed, also ``met`` and ``top`` as in ScoredEntry.
    """

    scores: Amounts
    shares: Amounts
    own: NDArray[np.uint8]
    met: NDArray[np.int64]
    top: Codes


class _Scorer:
    def __init__(self, query: IndexQuery, stats: EntryStatsTable) -> None:
        self._query, self._stats = query, stats

    def fitting(self, ids: Ids) -> Ids:
        """The entries that exist, pass the filters and match every required term."""
        ids = ids.compress(self._stats.days.take(ids) > 0)
        if self._query.allowed is not None:
            ids = ids.compress(self._query.allowed.take(ids))
        if self._query.any_of or len(self._query.terms) == 1:
            return ids
        for reader in sorted(self._query.terms, key=lambda reader: reader.count(*PostingTier)):
            met = reader.codes_at(ids) > 0
            if not met.all():
                missing = np.flatnonzero(~met)
                met[missing] = reader.codes_at(self._wholes(ids.take(missing))) >= TAGS
                ids = ids.compress(met)
        return ids

    def _wholes(self, ids: Ids) -> Ids:
        return ids - self._stats.places.take(ids)

    def best(self, ids: Ids, demos: int, limits: Limits) -> _Best:
        """The ``demos`` best demos by their best entries."""
        ids = self._likely(ids, limits)
        found = self._scores(ids)
        keep, scores = self._kept(found), found.scores
        if not keep.all():
            ids, scores = ids.compress(keep), scores.compress(keep)
        if len(ids) > limits.best:
            top = np.argpartition(scores, len(scores) - limits.best)[-limits.best :]
            ids, scores = ids.take(top), scores.take(top)
        order = np.lexsort((-ids, -self._stats.days.take(ids).astype(np.int32), -scores))
        ids, scores = ids.take(order), scores.take(order)
        wholes = self._wholes(ids).tolist()
        best = list(dict.fromkeys(wholes))[:demos]
        if not best:
            return _Best()
        chosen = set(best)
        mine = ids.take([at for at, whole in enumerate(wholes) if whole in chosen])
        return _Best(np.array(best), mine, float(scores[wholes.index(best[-1])]))

    def _kept(self, found: _Scores) -> NDArray[np.bool_]:
        """Which entries match as many terms as they must, one of them themselves."""
        return found.own > 0 if self._query.any_of else (found.own > 0) & (found.shares >= 1 - 1e-6)

    def _likely(self, ids: Ids, limits: Limits) -> Ids:
        """At most ``limits.most`` entries: those with a term in a heading, then the newest."""
        most = limits.most if len(self._query.terms) == 1 else limits.most // 2
        if len(ids) <= most:
            return ids
        best = self._query.terms[0].codes_at(ids)
        for reader in self._query.terms[1:]:
            best = np.maximum(best, reader.codes_at(ids))
        headed = ids.compress(best >= TAGS)
        if len(headed) >= limits.enough:
            return newest(headed, most)
        return np.concatenate([headed, newest(ids.compress(best < TAGS), most - len(headed))])

    def scored_entries(self, ids: Ids) -> list[ScoredEntry]:
        if self._query.allowed is not None:
            ids = ids.compress(self._query.allowed.take(ids))
        found = self._scores(ids, detailed=True)
        keep = self._kept(found)
        ids = ids.compress(keep)
        fields: dict[str, NDArray[Any]] = {
            "entry_id": ids, "whole": self._wholes(ids), "place": self._stats.places.take(ids),
            "day": self._stats.days.take(ids), "score": found.scores.compress(keep),
            "share": found.shares.compress(keep), "own": found.own.compress(keep), "met": found.met.compress(keep),
            "top": found.top.compress(keep),
        }  # fmt: skip
        rows = zip(*(fields[name].tolist() for name in ScoredEntry._fields), strict=True)
        return [ScoredEntry(*row) for row in rows]

    def _scores(self, ids: Ids, *, detailed: bool = False) -> _Scores:
        stats, place = self._stats, self._stats.places.take(ids)
        is_whole = place == 0
        headings = stats.headings.take(ids).astype(np.intp) + 1024 * ~is_whole
        texts = stats.texts.take(ids).astype(np.intp)
        scores, shares = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
        own, top = np.zeros(len(ids), np.uint8), np.zeros(len(ids), np.uint8)
        bits = np.zeros(len(ids) if detailed else 0, np.int64)
        begins, wholes = is_whole.copy(), None if is_whole.all() else ids - place
        for number, (reader, value) in enumerate(zip(self._query.terms, self._query.idfs, strict=True)):
            codes, amounts = _strongest(reader, ids, headings, texts)
            mine = codes > 0
            own += mine
            begins &= (codes & BEGINS > 0) if not number else (codes >> 6 > 0)
            inherited = np.zeros(len(ids), np.bool_)
            if wholes is not None:
                inherited = ~is_whole & (reader.codes_at(wholes) >= TAGS)
                amounts += np.float32(WEIGHTS.context) * inherited
            met = mine | inherited
            if detailed:
                np.maximum(top, codes, out=top)
                bits |= met.astype(np.int64) << number
            shares += np.float32(value) * met
            scores += np.float32(value) * (amounts / (np.float32(WEIGHTS.saturation) + amounts))
        begins &= own == len(self._query.terms)
        scores[begins] *= WEIGHTS.title_begins
        scores *= factors_of(place, stats.days.take(ids), self._query.today)
        return _Scores(scores, shares / np.float32(sum(self._query.idfs)), own, bits, top)


def _strongest(reader: TermReader, ids: Ids, headings: Ids, texts: Ids) -> tuple[Codes, Amounts]:
    """The codes of a term in entries, and their weights: the exact word counts more than variants and longer words."""
    codes, amounts = np.zeros(len(ids), np.uint8), np.zeros(len(ids), np.float32)
    for postings in reader.postings:
        mine = postings.codes_at(ids)
        value = amounts_of(mine, headings, texts)
        if (weight := reader.weight(postings)) < 1:
            value *= np.float32(weight)
        codes, amounts = codes | mine, np.maximum(amounts, value)
    return codes, amounts
