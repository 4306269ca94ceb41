"""Shows a transcript with its corrections: what was heard stays, and what it most likely is stands beside it.

Pure. Owns where a correction applies: to a run of words with the same letters. What is corrected is found in
``transcribe/steps/misheard.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from capture.span import Span
from transcribe.model import Correction, Segment, Step, Transcript, Word
from transcribe.words import joined, letters, spread, words_of

Place = tuple[int, int, str]
"""First and last index (exclusive) of a run of words, and what they most likely are."""
_MARKS_AFTER = re.compile(r"[\s.,;:!?…。，！？]*$")


def places(texts: Sequence[str], corrections: Iterable[Correction]) -> list[Place]:
    """Where corrections apply to words, in order and without overlap; longer ones count first."""
    keys = [letters(text) for text in texts]
    found: list[Place] = []
    for correction in sorted(corrections, key=lambda one: -len(one.heard)):
        wanted = [letters(word) for word in correction.heard.split()]
        for at in range(len(keys) - len(wanted) + 1 if wanted else 0):
            end = at + len(wanted)
            if keys[at:end] == wanted and all(end <= a or b <= at for a, b, _ in found):
                found.append((at, end, correction.right))
    return sorted(found)


def with_corrections(text: str, corrections: Iterable[Correction]) -> str:
    """A text in which corrections stand behind what they correct: “Press the new or [New order] button.”"""
    words = text.split()
    for _, end, right in reversed(places(words, corrections)):
        last = words[end - 1]
        bare = _MARKS_AFTER.sub("", last) or last
        words[end - 1] = f"{bare} [{right}]{last[len(bare) :]}"
    return " ".join(words)


def in_place(text: str, corrections: Iterable[Correction]) -> str:
    """A text, as a title, with corrections in the place of what they correct."""
    words = text.split()
    for at, end, right in reversed(places(words, corrections)):
        last = words[end - 1]
        words[at:end] = [right + last[len(_MARKS_AFTER.sub("", last)) :]]
    return " ".join(words)


def without_corrections(transcript: Transcript) -> Transcript:
    """The transcript as it was heard."""
    return replace(transcript, segments=tuple(replace(s, corrections=()) for s in transcript.segments))


def corrections_in(transcript: Transcript, span: Span) -> list[Correction]:
    """The corrections of the segments that a span shares time with."""
    return [c for s in transcript.segments if s.corrections and s.overlap_ms(span) for c in s.corrections]


def step_text(step: Step, transcript: Transcript) -> str:
    """The text of a step with the corrections of its words behind what they correct."""
    corrections = corrections_in(transcript, step)
    return with_corrections(step.text, corrections) if corrections else step.text


def text_of(segment: Segment) -> str:
    """The text of a segment with its corrections behind what they correct."""
    return with_corrections(segment.text, segment.corrections) if segment.corrections else segment.text


def full_text(transcript: Transcript) -> str:
    """The whole text with its corrections, as one line."""
    return " ".join(text_of(segment).strip() for segment in transcript.segments)


def right_words(segment: Segment) -> Sequence[Word]:
    """The words of a segment with corrections in place of what they correct, over the same time."""
    words = list(words_of(segment))
    for at, end, right in reversed(places([word.text for word in words], segment.corrections)):
        marks = _MARKS_AFTER.search(words[end - 1].text)
        texts = f"{right}{marks[0] if marks else ''}".split()
        span = Span(words[at].start_ms, words[end - 1].end_ms)
        words[at:end] = spread([Word(0, 0, text=text) for text in texts], [span])
    return words


def beside(words: Sequence[Word], corrections: Iterable[Correction]) -> list[Word]:
    """Words with corrections as further words behind what they correct, as ``with_corrections`` writes them."""
    result = list(words)
    for _, end, right in reversed(places([word.text for word in words], corrections)):
        last = result[end - 1]
        bare = _MARKS_AFTER.sub("", last.text) or last.text
        texts = f"[{right}]{last.text[len(bare) :].strip()}".split()
        more = [Word(last.end_ms, last.end_ms, text=text) for text in texts]
        result[end - 1 : end] = [replace(last, text=bare), *more]
    return result


def with_correction(segment: Segment, at: int, end: int, right: str) -> Segment:
    """The segment with one more correction, of its words ``at`` to ``end`` (exclusive)."""
    heard = _MARKS_AFTER.sub("", joined(words_of(segment)[at:end]))
    if not heard or any(one.heard == heard for one in segment.corrections):
        return segment
    return replace(segment, corrections=(*segment.corrections, Correction(heard, right)))
