"""Finds where steps begin: groups sentences, actions and markers into StepStarts, each of which becomes a Step.

Pure. Owns the boundaries. Titles are made in ``titles.py``, steps in ``builder.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from capture.model import Marker
from capture.span import Span, merge
from transcribe.model import Transcript, Word
from transcribe.steps.actions import UserAction, starting_actions
from transcribe.steps.disfluency import fluent, restarts, takes_back
from transcribe.steps.sentences import SentenceKind, kind_of
from transcribe.words import ends_sentence, joined, words_of

LEAD_MS = 250
"""A step starts this long before its first word."""
PAUSE_MS = 2_500
"""Talk after a longer pause is a step of its own; before that it belongs to the previous step."""
SILENT_MS = 4_000
"""An action this long after the last word does not belong to those words."""

STILL_MS = 2_500
"""A screen without changes for this time probably shows something to read."""

_MOST = 24  # largest number of steps made from actions alone
_CLAUSE_MS = 1_000  # a shorter clause is no instruction of its own
_SPEECH_MS = 2_500  # a later sentence does not correct the one before it
# A marker belongs to a sentence that begins at most this long before it, or after it.
_BEHIND_MS, _AHEAD_MS = 1_500, 4_000


@dataclass(frozen=True)
class Sentence:
    """One spoken sentence."""

    span: Span
    text: str
    kind: SentenceKind


@dataclass
class StepStart:
    """Start of a step, its sentences, and the note of the marker that created it."""

    start_ms: int
    said: list[Sentence] = field(default_factory=list)
    note: str = ""


def sentences_of(transcript: Transcript) -> list[Sentence]:
    """The sentences of a transcript, whatever the segments of the recognizer."""
    groups: list[list[Word]] = []
    for segment in transcript.segments:
        for index, word in enumerate(words_of(segment)):
            last = groups[-1][-1] if groups else None
            if last is None or ends_sentence(last) or (index == 0 and not _carries_on(last, word)):
                groups.append([])
            groups[-1].append(word)
    english = transcript.language in {"", "en"}
    clauses = (clause for words in groups for clause in (_clauses(words) if english else [words]))
    sentences = [_sentence(words, transcript.language) for words in clauses]
    return _corrected(sentences) if english else sentences


def _clauses(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence with several instructions in sequence, split before each “then”."""
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


