"""Kinds of sentences that only those around them tell: an announcement at the start, a place where something is found.

Pure. Owns what the neighbours say; the kind of a sentence by itself is in ``transcribe/phrases/sentences.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.sentences import (
    SentenceKind,
    announces,
    finding,
    opens_with_announcement,
    order_in,
    thing_found,
)
from transcribe.steps.splitting import Sentence
from transcribe.words import letters

_START = 4  # sentences in which a task is announced


def in_context(sentences: Sequence[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """The sentences with the kinds that their neighbours tell."""
    return _found(_announced(sentences, lexicon), lexicon)


def _announced(sentences: Sequence[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """What is announced first is an introduction where instructions follow: “Let's create an invoice. Click New.”

    Not where the speaker tells the next instruction in the same way, as some tell each of them.
    """
    result = list(sentences)
    orders = [at for at, sentence in enumerate(sentences) if sentence.kind is SentenceKind.INSTRUCTION]
    if len(orders) < 2 or orders[0] >= _START:
        return result
    first, second = (sentences[at].text for at in orders[:2])
    if announces(first, lexicon) and not opens_with_announcement(second, lexicon):
        result[orders[0]] = replace(sentences[orders[0]], kind=SentenceKind.OPENING)
    return result


def _found(sentences: Sequence[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """“Under Tools you'll find Export.” is an instruction only where the ones before and after it do not order that."""
    result = list(sentences)
    for at, sentence in enumerate(sentences):
        if sentence.kind not in {SentenceKind.INSTRUCTION, SentenceKind.TALK} or not finding(sentence.text, lexicon):
            continue
        before = [s for s in sentences[max(0, at - 1) : at] if s.kind is SentenceKind.INSTRUCTION]
        after = next((s for s in sentences[at + 1 :] if s.kind is SentenceKind.INSTRUCTION), None)
        thing = thing_found(sentence.text, lexicon)
        ordered = any(_names(s.text, thing, lexicon) for s in before)
        if after is not None:
            back = lexicon.finds("points_back").search(order_in(after.text, lexicon))
            ordered = ordered or bool(back) or _names(after.text, thing, lexicon)
        result[at] = replace(sentence, kind=SentenceKind.TALK if ordered else SentenceKind.INSTRUCTION)
    return result


def _names(text: str, thing: str, lexicon: Lexicon) -> bool:
    """Whether a text names a thing: by its name, which is its last word, or as it was called."""
    said = {letters(word) for word in text.split()}
    named = [word for word in thing.split() if not lexicon.whole("weak").match(word)]
    return bool(named) and letters(named[-1]) in said
