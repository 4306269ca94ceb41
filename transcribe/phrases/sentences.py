"""Sorts spoken sentences (introduction, instruction, talk, closing) and makes short titles from them.

Pure. Owns the kinds; how an instruction is found is in ``english.py`` and ``inflected.py``. In a language without a
lexicon every sentence is an instruction and only marks are taken off.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from transcribe.phrases import english, inflected
from transcribe.phrases.disfluency import fluent
from transcribe.phrases.imperatives import third_person
from transcribe.phrases.lexicon import Lexicon, lexicon_of
from transcribe.phrases.wording import capitalised, shortened, tidy, trimmed, without_leads

_THING, _PLACE = ("thing", "name", "object"), ("place", "menu", "there")
"""Groups of the pattern ``found``; a group has one name wherever a language puts it."""


class SentenceKind(Enum):
    """Purpose of a sentence."""

    OPENING = auto()  # an introduction: says what will be shown
    INSTRUCTION = auto()
    TALK = auto()  # explanation or description
    STUMBLE = auto()  # was restarted or taken back
    CLOSING = auto()  # says that the demo is over


def kind_of(sentence: str, language: str | Lexicon = "en") -> SentenceKind:
    """The kind of a sentence. In languages without a lexicon every sentence counts as an instruction."""
    lexicon = lexicon_of(language)
    if not lexicon.known:
        return SentenceKind.INSTRUCTION
    text = plain(sentence, lexicon)
    forms = (text, without_leads(text, lexicon, comma=True), without_leads(text, lexicon))
    if any(_closes(form, lexicon) for form in forms):
        return SentenceKind.CLOSING
    if any(lexicon.finds("openings").search(form) for form in forms):
        return SentenceKind.OPENING
    if is_exception(text, lexicon):
        return SentenceKind.TALK
    return SentenceKind.INSTRUCTION if order_in(sentence, lexicon) else SentenceKind.TALK


def is_exception(text: str, lexicon: Lexicon) -> bool:
    """Whether a plain text says what may be done with a thing otherwise: “If it's wrong, you can reject it.”"""
    while not lexicon.whole("exceptions").match(text):  # “if you want” is a lead-in too
        lead = lexicon.lead().match(text)
        if not lead:
            return False
        text = text[lead.end() :]
    return True


def announces(sentence: str, lexicon: Lexicon) -> bool:
    """Whether a sentence says what is going to be done and means a task, not the next click: “Let's book a room.”"""
    order = order_in(sentence, lexicon) if opens_with_announcement(sentence, lexicon) else ""
    return bool(order) and not any(lexicon.finds(key).search(order) for key in ("operations", "points_back"))


def opens_with_announcement(sentence: str, lexicon: Lexicon) -> bool:
    """Whether a sentence begins with words that say what is going to be done: “Let's …”, “We're going to …”."""
    text = plain(sentence, lexicon)
    return any(lexicon.starts("announces").match(form) for form in (text, without_leads(text, lexicon)))


def finding(sentence: str, lexicon: Lexicon) -> str:
    """“Under Tools you'll find Export.” as “Find Export under Tools”; empty when it says nothing of that kind."""
    found = _found(sentence, lexicon)
    if not found:
        return ""
    thing, place = found
    lower = f"{place[0].lower()}{place[1:]}" if lexicon.language != "de" else place
    return capitalised(lexicon.tables["actions"]["find"].format(thing=thing, place=lower))


def thing_found(sentence: str, lexicon: Lexicon) -> str:
    """What is found, in the words of the sentence: “Export”; empty when it says nothing of that kind."""
    found = _found(sentence, lexicon)
    return found[0] if found else ""


def _found(sentence: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """The thing and the place of a sentence that says where something is found."""
    found = lexicon.whole("found").match(without_leads(plain(sentence, lexicon), lexicon))
    said = {key: text.strip(" ,") for key, text in found.groupdict().items() if text} if found else {}
    thing, place = (next((said[key] for key in keys if key in said), "") for keys in (_THING, _PLACE))
    return (thing, place) if thing and place else None


def _closes(text: str, lexicon: Lexicon) -> bool:
    """Whether a text says goodbye, as a whole or in each of its parts."""
    closing, filler = lexicon.whole("closings"), lexicon.whole("fillers")
    if closing.match(tidy(text)):
        return True
    parts = [part for part in map(tidy, re.split(r"[,.;!]\s+", text)) if part]
    return any(map(closing.match, parts)) and all(closing.match(part) or filler.match(part) for part in parts)


def title_of(sentence: str, language: str | Lexicon = "en") -> str:
    """A short title from a sentence: an imperative if there is one, without lead-in, asides and full stop."""
    lexicon = lexicon_of(language)
    text = order_in(sentence, lexicon) or without_leads(
        plain(sentence, lexicon), lexicon, comma=lexicon.language == "en"
    )
    return titled(text, lexicon)


def titled(text: str, lexicon: Lexicon) -> str:
    """A text as a title: cut to its length, capitalised."""
    text = trimmed(text, lexicon)
    return capitalised(shortened(english.listed(text, lexicon) if lexicon.language == "en" else text, lexicon))


def order_in(sentence: str, lexicon: Lexicon) -> str:
    """The instruction in a sentence, as a writer would word it; empty when there is none."""
    if lexicon.language == "en":
        return english.order_in(sentence, lexicon)
    return inflected.order_in(sentence, lexicon)


def begins_with_order(text: str, lexicon: Lexicon) -> bool:
    """Whether a text begins with an instruction, after lead-ins and clauses of place and time."""
    if not lexicon.known or kind_of(text, lexicon) is not SentenceKind.INSTRUCTION:
        return False
    return lexicon.language != "en" or english.direct_order(text, lexicon)


def tells_of(clause: str, lexicon: Lexicon) -> bool:
    """Whether a clause says what somebody or something does: “Our team starts with Qualification”."""
    return lexicon.language == "en" and third_person(clause, lexicon)


def plain(sentence: str, lexicon: Lexicon) -> str:
    """The sentence without disfluencies."""
    return tidy(fluent(sentence) if lexicon.language == "en" else inflected.fluent(sentence, lexicon))