def _corrected(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, with those that were restarted or taken back at once marked as STUMBLE."""
    corrected = list(sentences)
    for at in range(1, len(corrected)):
        before, sentence = corrected[at - 1], corrected[at]
        if sentence.span.start_ms - before.span.end_ms > _SPEECH_MS or before.kind is SentenceKind.CLOSING:
            continue
        replacement = takes_back(sentence.text)
        if restarts(sentence.text, before.text) or (replacement and kind_of(replacement) is SentenceKind.INSTRUCTION):
            corrected[at - 1] = replace(before, kind=SentenceKind.STUMBLE)
            corrected[at] = replace(sentence, kind=kind_of(replacement or sentence.text))
    return corrected


def _carries_on(last: Word, word: Word) -> bool:
    return word.text.strip()[:1].islower() and word.start_ms - last.end_ms < PAUSE_MS


def _sentence(words: Sequence[Word], language: str) -> Sentence:
    text = joined(words)
    return Sentence(Span(words[0].start_ms, words[-1].end_ms), text, kind_of(text, language))


def from_words(sentences: Sequence[Sentence]) -> list[StepStart]:
    """An instruction begins a step, and so does talk after a long pause; a closing never does."""
    steps: list[StepStart] = []
    for sentence in sentences:
        before = steps[-1].said[-1] if steps else None
        spoken_ms = before.span.end_ms if before else 0
        if before is None or _begins(sentence, before, sentence.span.start_ms - spoken_ms):
            steps.append(StepStart(_lead(spoken_ms, sentence)))
        steps[-1].said.append(sentence)
    if len(steps) > 1 and all(s.kind is SentenceKind.CLOSING for s in steps[-1].said):
        steps[-2].said += steps.pop().said
    return steps


def _lead(spoken_ms: int, sentence: Sentence) -> int:
    """LEAD_MS before the sentence, but not inside the previous one."""
    return max(0, min(max(spoken_ms, sentence.span.start_ms - LEAD_MS), sentence.span.start_ms))


def _begins(sentence: Sentence, before: Sentence, pause_ms: int) -> bool:
    if before.kind is SentenceKind.STUMBLE:  # a step begins at its first attempt
        return False
    if sentence.kind in {SentenceKind.INSTRUCTION, SentenceKind.STUMBLE}:
        return True
    return pause_ms > PAUSE_MS and " " in fluent(sentence.text)  # not “Okay.” or “Um, good.”


def from_actions(actions: Sequence[UserAction]) -> list[StepStart]:
    """Steps without words: an action after a pause begins a step, and so does each field that is filled in."""
    return [StepStart(max(0, action.begins_ms - LEAD_MS)) for action in _main_actions(actions, _MOST)]


def from_activity(activity: Sequence[Span], duration_ms: int) -> list[StepStart]:
    """Steps without words and actions: where the screen changes again after a pause; empty without a pause.

    Where there are too many, those after the longest pauses are used.
    """
    spans = merge((span for span in activity if span.start_ms < duration_ms), STILL_MS)
    pauses = [(after.start_ms - before.end_ms, after.start_ms) for before, after in pairwise(spans)]
    starts_ms = sorted(start for _, start in sorted(pauses, reverse=True)[: _MOST - 1])
    return [StepStart(max(0, at - LEAD_MS)) for at in (spans[0].start_ms, *starts_ms)] if starts_ms else []


def among_words(steps: Sequence[StepStart], actions: Sequence[UserAction]) -> list[StepStart]:
    """The steps, and additional ones for actions long after the last word of a step."""
    result: list[StepStart] = []
    for step, after in zip(steps, [*steps[1:], None], strict=False):
        result.append(_after_actions(step, actions))
        spoken_ms = max((s.span.end_ms for s in step.said), default=step.start_ms)
        end_ms = after.start_ms if after else 1 << 60
        own = [action for action in actions if step.start_ms <= action.event.at_ms < end_ms]
        silent = [action for action in _main_actions(own, _MOST) if action is not own[0]]
        result += [StepStart(a.begins_ms - LEAD_MS) for a in silent if a.begins_ms - LEAD_MS > spoken_ms + SILENT_MS]
    return result


def _after_actions(step: StepStart, actions: Sequence[UserAction]) -> StepStart:
    """The step, started after actions that ended before its first word: they belong to the previous step."""
    begins_ms = step.said[0].span.start_ms if step.said else step.start_ms
    done = [action.ends_ms for action in actions if step.start_ms <= action.ends_ms < begins_ms]
    return StepStart(max(done, default=step.start_ms - 1) + 1, step.said, step.note)


def _main_actions(actions: Sequence[UserAction], most: int) -> list[UserAction]:
    """At most ``most`` actions that start something new, those after the longest pauses; in order."""
    longest = sorted(starting_actions(actions), key=lambda found: -found[0])[:most]
    return sorted((action for _, action in longest), key=lambda action: action.begins_ms)


def mark(steps: list[StepStart], marker: Marker) -> None:
    """Begin a step at a marker: at the sentence near it, else at its own time."""
    spoken = [(step, i, s.span.start_ms) for step in steps for i, s in enumerate(step.said)]
    candidates = spoken or [(step, 0, step.start_ms) for step in steps]
    offsets = [(at - marker.at_ms, n) for n, (_, _, at) in enumerate(candidates)]
    near = [(abs(ms), n) for ms, n in offsets if -_BEHIND_MS <= ms <= _AHEAD_MS]
    if not near:
        _insert(steps, StepStart(marker.at_ms, note=marker.note))
        return
    step, index, _ = candidates[min(near)[1]]
    if index == 0:
        step.note = step.note or marker.note
        return
    start = _lead(step.said[index - 1].span.end_ms, step.said[index])
    later = StepStart(max(step.start_ms, start), step.said[index:], marker.note)
    del step.said[index:]
    _insert(steps, later)


def _insert(steps: list[StepStart], new: StepStart) -> None:
    before = [step for step in steps if step.start_ms <= new.start_ms]
    if before and not new.said:  # sentences after the marker belong to its step
        new.said = [s for s in before[-1].said if s.span.start_ms >= new.start_ms]
        before[-1].said = [s for s in before[-1].said if s.span.start_ms < new.start_ms]
    steps.insert(len(before), new)
