"""English verbs at the beginning of a text: imperatives, and instructions with a subject (“you then click Save”).

Pure. Owns which words make an instruction and which look like one and state something (“Count is 84.”). Clauses around
an instruction are in ``english.py``; the word lists are in ``lexicons/en.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases.lexicon import Lexicon

_DETERMINERS = frozenset(("our", "my", "the", "this", "that", "every", "each", "his", "her", "their"))
_SUBJECT_WORDS = 4  # words of a subject and its verb
_SCANNED = 8  # words in which the verb of a statement stands
_NOUN_AND_VERB = 3  # words: “Filter options are …”


def instruction_at(text: str, lexicon: Lexicon) -> str:
    """The instruction with which a text begins as an imperative; empty when it begins with none."""
    return addressed(text, lexicon) or bare(text, lexicon) or cautious(text, lexicon)


def addressed(text: str, lexicon: Lexicon) -> str:
    """The instruction after a subject: “you then click Save”, “we're going to choose a date”."""
    found = _subject(lexicon).match(text)
    if not found:
        return ""
    rest, you = text[found.end() :], found["who"].casefold() == "you"
    adverbs = rf"(?i)\b(?:{lexicon.phrase('adverbs')})\b"
    helped = bool(found["will"] or re.sub(adverbs, "", found["aux"]).strip())
    if you and (needs := re.match(r"(?i)need (?P<rest>(?:an?|the|your|another) .+ to \w+.*)$", rest)):
        return f"get {needs['rest']}"
    verb = verb_at(rest, lexicon, forms=True)
    if not verb or lexicon.starts("choices").match(rest):
        return ""
    bent = verb.casefold() != rest.split()[0].strip(",;:").casefold()  # “I opening” needs “am”
    is_habit = not you and lexicon.whole("habits").match(verb)
    to_viewers = lexicon.starts("asides_to_viewers").match(rest.partition(" ")[2])
    wants = re.search(r"(?i)\b(?:need|want|have|going)\b", f"{found['will'] or ''} {found['aux']}")
    tells = (bent or is_habit) if not helped else is_habit and to_viewers
    return "" if tells or (lexicon.whole("results").match(verb) and not wants) else spoken_of(rest, lexicon)


def bare(text: str, lexicon: Lexicon) -> str:
    """The instruction that a text is by itself: an imperative, or a command to type."""
    words = text.split()
    if not words:
        return ""
    second = words[1].strip(",;:").casefold() if len(words) > 1 else ""
    if lexicon.starts("commands").match(text) and second and not lexicon.whole("statement_verbs").match(second):
        return text if words[0].casefold() == "make" else f"{lexicon.phrase('command')} {text[0].lower()}{text[1:]}"
    if not verb_at(text, lexicon) or _states(words, lexicon) or lexicon.starts("exclamations").match(text):
        return ""
    named = len(words) >= _NOUN_AND_VERB and lexicon.whole("noun_seconds").match(second)
    return "" if second == "of" or (named and lexicon.whole("statement_verbs").match(words[2])) else text


def cautious(text: str, lexicon: Lexicon) -> str:
    """“Make sure that …”, “Don't close …”: kept as they are; else empty."""
    found = lexicon.starts("care").match(text)
    if not found:
        return ""
    rest = text[found.end() :].lstrip(" ,")
    says = lexicon.starts("sure").match(text) or verb_at(rest, lexicon)
    return text if says or re.match(r"(?i)(?:to|that|about|the|your)\b", rest) else ""


def spoken_of(text: str, lexicon: Lexicon) -> str:
    """The text with the verb at its beginning in its base form."""
    return verb_at(text, lexicon, forms=True) + text[len(text.split(maxsplit=1)[0]) :]


def verb_at(text: str, lexicon: Lexicon, *, forms: bool = False) -> str:
    """The verb at the beginning of a text, in its base form; empty when there is none. ``forms``: also “opening”."""
    words = text.split()
    if not words:
        return ""
    first = words[0].strip(",;:").casefold()
    second = words[1].strip(",;:").casefold() if len(words) > 1 else ""
    if first in {"double", "right", "left", "triple"} and second in {"click", "check", "tap", "clicking"}:
        return words[0]
    if lexicon.whole("statement_verbs").match(second):
        return ""
    if lexicon.starts("light").match(text):
        return words[0]
    if forms and first not in lexicon.verbs and (base := gerunds(lexicon).get(first)):
        return base
    return words[0].strip(",;:") if first in lexicon.verbs else ""


@cache
def gerunds(lexicon: Lexicon) -> dict[str, str]:
    """The -ing forms of all verbs, with their base form."""
    doubled = {f"{verb}{verb[-1]}ing": verb for verb in lexicon.verbs}
    plain = {f"{verb}ing": verb for verb in lexicon.verbs} | {"tying": "tie"}
    silent = {f"{verb[:-1]}ing": verb for verb in lexicon.verbs if verb.endswith("e") and not verb.endswith("ee")}
    return doubled | plain | silent


def has_subject(text: str, lexicon: Lexicon) -> bool:
    """Whether a text begins with I, we or you."""
    return bool(_subject(lexicon).match(text))


def third_person(clause: str, lexicon: Lexicon) -> bool:
    """Whether a clause begins with a subject of up to three words and its verb: “Our team starts with …”."""
    words = [word.strip(",;:").casefold() for word in clause.split()]
    if not words or words[0] not in _DETERMINERS:
        return False
    return any(base in lexicon.verbs for word in words[2:_SUBJECT_WORDS] for base in _bases(word))


def _bases(word: str) -> tuple[str, ...]:
    """What a verb that ends in “-s” may be a form of: “starts”, “pushes”, “tries”."""
    if not word.endswith("s") or word.endswith("ss"):
        return ()
    return word[:-1], word.removesuffix("es"), f"{word.removesuffix('ies')}y"


def _states(words: list[str], lexicon: Lexicon) -> bool:
    """Whether what looks like an imperative states something: “Filter options are on the right.”"""
    for at, word in enumerate(words[1:_SCANNED], 1):
        plain = word.strip(",;:")
        if lexicon.whole("links").match(plain) or (at == 1 and lexicon.whole("object_starts").match(plain)):
            return False
        if lexicon.whole("statement_verbs").match(plain):
            return not lexicon.whole("clause_verbs").match(words[0])
        if plain != word:
            return False
    return False


@cache
def _subject(lexicon: Lexicon) -> re.Pattern[str]:
    aux = rf"(?:{lexicon.phrase('auxiliaries')}|{lexicon.phrase('adverbs')})"
    return re.compile(rf"(?i)^(?P<who>i|we|you)(?P<will>'ll|'re|'m|'d|'ve got to)?\s(?P<aux>(?:{aux}\s+)*)")
