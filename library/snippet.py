"""The stretch of a text that shows why it was found, and the moment those words were said. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from library.catalog import Term
from library.model import Match
from library.text import tokens

LONGEST = 120
"""Characters of a snippet, ellipses included."""

_BEFORE = 40  # characters shown before the first word that was met, so that it reads as a sentence
_NEAR = 12  # words that still belong to one utterance


class Snippet(NamedTuple):
    """A stretch of text and the characters in it that were met."""

    text: str
    matches: tuple[Match, ...] = ()


class _Met(NamedTuple):
    start: int  # characters of the text
    end: int
    term: int
    place: int  # among all words; only where nearness is counted in words


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """The stretch of at most LONGEST characters that holds the most of the terms, the earliest of such."""
    met = list(_met(text, tuple(terms))) if terms else []
    cluster = _best(met, lambda first, last: last.end - first.start <= LONGEST - _BEFORE // 2)
    start, end = _window(text, cluster[0].start if cluster else 0, cluster[-1].end if cluster else 0)
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(head) - start
    inside = (one for one in met if one.start >= start and one.end <= end)
    return Snippet(head + text[start:end] + tail, tuple(Match(one.start + shift, one.end + shift) for one in inside))


def moment(spoken: Sequence[tuple[str, int]], terms: Sequence[Term]) -> int | None:
    """When (ms) the best stretch of met words begins; None when none of them was said."""
    said = " ".join([word for word, _ in spoken])
    met = list(_met(said, tuple(terms)))
    if said.count(" ") != len(spoken) - 1:  # a word with spaces in it
        met = [one._replace(place=at) for at, (word, _) in enumerate(spoken) for one in _met(word, tuple(terms))]
    cluster = _best(met, lambda first, last: last.place - first.place <= _NEAR)
    return spoken[cluster[0].place][1] if cluster else None


def _met(text: str, terms: tuple[Term, ...]) -> Iterator[_Met]:
    """The words of a text that are one of the terms, in order."""
    if text.isascii() and "'" not in text:  # nearly every text; ten times as fast
        plain, place, last = text.lower(), 0, 0
        for found in _pattern(terms).finditer(plain):
            start = found.start()
            place += plain.count(" ", last, start)
            last = start
            yield _Met(start, found.end(), (found.lastindex or 1) - 1, place)
        return
    for token in tokens(text):
        fits = (i for i, t in enumerate(terms) if token.word == t.word or (t.prefix and token.word.startswith(t.word)))
        if (term := next(fits, None)) is not None:
            yield _Met(token.start, token.end, term, text.count(" ", 0, token.start))


@lru_cache(128)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """The terms as words of plain text, each in a group of its own."""
    ways = (f"({re.escape(term.word)}{'[a-z0-9]*' if term.prefix else ''})" for term in terms)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(ways)})(?![a-z0-9])")


def _best(met: Sequence[_Met], near: Callable[[_Met, _Met], bool]) -> Sequence[_Met]:
    """The run of neighbours with the most different terms; of equals the tightest, then the earliest."""
    if len(met) < 2:
        return met
    best: tuple[tuple[int, int, int], Sequence[_Met]] = ((0, 0, 0), ())
    first = 0
    for last in range(len(met)):
        while not near(met[first], met[last]):
            first += 1
        run = _tight(met[first : last + 1])
        rank = (len({m.term for m in run}), run[0].place - run[-1].place, -run[0].place)
        if not best[1] or rank > best[0]:
            best = (rank, run)
    return best[1]


def _tight(run: Sequence[_Met]) -> Sequence[_Met]:
    """The run without leading words that come again later in it."""
    at = 0
    while any(m.term == run[at].term for m in run[at + 1 :]):
        at += 1
    return run[at:]


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters to show around ``[start, end)``, at word boundaries and within LONGEST."""
    room = LONGEST - 4  # two ellipses with their spaces
    if len(text) <= LONGEST:
        return 0, len(text)
    begin = max(0, min(start - _BEFORE, len(text) - room))
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    finish = min(len(text), begin + room)
    if finish < len(text):
        space = text.rfind(" ", max(begin, end), finish)
        finish = space if space > begin else finish
    return begin, finish
