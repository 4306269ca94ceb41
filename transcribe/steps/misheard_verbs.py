"""Sets right the verb of an order that was heard wrongly: “Dessendez jusqu'à …” is “Descendez jusqu'à …”.

Pure. A word is taken for a verb only where it is no word the lexicon or the take knows, and where the sentence is an
order with that verb and none without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from transcribe.corrections import right_words, with_correction
from transcribe.model import Correction, Segment, Transcript, Word
from transcribe.phrases.conjugation import infinitive_of, infinitives, nouns
from transcribe.phrases.imperatives import gerunds
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.sentences import SentenceKind, kind_of, order_in
from transcribe.phrases.spelling import DOUBTFUL, SURE, closest_verb, unaccented
from transcribe.phrases.wording import without_leads
from transcribe.words import PAUSE_MS, ends_sentence, joined, letters, words_of

_WORDS_BEFORE = 3  # words between the lead-ins of a sentence and its verb: “vous”, “on va”
_FOLLOWS = (
    "weak",
    "person",
    "object_starts",
    "adverbs",
    "padding",
    "prepositions",
    "places",
)  # keys of words that may follow a verb
_WINDOW = 20  # words of a sentence that decide


def verb_corrections(transcript: Transcript, lexicon: Lexicon) -> list[tuple[Correction, ...]]:
    """The corrections of verbs in each segment; none in what people wrote themselves."""
    if not lexicon.known:
        return [()] * len(transcript.segments)
    sure = {letters(w.text) for s in transcript.segments for w in words_of(s) if w.confidence >= SURE}
    return [() if segment.heard else _in_segment(segment, sure, lexicon) for segment in transcript.segments]


def words_with_right_verbs(transcript: Transcript, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The words of each segment as the rules for steps read them: with the verbs that were most likely said."""
    for segment, found in zip(transcript.segments, verb_corrections(transcript, lexicon), strict=True):
        yield list(right_words(replace(segment, corrections=found)))


def misheard_words(transcript: Transcript, lexicon: Lexicon) -> Mapping[tuple[int, int], Word]:
    """The words as they were heard that ``words_with_right_verbs`` gives otherwise, by their begin and end."""
    pairs = zip(transcript.segments, words_with_right_verbs(transcript, lexicon), strict=True)
    return {
        (heard.start_ms, heard.end_ms): heard
        for segment, words in pairs
        for heard, right in zip(words_of(segment), words, strict=True)
        if heard.text != right.text
    }


def _in_segment(segment: Segment, sure: set[str], lexicon: Lexicon) -> tuple[Correction, ...]:
    bare = replace(segment, corrections=())
    words = words_of(segment)
    starts = [at for at in range(len(words)) if not at or _ends(words[at - 1], words[at])]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        said = words[start : min(end, start + _WINDOW)]
        if all(word.confidence >= DOUBTFUL for word in said):
            continue
        for at in _heads(said, lexicon):
            if right := _verb_meant(said, at, sure, lexicon):
                bare = with_correction(bare, start + at, start + at + 1, right)
                break
    return bare.corrections


def _ends(before: Word, after: Word) -> bool:
    return ends_sentence(before, after) or after.start_ms - before.end_ms >= PAUSE_MS


def _heads(said: Sequence[Word], lexicon: Lexicon) -> range:
    """Where the verb of an order may stand: after the lead-ins, and a subject and its auxiliaries."""
    after = without_leads(joined(said), lexicon)
    first = len(said) - len(after.split())
    return range(max(0, first), min(len(said) - 1, first + _WORDS_BEFORE + 1))


def _verb_meant(said: Sequence[Word], at: int, sure: set[str], lexicon: Lexicon) -> str:
    """The verb that a word most likely is, written as the word; empty when it is no verb heard wrongly."""
    word = said[at]
    heard = letters(word.text)
    if word.confidence >= DOUBTFUL or heard in sure or not _begins_object(said[at + 1], lexicon):
        return ""
    if _knows(word.text, lexicon) or not (near := closest_verb(unaccented(heard), _bases(lexicon))):
        return ""
    form = _plain_forms(lexicon)[near]
    if any(lexicon.whole(key).match(form) for key in ("auxiliaries", "modals")):
        return ""
    right = form.capitalize() if word.text.strip()[:1].isupper() else form
    text = joined(said)
    mended = joined([*said[:at], Word(word.start_ms, word.end_ms, text=f" {right}"), *said[at + 1 :]])
    told = kind_of(text, lexicon) is SentenceKind.TALK and kind_of(mended, lexicon) is SentenceKind.INSTRUCTION
    return right if told and letters(infinitives(lexicon)[form]) in letters(order_in(mended, lexicon)) else ""


def _begins_object(word: Word, lexicon: Lexicon) -> bool:
    """Whether a word may follow the verb of an order: an article, a preposition, an adverb, a subject, a name."""
    text = word.text.strip(" ,.")
    parts = re.findall(r"[^'’]+['’]?", text)  # “jusqu'à”, “l'onglet”
    if not parts or lexicon.whole("belongs").match(parts[0]):
        return False
    follows = (lexicon.whole(key).match(part) for key in _FOLLOWS for part in parts)
    return any(follows) or not text[:1].islower()


@cache
def _plain_forms(lexicon: Lexicon) -> Mapping[str, str]:
    """The forms of all verbs by their letters without accents."""
    return {unaccented(form): form for form in infinitives(lexicon)}


@cache
def _bases(lexicon: Lexicon) -> Mapping[str, str]:
    """The base forms of all verbs by the letters of their forms without accents."""
    return {plain: infinitives(lexicon)[form] for plain, form in _plain_forms(lexicon).items()}


def _knows(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a verb's form or a noun that the lexicon knows; in English also “filters” and “filtering”."""
    bare = letters(word)
    if bare in nouns(lexicon) or infinitive_of(word, lexicon):
        return True
    bases = {bare.removesuffix("s"), bare.removesuffix("es"), bare.removesuffix("ed"), bare.removesuffix("d")}
    return lexicon.language == "en" and (bare in gerunds(lexicon) or bool(bases & lexicon.verbs))
