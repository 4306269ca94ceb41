"""Whether a step is only talk, with nothing to do and so nothing to tick off: an introduction, a closing.

Pure. Owns the rule; kinds of sentences are in ``transcribe/phrases/sentences.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from transcribe.model import Step
from transcribe.phrases.lexicon import lexicon_of
from transcribe.phrases.sentences import SentenceKind, finding, kind_of
from transcribe.steps.actions import INPUT_EVENTS

_ENDS = re.compile(r"(?<=[.!?…。])\s*")


def talk_in(steps: Sequence[Step], language: str) -> frozenset[int]:
    """Numbers of the steps at the beginning and at the end in which nobody does anything, nor says what to do.

    Empty in a language without a lexicon, and where that is true of all steps. An unknown language counts as English.
    """

    def idle(step: Step) -> bool:
        return not is_done(step) and _only_talk(step.text, language)

    first = [step.number for step in takewhile(idle, steps)]
    last = [step.number for step in takewhile(idle, reversed(steps))]
    return frozenset((*first, *last)) if len(first) < len(steps) else frozenset()


def is_done(step: Step) -> bool:
    """Whether something is done in a step, as far as the recording tells."""
    return bool(step.inferred) or any(isinstance(event, INPUT_EVENTS) for event in step.events)


def _only_talk(text: str, language: str) -> bool:
    lexicon = lexicon_of(language)
    sentences = [sentence for sentence in _ENDS.split(text) if sentence.strip()]
    told = (kind_of(one, lexicon) is SentenceKind.INSTRUCTION or finding(one, lexicon) for one in sentences)
    return bool(sentences) and not any(told)
