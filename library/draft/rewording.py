"""Puts words right: what was said in a step, and a word wherever it stands in a text or a transcript.

Owns that a changed transcript keeps its times: words that stay keep theirs, new ones share the time of those they
replace. What was recognized before stays in ``Segment.heard``. Pure; on the clock of the transcript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from msgspec.structs import replace

from capture.span import Span
from library.text import clean, is_unspaced
from transcribe.model import Segment, Step, Transcript, Word
from transcribe.words import joined, spread, words_of

_Place = tuple[int, Word]
"""A word, and the index of its segment."""
_Run = tuple[list[_Place], list[str]]
"""Words that stand beside each other, and the texts that replace them."""


def with_said(transcript: Transcript, step: Step, text: str) -> Transcript:
    """The transcript after the words of a step were changed to ``text``; ``step`` still has those from before.

    What was said in the step and is not in its words (an aside) stays. Unchanged where nothing was said, or without
    text. A word belongs to the step that contains its middle.
    """
    places = [(at, word) for at, segment in enumerate(transcript.segments) for word in words_of(segment)]
    inside = [place for place in places if step.contains((place[1].start_ms + place[1].end_ms) // 2)]
    said = [word.text.strip() for _, word in inside]
    texts = _merged(said, step.text.split(), text.split())
    if not inside or not text.strip() or texts == said:
        return transcript
    first = places.index(inside[0])
    told = [place for run in _runs(inside, texts) for place in _told(run)]
    return _with_words(transcript, [*places[:first], *told, *places[first + len(inside) :]])


def _merged(said: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What was said with the changes from ``before`` to ``after``."""
    if not before:
        return list(after)
    early: list[str] = []
    changed: list[list[str]] = [[] for _ in before]
    for kind, a, b, c, d in _alignment(before, after):
        if kind == "equal":
            changed[a:b] = [[text] for text in after[c:d]]
        elif a < b:
            changed[a].extend(after[c:d])
        else:
            (changed[a - 1] if a else early).extend(after[c:d])
    merged = early
    for _, a, b, c, d in _alignment(said, before):
        merged.extend(text for some in changed[c:d] for text in some) if c < d else merged.extend(said[a:b])
    return merged


def _alignment(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """As ``SequenceMatcher.get_opcodes``, whatever the case and marks of the words."""
    keys = [_key(text) for text in before], [_key(text) for text in after]
    return SequenceMatcher(None, *keys, autojunk=False).get_opcodes()


def _runs(before: Sequence[_Place], texts: Sequence[str]) -> Iterator[_Run]:
    """The alignment of words and texts. Inserted texts share the time of the word before, or of the first word."""
    runs: list[_Run] = []
    early: list[str] = []
    for kind, a, b, c, d in _alignment([word.text for _, word in before], texts):
        if kind == "equal":
            runs += [([place], [text]) for place, text in zip(before[a:b], texts[c:d], strict=True)]
        elif kind != "insert":
            runs.append((list(before[a:b]), list(texts[c:d])))
        elif runs:
            runs[-1][1].extend(texts[c:d])
        else:
            early += texts[c:d]
    runs[0][1][:0] = early
    yield from runs


def _told(run: _Run) -> list[_Place]:
    places, texts = run
    at, first = places[0]
    if len(places) == len(texts) == 1 and first.text.strip() == texts[0]:
        return places
    words = [Word(0, 0, text=text) for text in texts]
    return [(at, word) for word in spread(words, [Span(first.start_ms, places[-1][1].end_ms)])] if words else []


def _key(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text.strip()


def _with_words(transcript: Transcript, places: Sequence[_Place]) -> Transcript:
    """The transcript with these words in its segments; a segment without any is left out."""
    words = {at: tuple(word for _, word in some) for at, some in groupby(places, key=lambda place: place[0])}
    segments = []
    for at, segment in enumerate(transcript.segments):
        if at not in words and words_of(segment):
            continue
        same = words.get(at, ()) == tuple(words_of(segment))
        segments.append(segment if same else _retold(segment, words[at]))
    return replace(transcript, segments=tuple(segments))


def _retold(segment: Segment, words: Sequence[Word]) -> Segment:
    heard = segment.heard or segment.text
    return Segment(words[0].start_ms, words[-1].end_ms, text=joined(words), words=tuple(words), heard=heard)


class WordReplacement:
    """Replaces a word, or a few that stand together, ignoring case; never a part of a longer word.

    ``new`` is written as given; where it begins in lower case and replaces a word with a capital, it gets one.
    """

    def __init__(self, old: str, new: str) -> None:
        self._old, self.new = clean(old), clean(new)
        inner = r"\s+".join(map(re.escape, self._old.split()))
        before = "" if is_unspaced(self._old[:1]) else r"(?<!\w)"
        after = "" if is_unspaced(self._old[-1:]) else r"(?!\w)"
        self._found = re.compile(f"{before}{inner}{after}", re.IGNORECASE)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for, or nothing to put there."""
        return not any(letter.isalnum() for letter in self._old) or not self.new

    def in_text(self, text: str) -> tuple[str, int]:
        """The text with the new word, and in how many places it changed."""
        places = [found for found in self._found.finditer(text) if self._for(found[0]) != found[0]]
        for found in reversed(places):
            text = text[: found.start()] + self._for(found[0]) + text[found.end() :]
        return text, len(places)

    def in_transcript(self, transcript: Transcript) -> tuple[Transcript, int]:
        """The transcript with the new word, and in how many places it changed."""
        segments, count = [], 0
        for segment in transcript.segments:
            words, changed = self._in_words(list(words_of(segment)))
            segments.append(_retold(segment, words) if changed else segment)
            count += changed
        return replace(transcript, segments=tuple(segments)), count

    def _in_words(self, words: list[Word]) -> tuple[list[Word], int]:
        """The words of a segment from its end to its beginning, so that what is before a place stays where it is."""
        text = joined(words)
        ends = [len(joined(words[: n + 1])) for n in range(len(words))]
        starts = [end - len(word.text.strip()) for end, word in zip(ends, words, strict=True)]
        count = 0
        for found in reversed(list(self._found.finditer(text))):
            inside = [n for n in range(len(ends)) if starts[n] < found.end() and ends[n] > found.start()]
            if self._for(found[0]) == found[0]:
                continue
            a, b = inside[0], inside[-1] + 1
            told = text[starts[a] : found.start()] + self._for(found[0]) + text[found.end() : ends[b - 1]]
            words[a:b] = [Word(words[a].start_ms, words[b - 1].end_ms, text=told)]
            # Another place may be in the same word, as twice in “log-log”.
            text = text[: starts[a]] + told + text[ends[b - 1] :]
            starts[a:b], ends[a:b] = [starts[a]], [starts[a] + len(told)]
            count += 1
        return [part for word in words for part in _parts(word)], count

    def _for(self, old: str) -> str:
        if old[:1].isupper() and self.new[:1].islower() and old.casefold() != self.new.casefold():
            return self.new[0].upper() + self.new[1:]
        return self.new


def _parts(word: Word) -> list[Word]:
    """A replaced word as the words it consists of."""
    texts = word.text.split()
    if len(texts) < 2:
        return [word]
    return spread([Word(0, 0, text=text) for text in texts], [word.span])
