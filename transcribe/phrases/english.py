"""Finds the instruction in an English sentence and says it as an imperative: “I'm just gonna hit Save” is “Hit Save”.

Pure. Owns how English speakers wrap an instruction: lead-ins, clauses of place, time and purpose, topics named first
(“For the summary, keep it short”), clauses before it. The word lists are in ``lexicons/en.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases.disfluency import fluent
from transcribe.phrases.imperatives import addressed, bare, gerunds, has_subject, instruction_at, spoken_of, verb_at
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.references import fronted, pointed_out, pronoun_only, thing_named, with_thing
from transcribe.phrases.wording import corrected, tidy, without_leads

_DEPTH = 3  # clauses before an instruction
_PLACE_WORDS, _ORDER_WORDS = 6, 8  # words of a place and of an instruction that fit into one title
_WHOLE_WORDS = 8  # words of a sentence whose pronoun needs its clause of time
_FIELD_WORDS = 3  # words of a field's name
_TOPIC_WORDS = 4
_CLICK_VERBS = frozenset(("click", "press", "tap", "hit", "select", "choose", "type", "double-click", "right-click"))
_JOINING = re.compile(
    r"(?i)that|which|who|whom|what|whatever|where|wherever|when|whenever|if|because|as|while|though|although|before"
    r"|after|until|till|once|since|than|how|why|unless|whether|\w*things?|ones?|all|those|these|did|do|can|should|will"
    r"|would|could|if|the|an?"
)
"""Words before “I type” that make it no instruction of its own."""
_PLACED = 60  # characters in which the subject follows a place


def order_in(sentence: str, lexicon: Lexicon) -> str:
    """The instruction in a sentence as an imperative, without its lead-in; empty when there is none."""
    text = tidy(corrected(fluent(sentence), lexicon))
    asks = re.search(r"(?<!, okay)(?<!, ok)(?<!, right)(?<!, yeah)(?<!, all right)\?[\s\"”]*$", sentence)
    polite = re.match(r"(?i)(?:can|could|would|will) you ", text)
    if not text or (not polite and (asks or lexicon.starts("questions").match(text))):
        return ""
    return _order(text, lexicon) or _later(text, lexicon)


def direct_order(text: str, lexicon: Lexicon) -> bool:
    """Whether a text begins with an instruction, not only somewhere in it."""
    return bool(_order(tidy(corrected(fluent(text), lexicon)), lexicon))


def listed(order: str, lexicon: Lexicon) -> str:
    """“Save the expense, press Submit” as “Save the expense and press Submit”; subjects in between are left out.

    A verb that was written as if it belonged to the name after it loses its capital: “Go to Orders and Click New”.
    """
    order = re.sub(r"(?<=\w )(and|then|And|Then) ([A-Z][\w-]*)(?= \w)", _lowered, order)
    order = re.sub(
        r"(?i)\b(and|then|and then) (?:you|we|i)(?:'ll)?(?: just| then)* (?=([\w-]+))",
        lambda found: f"{found[1]} " if verb_at(found[2], lexicon) else found[0],
        order,
    )
    vague = re.match(
        r"(?i)^(?:go|come|head|move|jump)(?: (?:over|up|down|back|in|on))* (?:here|there),? and (?=([\w-]+))", order
    )
    order = order[vague.end() :] if vague and verb_at(vague[1], lexicon) else order
    joint = r"(?i),(?: and then| and| then) (?=([\w-]+))" if order.count(", ") == 1 else r"(?i), and (?=([\w-]+))"
    order = re.sub(joint, lambda m: " and " if verb_at(m[1], lexicon) else m[0], order)
    first, _, second = order.partition(", ")
    if not second[:1].islower() or ", " in second or " and " in order:  # a capital: the name of what is clicked
        return order
    two = verb_at(second, lexicon) and bare(second, lexicon) and bare(first, lexicon)
    return f"{first} and {second}" if two else order


def _lowered(found: re.Match[str]) -> str:
    """“and Click” as “and click”; other verbs may be the name of what is clicked: “Save and Close”."""
    named = found[2].casefold() not in _CLICK_VERBS
    return found[0] if named else f"{found[1].lower()} {found[2].lower()}"


def task_worded(said: str, lexicon: Lexicon) -> str:
    """A task as an imperative: “we raise an order”, “raising an order”; empty when it is a noun phrase."""
    if order := _order(said, lexicon):
        return order
    words = said.split()
    base = gerunds(lexicon).get(words[0].casefold()) if words else None
    return " ".join([base, *words[1:]]) if base else ""


def noun_task(said: str, lexicon: Lexicon) -> str:
    """A task from a noun phrase: “the new order form” is “new order form”; empty when it is none.

    “Where the templates live” is “Find the templates”.
    """
    if found := re.match(r"(?i)where (?P<thing>(?:the|your|our|my) .+?) (?:lives?|is|are|sits?|can be found)\b", said):
        return f"Find {found['thing']}"
    if not said or lexicon.starts("no_nouns").match(said):
        return ""
    return re.sub(r"(?i)^(?:the|an?|our|your)\s+", "", said)


def _order(text: str, lexicon: Lexicon, depth: int = 0) -> str:
    """The instruction with which a text begins, after lead-ins, indirect beginnings and clauses before it."""
    text = tidy(text)
    while lead := lexicon.lead().match(text):
        rest = text[lead.end() :]
        if lexicon.starts("care").match(text) and verb_at(rest, lexicon):  # “Never close …”
            break
        text = rest
    if indirect := _indirect(lexicon).match(text):
        rest = text[indirect.end() :]
        if verb_at(rest, lexicon, forms=True):
            return spoken_of(rest, lexicon)
        if found := addressed(rest, lexicon) or (_order(rest, lexicon, depth + 1) if depth < _DEPTH else ""):
            return found
    if found := _field_first(text, lexicon) or instruction_at(text, lexicon):
        return found
    return (_after_clause(text, lexicon, depth) if depth < _DEPTH else "") or _ought(text, lexicon)


def _ought(text: str, lexicon: Lexicon) -> str:
    """“The stage should be Open” as “Set the stage to Open”, “The date goes in here” as “Enter the date in here”."""
    if found := lexicon.finds("ought").match(text):
        return f"Set the {found['thing']} to {found['state']}"
    found = lexicon.finds("goes").match(text)
    return f"Enter the {found['thing']} {found['place']}" if found else ""


def _after_clause(text: str, lexicon: Lexicon, depth: int) -> str:
    """The instruction after a clause of place, time, purpose or topic; else empty."""
    if placed := _placed(text, lexicon):
        return placed
    found = re.match(r"([^,:]+)[,:]\s+(.+)", text)
    clause, rest = found.groups() if found else (text, "")
    main = _order(rest, lexicon, depth + 1) if rest else ""
    if not main or lexicon.starts("purposes").match(clause):
        return main
    if pronoun_only(main, lexicon) and (thing := pointed_out(clause, lexicon)):
        return with_thing(main, thing, lexicon)
    return _with_clause(text, clause, main, lexicon)


def _with_clause(text: str, clause: str, main: str, lexicon: Lexicon) -> str:
    """An instruction with what the clause before it adds; empty when that clause makes it no instruction."""
    states = bool(lexicon.finds("statement").search(clause))
    if re.match(r"(?i)^(?:(?:as )?for|with)\b", clause) and (topical := fronted(clause, main, lexicon)):
        return topical
    if lexicon.starts("places").match(clause):
        short = len(clause.split()) <= _PLACE_WORDS and len(main.split()) <= _ORDER_WORDS and not states
        return _at_place(main, clause) if short else main
    if lexicon.starts("times").match(clause):
        refers = re.search(r"(?i)\b(?:it|them|this|that|these|those|one)$", main)
        return text if refers and len(text.split()) <= _WHOLE_WORDS else main
    return fronted(clause, main, lexicon) if len(clause.split()) <= _TOPIC_WORDS and not states else ""


def _placed(text: str, lexicon: Lexicon) -> str:
    """“From the dropdown I choose Annual leave.” as “Choose Annual leave from the dropdown”."""
    placed = lexicon.starts("places").match(text)
    timed = not placed and lexicon.starts("times").match(text)
    if not placed and not timed:
        return ""
    if order := _imperative_after(text, lexicon):
        return order
    for found in re.finditer(r"(?i)(?<=\s)(?:i|we|you)(?=['\s])", text[:_PLACED]):
        place, main = text[: found.start()].strip(" ,"), addressed(text[found.start() :], lexicon)
        whole = len(place.split()) <= _PLACE_WORDS and "," not in place
        if main and whole and timed and len(place.split()) > 1:
            return main
        if main and whole and not timed and not lexicon.finds("statement").search(place):
            return _at_place(main, place)
    return ""


def _imperative_after(text: str, lexicon: Lexicon) -> str:
    """“In the subject line put the ticket number”: an imperative after a place, without a comma."""
    words = text.split()
    for at in range(3, min(_PLACE_WORDS + 1, len(words) - 1)):
        clear = lexicon.whole("object_starts").match(words[at + 1]) or words[at + 1][:1].isupper()
        rest = " ".join(words[at:])
        if words[at - 1].endswith(",") or not words[at].islower():
            return ""
        told = " ".join(words[at - 1 :])
        if has_subject(told, lexicon) and not addressed(told, lexicon):  # “you'll find”
            continue
        if clear and bare(rest, lexicon) and not lexicon.finds("statement").search(rest):
            return _at_place(rest, " ".join(words[:at]))
    return ""


def _at_place(order: str, place: str) -> str:
    """The instruction with its place after it; “over here” is none."""
    if re.search(r"(?i)^(?:right |over |up |down )*(?:here|there)\b|\b(?:here|there)$", place):
        return order
    place = re.sub(r"(?i)^as for\b", "for", place)
    return f"{order} {place[0].lower()}{place[1:]}"


def _field_first(text: str, lexicon: Lexicon) -> str:
    """“Issue type, change that to Bug”, where the name of the field begins with a word that may be a verb."""
    topic, comma, rest = text.partition(",")
    topic, rest = re.sub(r"(?i)^(?:as )?(?:for|with) ", "", topic), rest.strip()
    if not comma or not lexicon.ends("fields").search(topic) or not 1 < len(topic.split()) <= _FIELD_WORDS:
        return ""
    main = bare(without_leads(rest, lexicon), lexicon) or addressed(rest, lexicon)
    return fronted(topic, main, lexicon) if main else ""


def _later(text: str, lexicon: Lexicon) -> str:
    """The instruction in a later clause: “It'll complain, so just copy the line.”"""
    joint = r"(?i)(?:,\s*(?:so|and|but|then|and then|and so)?|;|:|\bso|\band then|\band|\s[-–—])\s+"
    joints = list(re.finditer(joint, text))
    if joints and (thing := pointed_out(text[: joints[-1].start()], lexicon)):
        last = _order(text[joints[-1].end() :], lexicon, 1)
        if pronoun_only(last, lexicon):
            return with_thing(last, thing, lexicon)
    for found in joints:
        rest, before = text[found.end() :], text[: found.start()]
        order = (_order(rest, lexicon, 1) or _after_slip(rest, lexicon)) if len(rest.split()) > 1 else ""
        if not order or (found[0].strip().casefold() == "and" and not _safe(rest, lexicon)):
            continue
        if pronoun_only(order, lexicon) and (thing := thing_named(before, lexicon)):
            return with_thing(order, thing, lexicon)
        return order
    return ""


def _after_slip(text: str, lexicon: Lexicon) -> str:
    """The instruction after one misheard word or slip: “…, cell I type the name” for “So I type the name”."""
    found = re.match(r"([A-Za-z]+) (?=(?:I|we)\b)", text)
    return addressed(text[found.end() :], lexicon) if found and not _JOINING.fullmatch(found[1]) else ""


def _safe(rest: str, lexicon: Lexicon) -> bool:
    """Whether words after a bare “and” are an instruction and not the rest of a list."""
    follows = r"(?i)\w+(?: \w+)? (?:the|a|an|your|our|my|on|in|to|this|that|it|all)\b"
    return has_subject(rest, lexicon) or bool(re.match(follows, rest))


@cache
def _indirect(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{lexicon.phrase('indirect')})(?![\w']),?\s+(?:(?:{lexicon.phrase('adverbs')})\s+)*")
