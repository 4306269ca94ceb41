"""Splits a transcript into sentences: at full stops, at pauses, and where a run of instructions goes on.

Pure. A pause of 0.6 s ends a sentence with or without a full stop, unless the speaker only hesitates. All times are on
the clock on which the pauses are whole, which is take time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from capture.span import Span
from transcribe.model import Transcript, Word
from transcribe.phrases.disfluency import restarts, takes_back
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.sentences import SentenceKind, begins_with_order, kind_of, order_in
from transcribe.phrases.wording import tidy, without_leads
from transcribe.steps.actions import UserAction
from transcribe.steps.misheard_verbs import words_with_right_verbs
from transcribe.words import ends_sentence, joined

PAUSE_MS = 600
"""A pause of this length ends a sentence."""

_WINDOW = 40  # words around a place that decide whether to part there; some recognisers write no marks for minutes
_THINKS_MS = 2_000  # a longer pause is no hesitation
_CLAUSE_MS = 1_000  # a shorter clause is no instruction of its own
_LONG_CLAUSE_MS = 2_000  # an instruction after a comma, of which the one before it is not shorter, stands by itself
_FEWEST_STATE = 3
_STATE_WORDS = 8  # words of talk before a comma that are parted from the instruction after it
_BREATH_MS = 250  # a shorter break after a comma belongs to a list
_MOST_TOLD = 3  # a sentence that tells more is several steps
_LONG_UNMARKED, _FEWEST_UNMARKED = 24, 6  # words of a run without marks, and of its parts
_PLACE_WORDS = 7  # words of a place before its instruction
_SHORT_ORDER = 3  # words of an instruction that may stand in a list of them
_CORRECTS_MS = 2_500  # a later sentence does not correct the one before it


@dataclass(frozen=True)
class Sentence:
    """One spoken sentence, with its words."""

    span: Span
    text: str
    kind: SentenceKind
    words: tuple[Word, ...] = ()


def sentences_of(transcript: Transcript, lexicon: Lexicon) -> list[Sentence]:
    """The sentences of a transcript, whatever the segments of the recognizer, with verbs heard wrongly set right."""
    groups: list[list[Word]] = []
    for words in words_with_right_verbs(transcript, lexicon):
        for index, word in enumerate(words):
            if not groups or _ends_before(groups[-1], word, lexicon, first=index == 0):
                groups.append([])
            groups[-1].append(word)
    sentences = [sentence_of(words, lexicon) for group in groups for words in _clauses(group, lexicon)]
    return _corrected(sentences, lexicon) if lexicon.language == "en" else sentences


def sentence_of(words: Sequence[Word], lexicon: Lexicon) -> Sentence:
    """The sentence of these words."""
    text = joined(words)
    start_ms = min(word.start_ms for word in words)  # words of other programs may overlap
    return Sentence(Span(start_ms, max(word.end_ms for word in words)), text, kind_of(text, lexicon), tuple(words))


def parted(sentences: Sequence[Sentence], actions: Sequence[UserAction], lexicon: Lexicon) -> list[Sentence]:
    """The sentences, parted where several actions that start something new fall into one without a pause.

    It is parted after a comma or before “and” between two of these actions, else before the word at which the later
    one begins. A sentence that tells them all stays whole: “I click that row and hit Add.”
    """
    result: list[Sentence] = []
    for sentence in sentences:
        inside = [a for a in actions if sentence.span.contains(a.begins_ms)]
        words = list(sentence.words)
        if len(inside) <= told_in(sentence.text, lexicon):
            result.append(sentence)
            continue
        for before, after in pairwise(inside):
            at = _place_between(words, before, after, lexicon)
            if at:
                result.append(sentence_of(words[:at], lexicon))
                words = words[at:]
        result.append(sentence_of(words, lexicon))
    return result


def told_in(text: str, lexicon: Lexicon) -> int:
    """How many actions a sentence tells, at least 1 and at most 3: “Click that row and hit Add.” tells 2."""
    joint = rf"(?i)[,;]\s+|\s+(?={lexicon.phrase('joints')}\s)"
    parts = [re.sub(rf"(?i)^{lexicon.phrase('joints')}\s+", "", part) for part in re.split(joint, text) if part.strip()]
    if is_list(text, lexicon):
        return min(len(parts), _MOST_TOLD)
    return min(max(1, sum(begins_with_order(part, lexicon) for part in parts)), _MOST_TOLD)


def is_list(text: str, lexicon: Lexicon) -> bool:
    """Whether a sentence is a list of short instructions: “Click Master data, then Vendors, then Create.”"""
    parts = [re.sub(rf"(?i)^{lexicon.phrase('sequence')}\s+", "", part.strip(" .")) for part in text.split(",")]
    parts = [re.sub(rf"(?i)^{lexicon.phrase('joints')}\s+", "", part) for part in parts if part]
    later = parts[1:]
    return (
        bool(later) and all(len(part.split()) <= _SHORT_ORDER for part in later) and bool(order_in(parts[0], lexicon))
    )


def _ends_before(group: Sequence[Word], word: Word, lexicon: Lexicon, *, first: bool) -> bool:
    last = group[-1]
    gap_ms = word.start_ms - last.end_ms
    if ends_sentence(last):
        return True
    if gap_ms >= PAUSE_MS:
        said = re.sub(r"[^\w'’]", "", last.text)
        return gap_ms >= _THINKS_MS or not (lexicon.whole("hesitations").match(said) or _leads_on(group, lexicon))
    return first and not word.text.strip()[:1].islower()


def _leads_on(group: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether words end in the clause before an instruction: “If you get an error,”, “Save it, and when it's done,”.

    A place counts only where nothing is said before it: “In the first list,”.
    """
    text = joined(group)
    last = without_leads(text.rstrip(",").rpartition(", ")[2], lexicon)
    if not text.endswith(",") or lexicon.starts("times").match(last):
        return text.endswith(",")
    place = without_leads(text.rstrip(","), lexicon)
    short = "," not in place and len(place.split()) <= _PLACE_WORDS and not lexicon.whole("fillers").match(place)
    told = order_in(place, lexicon) or lexicon.finds("statement").search(place)
    return bool(short and lexicon.starts("places").match(place) and not told)


