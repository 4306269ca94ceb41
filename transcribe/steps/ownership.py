"""Which sentence an action belongs to: the one that names what was clicked, else the one spoken at that moment.

Pure. People act a moment after they said what they do, and sometimes a moment before.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from capture.model import Click
from transcribe.phrases.sentences import SentenceKind
from transcribe.phrases.spelling import names
from transcribe.steps.actions import UserAction
from transcribe.steps.splitting import PAUSE_MS, Sentence

SILENT_MS = 4_000
"""An action this long after the last word belongs to no sentence."""
LATE_MS = 1_500
"""An action this long after the next sentence began may still belong to the one that named it."""
EARLY_MS = 1_500
"""An action at most this long before a sentence may belong to it."""
_REACTION_MS = 700  # an action that follows the begin of a sentence sooner belongs to the sentence before


def owner_of(action: UserAction, sentences: Sequence[Sentence], taken: Container[int] = ()) -> int | None:
    """Index of the sentence that an action belongs to; None when it was done long after the last word.

    ``taken``: sentences that earlier actions belong to. One that has its action already gets no late one.
    """
    at_ms = action.event.at_ms
    spoken = sum(sentence.span.start_ms <= at_ms for sentence in sentences) - 1
    near = [at for at in (spoken, spoken - 1, spoken + 1) if 0 <= at < len(sentences) and _near(sentences[at], at_ms)]
    if isinstance(action.event, Click) and action.event.label:
        for at in near:
            if names(sentences[at].text, action.event.label):
                return at
    if spoken < 0:
        return 0 if near else None
    late = at_ms - sentences[spoken].span.start_ms
    if spoken and late < _REACTION_MS and spoken - 1 in near and _waits(sentences, spoken - 1, taken):
        return spoken - 1
    if at_ms - sentences[spoken].span.end_ms <= SILENT_MS:
        return spoken
    return spoken + 1 if spoken + 1 in near else None


def _waits(sentences: Sequence[Sentence], at: int, taken: Container[int]) -> bool:
    """Whether a sentence is an instruction that has no action yet, nor has the talk that led to it."""
    if sentences[at].kind is not SentenceKind.INSTRUCTION or at in taken:
        return False
    while at and sentences[at - 1].kind is SentenceKind.TALK:
        if sentences[at].span.start_ms - sentences[at - 1].span.end_ms >= PAUSE_MS:
            return True
        at -= 1
        if at in taken:
            return False
    return True


def _near(sentence: Sentence, at_ms: int) -> bool:
    return sentence.span.start_ms - EARLY_MS <= at_ms <= sentence.span.end_ms + LATE_MS
