"""Puts into an instruction what it leaves to its context: what “that” means, the topic, a correction after it.

Pure. Owns only what the sentences around an instruction add; the instruction itself is found in ``phrases/english.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transcribe.phrases import references
from transcribe.phrases.disfluency import takes_back
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.sentences import order_in
from transcribe.phrases.wording import tidy

_NAME_WORDS = 3  # words of a correction that is only a name: “No, sorry, Qualification.”


def pronoun_only(order: str, lexicon: Lexicon) -> bool:
    """Whether an instruction says only “that” instead of what: “Hit that”."""
    return lexicon.language == "en" and references.pronoun_only(order, lexicon)


def with_context(order: str, before: Sequence[str], lexicon: Lexicon, *, near: bool) -> str:
    """The instruction with what the sentences ``before`` it named in place of its pronoun.

    ``near``: they belong to the same step, so that any thing they name may be meant.
    """
    if lexicon.language != "en":
        return order
    for text in reversed(before[-2:]):
        topic = references.topic_of(text, lexicon) if lexicon.starts("setters").match(order) else ""
        if topic and (topical := references.fronted(topic, order, lexicon)):
            return topical
        if references.pronoun_only(order, lexicon) and (thing := references.thing_named(text, lexicon, objects=near)):
            return references.with_thing(order, thing, lexicon)
    return order


def with_correction(order: str, sentence: str, after: str, lexicon: Lexicon) -> str:
    """“Start with Prospecting.” and after it “No, sorry, Qualification.”: “Start with Qualification”."""
    if lexicon.language != "en" or not after:
        return order
    instead, last = tidy(takes_back(after)), tidy(sentence).rsplit(" ", 1)[-1]
    if not 0 < len(instead.split()) <= _NAME_WORDS or order_in(instead, lexicon):
        return order
    return re.sub(rf"(?<!\w){re.escape(last)}(?!\w)", lambda _: instead, order)