def _clauses(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Sequence[Word]]:
    """A sentence with several instructions in sequence, split before each “then”; a list of short ones stays whole."""
    if is_list(joined(words), lexicon):
        yield words
        return
    start, unmarked = 0, _unmarked(words)
    for at in range(1, len(words) - 1):
        if unmarked and at - start >= _FEWEST_UNMARKED and _joins_on(words, at, lexicon):
            yield words[start:at]
            start = at
        if at <= start or not _may_part(words, start, at, lexicon):
            continue
        before, after = joined(words[start : min(at, start + _WINDOW)]), joined(words[at : at + _WINDOW])
        state = (
            _FEWEST_STATE <= at - start <= _STATE_WORDS
            and lexicon.starts("follows").match(before)
            and kind_of(before, lexicon) is SentenceKind.TALK
        )
        told = begins_with_order(before, lexicon) or _goes_on_after(words, start, at, lexicon)
        if (state or told) and begins_with_order(after, lexicon):
            yield words[start:at]
            start = at
    yield words[start:]


def _unmarked(words: Sequence[Word]) -> bool:
    """Whether a recogniser wrote a long run of words without marks."""
    return len(words) > _LONG_UNMARKED and not any(word.text.rstrip().endswith((",", ";", ":", ".")) for word in words)


def _joins_on(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    """Whether “so you …”, “then …”, “after that …” begins an instruction at a word; a mere “and” does not."""
    joins = _bare(words[at]).casefold() == "so" or lexicon.starts("sequence").match(_bare(*words[at : at + 2]))
    return bool(joins) and begins_with_order(joined(words[at : at + _WINDOW]), lexicon)


def _goes_on_after(words: Sequence[Word], start: int, at: int, lexicon: Lexicon) -> bool:
    """Whether “after that” and the like follow a comma and a clause in which an instruction stands somewhere."""
    following = _bare(*words[at : at + 2])
    if not words[at - 1].text.rstrip().endswith(",") or lexicon.whole("joints").match(_bare(words[at])):
        return False
    told = kind_of(joined(words[max(start, at - _WINDOW) : at]), lexicon) is SentenceKind.INSTRUCTION
    return told and bool(lexicon.starts("sequence").match(following))


def _bare(*words: Word) -> str:
    """The words without marks."""
    return " ".join(re.sub(r"[^\w'’]", "", word.text) for word in words)


def _may_part(words: Sequence[Word], start: int, at: int, lexicon: Lexicon) -> bool:
    """Whether a clause may begin at a word: “then”, or after a comma and a breath, or after talk and a comma."""
    following = _bare(*words[at : at + 4])
    if lexicon.starts("sequence").match(following):
        return words[at].start_ms - words[start].start_ms >= _CLAUSE_MS
    if not words[at - 1].text.rstrip().endswith((",", ";")) or _leads_on(words[start:at], lexicon):
        return False
    before = joined(words[max(start, at - _WINDOW) : at])
    if lexicon.starts("follows").match(before) and _FEWEST_STATE <= len(before.split()) <= _STATE_WORDS:
        return True
    if lexicon.starts("insertions").match(following) or lexicon.starts("continues").match(following):
        return False
    if lexicon.ends("continues").search(tidy(before)):
        return False
    breath_ms = words[at].start_ms - words[at - 1].end_ms
    return breath_ms >= _BREATH_MS and words[at].start_ms - words[start].start_ms >= _LONG_CLAUSE_MS


def _place_between(words: Sequence[Word], before: UserAction, after: UserAction, lexicon: Lexicon) -> int:
    """Index of the word before which to part, between two actions; 0 when there is none."""
    between = [
        at
        for at in range(1, len(words))
        if before.begins_ms < words[at].start_ms <= max(after.begins_ms, before.begins_ms + 1)
    ]
    joint = lexicon.whole("joints")
    natural = [
        at
        for at in between
        if joint.match(re.sub(r"\W", "", words[at].text)) or words[at - 1].text.rstrip().endswith((",", ";"))
    ]
    return (natural or between or [0])[-1]


def _corrected(sentences: Sequence[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """The sentences, with those that were restarted or taken back at once marked as STUMBLE."""
    corrected = list(sentences)
    for at in range(1, len(corrected)):
        before, sentence = corrected[at - 1], corrected[at]
        if sentence.span.start_ms - before.span.end_ms > _CORRECTS_MS or before.kind is SentenceKind.CLOSING:
            continue
        instead = takes_back(sentence.text)
        if restarts(sentence.text, before.text) or (instead and kind_of(instead, lexicon) is SentenceKind.INSTRUCTION):
            corrected[at - 1] = replace(before, kind=SentenceKind.STUMBLE)
            corrected[at] = replace(sentence, kind=kind_of(instead or sentence.text, lexicon))
    return corrected
