"""How well an entry answers a query, from its folded fields alone. Pure.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009): a word counts by the field it stands in, the
fields are added up before they saturate, so a word in title and text is not counted twice over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from library.catalog import Entry, Term

# Weight and usual number of words of title, tags, step title, text, context: a title is chosen, a text just happens.
_FIELDS = ((8.0, 5), (2.5, 4), (4.0, 5), (1.0, 25), (0.4, 9))
_LENGTH_MATTERS = 0.25  # longer fields count less, but only a little: steps are short anyway
_SATURATION = 1.2
_UNFINISHED = 0.6  # a word that only begins like the one typed, against the whole word
_PHRASE = 1.2
_TITLE_BEGINS = 1.5
_FRESH, _FRESH_MS = 0.05, 60 * 86_400_000  # a demo of today against one of old: 5 %, halved every sixty days
_LATER_STEP = 0.002  # among equals the earlier step; never more than a tenth in all


class Judged(NamedTuple):
    """An entry with its score; ``share``: of what the terms are worth, how much it met (0 to 1).

    ``own``: how many of the terms stand in it, not only in its demo's title.
    """

    entry: Entry
    score: float
    share: float
    own: int


class Judge:
    """Scores entries for one query. ``total`` and ``frequencies`` are the catalog's, ``now_unix_ms`` is now."""

    def __init__(self, terms: Sequence[Term], total: int, frequencies: Sequence[int], now_unix_ms: int) -> None:
        self._terms, self._now = terms, now_unix_ms
        self._worth = [math.log(1 + (total - min(n, total) + 0.5) / (min(n, total) + 0.5)) for n in frequencies]
        self._phrase = " " + " ".join(term.word for term in terms) + ("" if terms and terms[-1].prefix else " ")

    def judge(self, entry: Entry) -> Judged:
        """The entry's score, above 0 when it holds any of the terms."""
        fields = (entry.title, entry.tags, entry.step_title, entry.text, entry.context)
        filled = [(field, _scale(field, at), at < len(fields) - 1) for at, field in enumerate(fields) if field]
        score, met, own = 0.0, 0.0, 0
        for term, worth in zip(self._terms, self._worth, strict=True):
            amount, stands_in_it = 0.0, False
            for field, scale, is_own in filled:
                if count := _presence(field, term):
                    amount += count * scale
                    stands_in_it |= is_own
            if amount:
                met += worth
                own += stands_in_it
                score += worth * amount / (_SATURATION + amount)
        if not met:
            return Judged(entry, 0.0, 0.0, 0)
        return Judged(entry, score * self._favour(entry, fields), met / sum(self._worth), own)

    def _favour(self, entry: Entry, fields: Sequence[str]) -> float:
        age_ms = max(0, self._now - entry.updated_unix_ms)
        favour = 1 + _FRESH * math.exp2(-age_ms / _FRESH_MS)
        if entry.title.startswith(self._phrase):
            favour *= _TITLE_BEGINS
        if len(self._terms) > 1 and any(self._phrase in field for field in fields[:4]):
            favour *= _PHRASE
        return favour * (1 - min(0.1, _LATER_STEP * entry.number))


def _scale(field: str, at: int) -> float:
    """What a word in a field counts: the field's weight, less in a long one."""
    weight, usual = _FIELDS[at]
    return weight / (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * field.count(" ") / usual)


def _presence(field: str, term: Term) -> float:
    """How often the term stands in a folded field; unfinished words count less."""
    begun = field.count(f" {term.word}")
    if not begun:
        return 0.0
    whole = field.count(f" {term.word} ")
    return whole + _UNFINISHED * (begun - whole) if term.prefix else float(whole)
