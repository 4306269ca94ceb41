"""The stretch of a text that shows why it was found, and the moment those words were said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from library.catalog.word_times import Moments, Spoken, moments
from library.index.model import Term
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
    return _snippet(text, met_in(text, terms) if terms else ())


def shown(text: str, spoken: bytes, terms: Sequence[Term]) -> tuple[Snippet, int | None]:
    """The snippet of an entry, and when (ms) the best stretch of its met words was said; None when none of them was.

    ``spoken`` is packed beside the text (``spoken.py``): both come from looking through the text once.
    """
    met = met_in(text, terms)
    said = moments(spoken)
    if isinstance(said, Moments):
        return _snippet(text, met), _said_at(met, said, text)
    return _snippet(text, met), moment(said, terms)


def _snippet(text: str, met: Sequence[_Met]) -> Snippet:
    if len(text) <= LONGEST:
        return Snippet(text, tuple([Match(one.start, one.end) for one in met]))
    cluster = _best(met, _fits_a_snippet)
    start, end = _window(text, cluster[0].start if cluster else 0, cluster[-1].end if cluster else 0)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    inside = [one for one in met if start <= one.start and one.end <= end]
    return Snippet(before + text[start:end] + after, tuple([Match(m.start + shift, m.end + shift) for m in inside]))


def _said_at(met: Sequence[_Met], said: Moments, text: str) -> int | None:
    """When the best stretch of what was met begins, as far as it stands in the said part of the text."""
    cluster = _best([one for one in met if one.start >= said.begin], _near_in_words)
    if not cluster:
        return None
    first = cluster[0].place - text.count(" ", 0, said.begin)
    return sum(said.steps[: first + 1]) if first < len(said.steps) else None


def moment(spoken: Spoken, terms: Sequence[Term]) -> int | None:
    """When (ms) the best stretch of met words begins; None when none of them was said."""
    met = [one._replace(place=at) for at, (word, _) in enumerate(spoken) for one in met_in(word, terms)]
    cluster = _best(met, _near_in_words)
    return spoken[cluster[0].place][1] if cluster else None


def _fits_a_snippet(first: _Met, last: _Met) -> bool:
    return last.end - first.start <= LONGEST - _BEFORE // 2


def _near_in_words(first: _Met, last: _Met) -> bool:
    return last.place - first.place <= _NEAR


def met_in(text: str, terms: Sequence[Term]) -> list[_Met]:
    """The words of a text that are one of the terms, in order."""
    if text.isascii() and "'" not in text:  # nearly every text; ten times as fast
        return _met_plain(text, text.lower(), terms)
    met = []
    for token in tokens(text):
        fits = (i for i, t in enumerate(terms) if token.word == t.word or (t.prefix and token.word.startswith(t.word)))
        if (term := next(fits, None)) is not None:
            met.append(_Met(token.start, token.end, term, text.count(" ", 0, token.start)))
    return met


def _met_plain(text: str, plain: str, terms: Sequence[Term]) -> list[_Met]:
    """The same in plain letters, word by word and without a pattern: each keystroke would compile one of its own."""
    ends: dict[int, tuple[int, int]] = {}
    for number, term in enumerate(terms):
        start = plain.find(term.word)
        while start >= 0:
            end = start + len(term.word)
            while term.prefix and plain[end : end + 1].isalnum():
                end += 1
            if not (plain[start - 1 : start].isalnum() or plain[end : end + 1].isalnum()):
                ends.setdefault(start, (end, number))
            start = plain.find(term.word, end)
    met, place, last = [], 0, 0
    for start in sorted(ends):
        place += text.count(" ", last, start)
        last = start
        met.append(_Met(start, *ends[start], place))
    return met


def _best(met: Sequence[_Met], near: Callable[[_Met, _Met], bool]) -> Sequence[_Met]:
    """The run of neighbours with the most different terms; of equals the tightest, then the earliest."""
    if len(met) < 2:
        return met
    terms = len({one.term for one in met})
    if terms == 1:
        return met[:1]
    if terms == len(met) and near(met[0], met[-1]):
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
    """The characters of a longer text to show around ``[start, end)``, at word boundaries and within LONGEST."""
    room = LONGEST - 4  # two ellipses with their spaces
    begin = max(0, min(start - _BEFORE, len(text) - room))
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    finish = min(len(text), begin + room)
    if finish < len(text):
        space = text.rfind(" ", max(begin, end), finish)
        finish = space if space > begin else finish
    return begin, finish
