"""The stretch of a text that shows why it was found, and the moment those words were said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from library.catalog import Term
from library.model import Match
from library.text import Token, tokens

LONGEST = 120
"""Characters of a snippet, ellipses included."""

_BEFORE = 40  # characters shown before the first word that was met, so that it reads as a sentence
_NEAR = 12  # words that still belong to one utterance


class Snippet(NamedTuple):
    """A stretch of text and the characters in it that were met."""

    text: str
    matches: tuple[Match, ...] = ()


class _Met(NamedTuple):
    place: int  # among all tokens
    token: Token
    term: int


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """The stretch of at most LONGEST characters that holds the most of the terms, the earliest of such."""
    met = _met(list(tokens(text)), terms)
    cluster = _best(met, lambda first, last: last.token.end - first.token.start <= LONGEST - _BEFORE // 2)
    start, end = _window(text, cluster[0].token.start if cluster else 0, cluster[-1].token.end if cluster else 0)
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(head) - start
    inside = (m.token for m in met if m.token.start >= start and m.token.end <= end)
    return Snippet(head + text[start:end] + tail, tuple(Match(t.start + shift, t.end + shift) for t in inside))


def moment(spoken: Sequence[tuple[str, int]], terms: Sequence[Term]) -> int | None:
    """When (ms) the best stretch of met words begins; None when none of them was said."""
    words = [Token(token.word, at, at) for at, (word, _) in enumerate(spoken) for token in tokens(word)]
    cluster = _best(_met(words, terms), lambda first, last: last.place - first.place <= _NEAR)
    return spoken[cluster[0].token.start][1] if cluster else None


def _met(words: Sequence[Token], terms: Sequence[Term]) -> list[_Met]:
    found = []
    for place, token in enumerate(words):
        fits = (i for i, t in enumerate(terms) if token.word == t.word or (t.prefix and token.word.startswith(t.word)))
        if (term := next(fits, None)) is not None:
            found.append(_Met(place, token, term))
    return found


def _best(met: Sequence[_Met], near: Callable[[_Met, _Met], bool]) -> Sequence[_Met]:
    """The run of neighbours with the most different terms; of equals the tightest, then the earliest."""
    best: tuple[tuple[int, int, int], Sequence[_Met]] = ((0, 0, 0), ())
    first = 0
    for last in range(len(met)):
        while first < last and not near(met[first], met[last]):  # one word alone may be longer than any snippet
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
