"""Classifies spoken sentences (introduction, instruction, talk, closing) and makes short titles from them.

Pure, mainly for English: in other languages only the lead-in is removed. Owns the wording only; ``boundaries.py``
decides which sentences begin a step.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from transcribe.steps.disfluency import fluent
from transcribe.steps.lexicon import AFTERTHOUGHTS, CLOSINGS, INDIRECT_STARTS, LEAD_INS, OPENINGS, TASKS, VERBS

LONGEST = 60
"""Characters of a title, at most."""


class SentenceKind(Enum):
    """Purpose of a sentence."""

    OPENING = auto()  # an introduction: says what will be shown
    INSTRUCTION = auto()
    TALK = auto()  # explanation or description
    STUMBLE = auto()  # was restarted or taken back
    CLOSING = auto()  # says that the demo is over


_FORMS = {form: verb for verb in VERBS for form in (f"{verb}ing", f"{verb.rstrip('e')}ing", f"{verb}{verb[-1]}ing")}


def _pattern(text: str) -> str:
    """A pattern of ``lexicon.py`` without its layout."""
    lines = (re.sub(r"^\|\s+", "|", line.strip()) for line in text.strip().splitlines())
    return "".join(lines).replace(" | ", "|")


_LEAD = {
    code: re.compile(rf"(?i)^(?:{_pattern(words)})\b(?:\s*[,:;–—]+\s*|\s+(?:-\s+)?)")
    for code, words in LEAD_INS.items()
}
_LEAD_COMMA = re.compile(rf"(?i)^(?:{_pattern(LEAD_INS['en'])})\b\s*[,:;–—]\s*")
_INDIRECT_START = re.compile(rf"(?i)^(?:{_pattern(INDIRECT_STARTS)}),?\s+")
_CLOSING = re.compile(rf"(?i)^(?:{_pattern(CLOSINGS)})[\s.,!]*$")
_OPENING = re.compile(rf"(?i){_pattern(OPENINGS)}")
_STATES = re.compile(r"(?i)^(?:is|are|was|were|has|had|will|would|appears?|opens|shows|means)$")
_MANNER = re.compile(r"(?i)^(?:do not|don't|never|always|carefully|quickly|slowly)\s+")
_CARE = re.compile(r"(?i)^(?:make sure|be sure|be careful|take care|don't forget|do not forget|remember)\b")
_PRONOUN = re.compile(r"(?i)\b(?:it|them|this|that|these|those|one)\b")
_PLACE = re.compile(r"(?i)^(?:in|on|at|from|under|inside|next to|with|below|above|beside|within)\b")
_TIME = re.compile(r"(?i)^(?:when|once|after|before|if|as soon as|while|until|whenever|for)\b")
_PURPOSE = re.compile(r"(?i)^(?:(?:in order )?to|(?:if|when|whenever) you (?:want|need|have|wish|would like) to)\b")
_TASKS = tuple((re.compile(f"(?i){_pattern(pattern)}"), nouns) for pattern, nouns in TASKS)
_AFTERWARDS = re.compile(rf"(?i)(?:[,\s]+(?:{_pattern(AFTERTHOUGHTS)}))+$")
_FILLER = re.compile(
    r"(?i)(?:\s+(?:please|like this|like so|and so on)|,\s*(?:please|okay|ok|right|of course|again|yes|yeah))$"
)
_WEAK = re.compile(
    r"(?i)\s+(?:the|an?|of|to|and|or|in|on|at|for|with|from|by|that|which|your|this|is|then|so|as|into)$"
)
_BREAKS = re.compile(
    r"(?i)(?:[,;:–—]\s+|\s+(?=(?:and then|then|until|so that|because|which|where|when|if|while|in order to)\b))"
)


def kind_of(sentence: str, language: str = "en") -> SentenceKind:
    """Classify a sentence. In languages other than English every sentence counts as an instruction."""
    if _english(language):
        text = fluent(sentence)
        if _CLOSING.match(text):
            return SentenceKind.CLOSING
        if _OPENING.search(text) or _OPENING.search(_without_lead_in(text)):
            return SentenceKind.OPENING
        return SentenceKind.INSTRUCTION if _imperative(text) else SentenceKind.TALK
    return SentenceKind.INSTRUCTION


def title_of(sentence: str, language: str = "en") -> str:
    """A short title from a sentence: an imperative if there is one, without lead-in and full stop, capitalised."""
    text = _tidy(fluent(sentence) if _english(language) else sentence)
    text = (_english(language) and _imperative(text)) or _without_lead_in(text, language)
    return _capital(_short(_tidy(text)))


def task_of(sentence: str) -> str:
    """The task in an English introduction: “Today I will show you how to raise an order.” gives “Raise an order”."""
    text = _without_lead_in(_tidy(fluent(sentence)))
    for pattern, nouns in _TASKS:
        if found := pattern.search(text):
            said = re.sub(r"(?i)^(?:quickly|easily|correctly|properly|best|just)\s+", "", found["task"])
            if task := _imperative(said) or (_thing(said) if nouns else ""):
                return _capital(_short(_tidy(_AFTERWARDS.sub("", task))))
    return ""


def _english(language: str) -> bool:
    return language in {"", "en"}


def _imperative(text: str) -> str:
    """The sentence as an imperative without its lead-in; empty when it is none."""
    text = _tidy(text)
    addressed = False
    while True:
        if lead := _LEAD["en"].match(text):
            text = text[lead.end() :]
        elif (indirect := _INDIRECT_START.match(text)) and _verb(text[indirect.end() :], forms=True):
            text, addressed = text[indirect.end() :], True
        else:
            break
    if verb := _verb(text, forms=addressed):
        return verb + text[len(text.split()[0]) :]
    manner = _MANNER.match(text)
    if _CARE.match(text) or (manner and _verb(text[manner.end() :])):
        return text
    return _after_clause(text)


def _verb(text: str, *, forms: bool = False) -> str:
    """The verb at the beginning of a text, in its base form; empty when there is none."""
    words = text.split()
    if not words:
        return ""
    first = words[0].strip(",;:").casefold()
    second = words[1].strip(",;:").casefold() if len(words) > 1 else ""
    if first in {"double", "right", "left"} and second == "click":
        return words[0]
    if _STATES.match(second):
        return ""
    if forms and first in _FORMS:
        return _FORMS[first]
    return words[0] if first in VERBS else ""


def _after_clause(text: str) -> str:
    """The instruction after a clause of place, time or purpose, as in “In the menu, choose orders”; else empty."""
    clause, comma, rest = text.partition(",")
    main = _imperative(rest) if comma else ""
    if not main:
        return ""
    if _PURPOSE.match(clause):
        return main
    if _PLACE.match(clause) and len(main) + len(clause) < LONGEST:
        return f"{main} {clause[0].lower()}{clause[1:]}"
    if not (_PLACE.match(clause) or _TIME.match(clause)):
        return ""
    # In "When it is ready, approve it" the pronoun needs the first clause.
    return text if _PRONOUN.search(main) and len(text) <= LONGEST else main


def _thing(text: str) -> str:
    """A task from a gerund or a noun phrase: “raising an order” or “the new order form”; else empty."""
    words = text.split()
    if not words or re.match(r"(?i)^(?:i|we|you|it|he|she|they|that|if|because)$", words[0]):
        return ""
    if words[0].casefold() in _FORMS:
        return " ".join([_FORMS[words[0].casefold()], *words[1:]])
    return re.sub(r"(?i)^(?:the|an?|our|your)\s+", "", text)


def _without_lead_in(text: str, language: str = "en") -> str:
    """The sentence without its lead-in; in English only up to a comma, as such words may belong to the sentence."""
    pattern = _LEAD_COMMA if _english(language) else _LEAD.get(language)
    while pattern is not None and (lead := pattern.match(text)) and text[lead.end() :].strip():
        text = text[lead.end() :]
    return text


def _tidy(text: str) -> str:
    text = " ".join(text.split()).strip(" \"'“”„«»")
    text = text.rstrip(" .!?…,;:。！？、，-–—")
    while filler := _FILLER.search(text):
        text = text[: filler.start()]
    return text


def _short(text: str) -> str:
    """The text cut to LONGEST characters, after a clause, else after a word that can be the last."""
    if len(text) <= LONGEST:
        return text
    clauses = [m.start() for m in _BREAKS.finditer(text) if 15 <= m.start() <= LONGEST]
    if clauses:
        return _tidy(text[: clauses[-1]])
    words = text[:LONGEST].rsplit(" ", 1)[0] if " " in text[:LONGEST] else text[: LONGEST - 1]
    while _WEAK.search(words):
        words = _WEAK.sub("", words)
    return f"{words[: LONGEST - 1]}…"


def _capital(text: str) -> str:
    """Capitalised, unless the first word has its own spelling (iPhone, eBay)."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]
