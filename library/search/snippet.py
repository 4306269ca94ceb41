"""Snippet: the part of a text with the matched words, and when the sentence that has them begins. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from library.catalog.word_times import Moments, Spoken, moments
from library.index.documents import ACRONYM, initial_of
from library.index.model import Term
from library.model import Match
from library.text import joined_words, tokens

LONGEST = 120
"""Most characters of a snippet, ellipses included."""

_BEFORE = 40  # characters shown before the first match, for context
_LONGEST_LEAD = 25  # words, about ten seconds
_SENTENCE_ENDS = (".", "?", "!", "。", "？", "！", "…")
_NEAR = 12  # largest distance in words within one utterance


class Snippet(NamedTuple):
    """A part of a text, and the ranges of matched characters in it."""

    text: str
    matches: tuple[Match, ...] = ()


class _TermMatch(NamedTuple):
    start: int  # characters of the text
    end: int
    term: int
    place: int  # word number in the text; only used for distances in words


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """The part of at most LONGEST characters with the most different terms; of equals the earliest."""
    return _snippet(text, matches_in(text, terms) if terms else ())


def shown(text: str, spoken: bytes, terms: Sequence[Term]) -> tuple[Snippet, int | None]:
    """The snippet of an entry, and when (ms) the sentence with the best run of matched words begins, if spoken.

    ``spoken`` is packed by ``library/catalog/word_times.py``. The text is searched once for both.
    """
    matches = matches_in(text, terms)
    times = moments(spoken)
    if isinstance(times, Moments):
        return _snippet(text, matches), _start_ms(matches, times, text)
    return _snippet(text, matches), moment(times, terms)


def _snippet(text: str, matches: Sequence[_TermMatch]) -> Snippet:
    if len(text) <= LONGEST:
        return Snippet(text, tuple([Match(one.start, one.end) for one in matches]))
    cluster = _best(matches, _fits_a_snippet)
    start, end = _window(text, cluster[0].start if cluster else 0, cluster[-1].end if cluster else 0)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    inside = [one for one in matches if start <= one.start and one.end <= end]
    return Snippet(before + text[start:end] + after, tuple([Match(m.start + shift, m.end + shift) for m in inside]))


def _start_ms(matches: Sequence[_TermMatch], times: Moments, text: str) -> int | None:
    """Start (ms) of the sentence with the best run of matches within the spoken part of the text."""
    cluster = _best([one for one in matches if one.start >= times.begin], _near_in_words)
    if not cluster:
        return None
    first = _sentence_start(text[times.begin :].split(" "), cluster[0].place - text.count(" ", 0, times.begin))
    return sum(times.steps[: first + 1]) if first < len(times.steps) else None


def moment(spoken: Spoken, terms: Sequence[Term]) -> int | None:
    """Start (ms) of the sentence with the best run of matched words; None when none of them was spoken."""
    matches = [one._replace(place=at) for at, (word, _) in enumerate(spoken) for one in matches_in(word, terms)]
    cluster = _best(matches, _near_in_words)
    return spoken[_sentence_start([word for word, _ in spoken], cluster[0].place)][1] if cluster else None


def _sentence_start(words: Sequence[str], at: int) -> int:
    """The first word of the sentence of word ``at``; of a long sentence, one not far before it."""
    earliest = max(0, at - _LONGEST_LEAD)
    ends = (before for before in range(at - 1, earliest - 1, -1) if words[before].endswith(_SENTENCE_ENDS))
    return next(ends, earliest - 1) + 1


def _fits_a_snippet(first: _TermMatch, last: _TermMatch) -> bool:
    return last.end - first.start <= LONGEST - _BEFORE // 2


def _near_in_words(first: _TermMatch, last: _TermMatch) -> bool:
    return last.place - first.place <= _NEAR


def matches_in(text: str, terms: Sequence[Term]) -> list[_TermMatch]:
    """The words of a text that match a term, in order."""
    spelt = spellings(terms)
    if text.isascii() and "'" not in text:  # nearly every text; ten times as fast
        matches = _ascii_matches(text, text.lower(), spelt)
    else:
        matches = []
        for token in tokens(text):
            fits = (at for at, word, prefix in spelt if token.word == word or (prefix and token.word.startswith(word)))
            if (term := next(fits, None)) is not None:
                matches.append(_TermMatch(token.start, token.end, term, text.count(" ", 0, token.start)))
    more = [
        one for one in _runs(text, terms, spelt) if not any(one.start < m.end and m.start < one.end for m in matches)
    ]
    return sorted([*matches, *more]) if more else matches


def _runs(text: str, terms: Sequence[Term], spelt: Sequence[tuple[int, str, bool]]) -> Iterator[_TermMatch]:
    """The hyphenated words that match as one word, and the words whose initials match."""
    for token in joined_words(text):
        numbers = [number for number, word, _ in spelt if token.word == word]
        if numbers:
            yield _TermMatch(token.start, token.end, numbers[0], text.count(" ", 0, token.start))
    for number, term in enumerate(terms):
        for name, *_ in term.variants:
            if name.startswith(ACRONYM):
                yield from _spelt_out(text, number, name.removeprefix(ACRONYM))


def _spelt_out(text: str, number: int, acronym: str) -> Iterator[_TermMatch]:
    found = list(tokens(text))
    for at in range(len(found) - len(acronym) + 1):
        run = found[at : at + len(acronym)]
        if "".join(initial_of(token.word) for token in run) == acronym:
            yield from (_TermMatch(one.start, one.end, number, text.count(" ", 0, one.start)) for one in run)


def spellings(terms: Sequence[Term]) -> list[tuple[int, str, bool]]:
    """Of each term its number, and each word to mark with whether longer words match too; the word itself first."""
    found = [(number, term.word, term.prefix) for number, term in enumerate(terms)]
    if any(term.variants for term in terms):
        for number, term in enumerate(terms):
            found += [(number, word, False) for variant in term.variants for word in variant]
    return found


def _ascii_matches(text: str, plain: str, spelt: Sequence[tuple[int, str, bool]]) -> list[_TermMatch]:
    """The same for ASCII text, with ``str.find``: a regular expression would be compiled for each keystroke."""
    ends: dict[int, tuple[int, int]] = {}
    for number, word, prefix in spelt:
        start = plain.find(word)
        while start >= 0:
            end = start + len(word)
            while prefix and plain[end : end + 1].isalnum():
                end += 1
            if not (plain[start - 1 : start].isalnum() or plain[end : end + 1].isalnum()):
                ends.setdefault(start, (end, number))
            start = plain.find(word, end)
    matches, place, last = [], 0, 0
    for start in sorted(ends):
        place += text.count(" ", last, start)
        last = start
        matches.append(_TermMatch(start, *ends[start], place))
    return matches


def _best(matches: Sequence[_TermMatch], near: Callable[[_TermMatch, _TermMatch], bool]) -> Sequence[_TermMatch]:
    """The run of near matches with the most different terms; of equals the shortest, then the earliest."""
    if len(matches) < 2:
        return matches
    terms = len({one.term for one in matches})
    if terms == 1:
        return matches[:1]
    if terms == len(matches) and near(matches[0], matches[-1]):
        return matches
    best: tuple[tuple[int, int, int], Sequence[_TermMatch]] = ((0, 0, 0), ())
    first = 0
    for last in range(len(matches)):
        while not near(matches[first], matches[last]):
            first += 1
        run = _tight(matches[first : last + 1])
        rank = (len({m.term for m in run}), run[0].place - run[-1].place, -run[0].place)
        if not best[1] or rank > best[0]:
            best = (rank, run)
    return best[1]


def _tight(run: Sequence[_TermMatch]) -> Sequence[_TermMatch]:
    """The run without leading matches whose term occurs again later in it."""
    at = 0
    while any(m.term == run[at].term for m in run[at + 1 :]):
        at += 1
    return run[at:]


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of a longer text to show around ``[start, end)``, at word boundaries and within LONGEST."""
    size = LONGEST - 4  # two ellipses with their spaces
    begin = max(0, min(start - _BEFORE, len(text) - size))
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    finish = min(len(text), begin + size)
    if finish < len(text):
        space = text.rfind(" ", max(begin, end), finish)
        finish = space if space > begin else finish
    return begin, finish
