"""Where steps begin: sentences, clicks and markers gathered into openings, each of which becomes a Step.

Pure. Owns the parting; titles and stills are made in ``steps.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from capture.model import Marker
from capture.span import Span, merge
from transcribe.model import Transcript, Word
from transcribe.steps.actions import UserAction, starts
from transcribe.steps.disfluency import fluent, restarts, takes_back
from transcribe.steps.sentences import SentenceKind, kind_of
from transcribe.words import ends_sentence, joined, words_of

LEAD_MS = 250
"""A step is replayed from a little before its first word."""
PAUSE_MS = 2_500
"""Talk after a longer pause stands on its own; sooner it belongs to the step before."""
SILENT_MS = 4_000
"""What is done that long after the last word is no longer what was said."""

CALM_MS = 2_500
"""A screen that stands still that long has something to read on it before it changes again."""

_MOST = 24  # steps made of deeds alone; more than that nobody reads
_CLAUSE_MS = 1_000  # what is said in less is no instruction to be followed on its own
_SPEECH_MS = 2_500  # a sentence that comes later does not mend the one before it
_BEHIND_MS, _AHEAD_MS = (
    1_500,
    4_000,
)  # a marker means the sentence that began so long before it, or begins so long after


@dataclass(frozen=True)
class Sentence:
    """One sentence as it was said."""

    span: Span
    text: str
    kind: SentenceKind


@dataclass
class StepStart:
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
    english = transcript.language in {"", "en"}
    clauses = (clause for words in gathered for clause in (_clauses(words) if english else [words]))
    sentences = [_sentence(words, transcript.language) for words in clauses]
    return _mended(sentences) if english else sentences


def _clauses(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence that says several things to do one after the other, parted before each “then”."""
    start = 0
    for at in range(1, len(words) - 1):
        if re.sub(r"\W", "", words[at].text).casefold() != "then":
            continue
        begin = at - 1 if words[at - 1].text.strip().casefold() == "and" else at
        lasts = words[begin].start_ms - words[start].start_ms >= _CLAUSE_MS
        if lasts and all(
            kind_of(joined(part)) is SentenceKind.INSTRUCTION for part in (words[start:begin], words[begin:])
        ):
            yield words[start:begin]
            start = begin
    yield words[start:]


