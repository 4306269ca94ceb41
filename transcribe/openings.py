"""Where steps begin: sentences, clicks and markers gathered into openings, each of which becomes a Step.

Pure. Owns the parting; titles and stills are made in ``steps.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from capture.model import Click, Event, Marker, WindowChange
from capture.span import Span
from transcribe.heard import ends_sentence, joined, words_of
from transcribe.model import Transcript, Word
from transcribe.phrases import Kind, kind_of

LEAD_MS = 250
"""A step is replayed from a little before its first word."""
PAUSE_MS = 2_500
"""Talk after a longer pause stands on its own; sooner it belongs to the step before."""
BURST_MS = 2_500
"""Without words, clicks closer together are one step."""

_MOST = 24  # steps made of clicks alone; more than that nobody reads
_BEHIND_MS, _AHEAD_MS = (
    1_500,
    4_000,
)  # a marker means the sentence that began so long before it, or begins so long after


@dataclass(frozen=True)
class Sentence:
    """One sentence as it was said."""

    span: Span
    text: str
    kind: Kind


@dataclass
class Opening:
    """A step in the making: where it starts, what is said in it, and the note of the marker that made it."""

    start_ms: int
    said: list[Sentence] = field(default_factory=list)
    note: str = ""


def sentences_of(transcript: Transcript) -> list[Sentence]:
    """What was said, sentence by sentence, however the recognizer parted it."""
    gathered: list[list[Word]] = []
    for segment in transcript.segments:
        for index, word in enumerate(words_of(segment)):
            last = gathered[-1][-1] if gathered else None
            if last is None or ends_sentence(last) or (index == 0 and not _carries_on(last, word)):
                gathered.append([])
            gathered[-1].append(word)
    return [_sentence(words, transcript.language) for words in gathered]


def _carries_on(last: Word, word: Word) -> bool:
    return word.text.strip()[:1].islower() and word.start_ms - last.end_ms < PAUSE_MS


def _sentence(words: Sequence[Word], language: str) -> Sentence:
    text = joined(words)
    return Sentence(Span(words[0].start_ms, words[-1].end_ms), text, kind_of(text, language))


def from_words(sentences: Sequence[Sentence]) -> list[Opening]:
    """An instruction begins a step; so does talk after a long pause; a goodbye never does."""
    openings: list[Opening] = []
    for sentence in sentences:
        heard_ms = openings[-1].said[-1].span.end_ms if openings else 0
        if not openings or _begins(sentence, sentence.span.start_ms - heard_ms):
            openings.append(Opening(_lead(heard_ms, sentence)))
        openings[-1].said.append(sentence)
    if len(openings) > 1 and all(s.kind is Kind.CLOSING for s in openings[-1].said):
        openings[-2].said += openings.pop().said
    return openings


def _lead(heard_ms: int, sentence: Sentence) -> int:
    """A little before the sentence, but not within what was said before it."""
    return max(0, min(max(heard_ms, sentence.span.start_ms - LEAD_MS), sentence.span.start_ms))


def _begins(sentence: Sentence, pause_ms: int) -> bool:
    if sentence.kind is Kind.INSTRUCTION:
        return True
    return pause_ms > PAUSE_MS and " " in sentence.text  # not “Okay.” or “Good.”


def from_deeds(deeds: Sequence[Event]) -> list[Opening]:
    """Without words: a window that comes to the front or a click after a while begins a step; the first starts at 0."""
    moments = [deed.at_ms for deed in deeds if isinstance(deed, Click | WindowChange)]
    longest = sorted(((b - a, b) for a, b in pairwise(moments)), reverse=True)[: _MOST - 1]
    begins = sorted(at for pause, at in longest if pause >= BURST_MS)
    return [Opening(0), *(Opening(at - 2 * LEAD_MS) for at in begins)] if moments else []


def mark(openings: list[Opening], marker: Marker) -> None:
    """Begin a step at a marker: with the sentence it means, else at the very moment."""
    spoken = [(o, i, s.span.start_ms) for o in openings for i, s in enumerate(o.said)]
    starts = spoken or [(o, 0, o.start_ms) for o in openings]
    away = [(at - marker.at_ms, n) for n, (_, _, at) in enumerate(starts)]
    near = [(abs(ms), n) for ms, n in away if -_BEHIND_MS <= ms <= _AHEAD_MS]
    if not near:
        _insert(openings, Opening(marker.at_ms, note=marker.note))
        return
    opening, index, _ = starts[min(near)[1]]
    if index == 0:
        opening.note = opening.note or marker.note
        return
    start = _lead(opening.said[index - 1].span.end_ms, opening.said[index])
    later = Opening(max(opening.start_ms, start), opening.said[index:], marker.note)
    del opening.said[index:]
    _insert(openings, later)


def _insert(openings: list[Opening], new: Opening) -> None:
    before = [o for o in openings if o.start_ms <= new.start_ms]
    if before and not new.said:  # what is said after the marker is said in its step
        new.said = [s for s in before[-1].said if s.span.start_ms >= new.start_ms]
        before[-1].said = [s for s in before[-1].said if s.span.start_ms < new.start_ms]
    openings.insert(len(before), new)