def _mended(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, those that were begun and said anew, or taken back at once, marked as stumbles."""
    mended = list(sentences)
    for at in range(1, len(mended)):
        before, sentence = mended[at - 1], mended[at]
        if sentence.span.start_ms - before.span.end_ms > _SPEECH_MS or before.kind is SentenceKind.CLOSING:
            continue
        instead = takes_back(sentence.text)
        if restarts(sentence.text, before.text) or (instead and kind_of(instead) is SentenceKind.INSTRUCTION):
            mended[at - 1] = replace(before, kind=SentenceKind.STUMBLE)
            mended[at] = replace(sentence, kind=kind_of(instead or sentence.text))
    return mended


def _carries_on(last: Word, word: Word) -> bool:
    return word.text.strip()[:1].islower() and word.start_ms - last.end_ms < PAUSE_MS


def _sentence(words: Sequence[Word], language: str) -> Sentence:
    text = joined(words)
    return Sentence(Span(words[0].start_ms, words[-1].end_ms), text, kind_of(text, language))


def from_words(sentences: Sequence[Sentence]) -> list[StepStart]:
    """An instruction begins a step; so does talk after a long pause; a goodbye never does."""
    openings: list[StepStart] = []
    for sentence in sentences:
        before = openings[-1].said[-1] if openings else None
        heard_ms = before.span.end_ms if before else 0
        if before is None or _begins(sentence, before, sentence.span.start_ms - heard_ms):
            openings.append(StepStart(_lead(heard_ms, sentence)))
        openings[-1].said.append(sentence)
    if len(openings) > 1 and all(s.kind is SentenceKind.CLOSING for s in openings[-1].said):
        openings[-2].said += openings.pop().said
    return openings


def _lead(heard_ms: int, sentence: Sentence) -> int:
    """A little before the sentence, but not within what was said before it."""
    return max(0, min(max(heard_ms, sentence.span.start_ms - LEAD_MS), sentence.span.start_ms))


def _begins(sentence: Sentence, before: Sentence, pause_ms: int) -> bool:
    if before.kind is SentenceKind.STUMBLE:  # a step begins where it was first tried to be said
        return False
    if sentence.kind in {SentenceKind.INSTRUCTION, SentenceKind.STUMBLE}:
        return True
    return pause_ms > PAUSE_MS and " " in fluent(sentence.text)  # not “Okay.” or “Um, good.”


def from_deeds(deeds: Sequence[UserAction]) -> list[StepStart]:
    """Without words: what is done after hands rested begins a step, and so does each field that is filled in."""
    return [StepStart(max(0, deed.begins_ms - LEAD_MS)) for deed in _chief(deeds, _MOST)]


def from_activity(activity: Sequence[Span], duration_ms: int) -> list[StepStart]:
    """With nothing said and nothing known of hands: where the screen changes again after a rest; empty for one stretch.

    Where there are too many, those after the longest rests.
    """
    spans = merge((span for span in activity if span.start_ms < duration_ms), CALM_MS)
    rests = [(after.start_ms - before.end_ms, after.start_ms) for before, after in pairwise(spans)]
    starts_ms = sorted(start for _, start in sorted(rests, reverse=True)[: _MOST - 1])
    return [StepStart(max(0, at - LEAD_MS)) for at in (spans[0].start_ms, *starts_ms)] if starts_ms else []


def among_words(openings: Sequence[StepStart], deeds: Sequence[UserAction]) -> list[StepStart]:
    """The openings, and those of what is done long after the last word, once what was said has been done."""
    filled: list[StepStart] = []
    for opening, after in zip(openings, [*openings[1:], None], strict=False):
        filled.append(_after_deeds(opening, deeds))
        heard_ms = max((s.span.end_ms for s in opening.said), default=opening.start_ms)
        end_ms = after.start_ms if after else 1 << 60
        mine = [deed for deed in deeds if opening.start_ms <= deed.event.at_ms < end_ms]
        silent = [deed for deed in _chief(mine, _MOST) if deed is not mine[0]]
        filled += [StepStart(d.begins_ms - LEAD_MS) for d in silent if d.begins_ms - LEAD_MS > heard_ms + SILENT_MS]
    return filled


def _after_deeds(opening: StepStart, deeds: Sequence[UserAction]) -> StepStart:
    """The opening without what was done in the breath before its first word: that was the end of the step before."""
    begins_ms = opening.said[0].span.start_ms if opening.said else opening.start_ms
    done = [deed.ends_ms for deed in deeds if opening.start_ms <= deed.ends_ms < begins_ms]
    return StepStart(max(done, default=opening.start_ms - 1) + 1, opening.said, opening.note)


def _chief(deeds: Sequence[UserAction], most: int) -> list[UserAction]:
    """The deeds that start something, where there are too many those before which hands rested longest; in order."""
    longest = sorted(starts(deeds), key=lambda found: -found[0])[:most]
    return sorted((deed for _, deed in longest), key=lambda deed: deed.begins_ms)


def mark(openings: list[StepStart], marker: Marker) -> None:
    """Begin a step at a marker: with the sentence it means, else at the very moment."""
    spoken = [(o, i, s.span.start_ms) for o in openings for i, s in enumerate(o.said)]
    starts = spoken or [(o, 0, o.start_ms) for o in openings]
    away = [(at - marker.at_ms, n) for n, (_, _, at) in enumerate(starts)]
    near = [(abs(ms), n) for ms, n in away if -_BEHIND_MS <= ms <= _AHEAD_MS]
    if not near:
        _insert(openings, StepStart(marker.at_ms, note=marker.note))
        return
    opening, index, _ = starts[min(near)[1]]
    if index == 0:
        opening.note = opening.note or marker.note
        return
    start = _lead(opening.said[index - 1].span.end_ms, opening.said[index])
    later = StepStart(max(opening.start_ms, start), opening.said[index:], marker.note)
    del opening.said[index:]
    _insert(openings, later)


def _insert(openings: list[StepStart], new: StepStart) -> None:
    before = [o for o in openings if o.start_ms <= new.start_ms]
    if before and not new.said:  # what is said after the marker is said in its step
        new.said = [s for s in before[-1].said if s.span.start_ms >= new.start_ms]
        before[-1].said = [s for s in before[-1].said if s.span.start_ms < new.start_ms]
    openings.insert(len(before), new)
