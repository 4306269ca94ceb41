"""Finds the instruction in an English sentence and says it as an imperative: “I'm just gonna hit Save” is “Hit Save”.

Pure. Owns how English speakers wrap an instruction: lead-ins, subjects and auxiliaries, clauses of place, time and
purpose, topics named first (“For the summary, keep it short”). The word lists are in ``lexicons/en.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.steps.disfluency import fluent
from transcribe.steps.lexicon import Lexicon
from transcribe.steps.wording import corrected, tidy, without_asides

_NOT = r"(?!\s+(?:is|are|was|were|has|had|will|would|can|could|goes|went|takes|says|means|shows|opens|appears|must)\b)"
_STATES = re.compile(
    r"(?i)^(?:is|are|was|were|has|had|will|would|can|goes|went|takes|took|says|said|means|shows|opens|appears|must|comes)$"
)
_LINKS = re.compile(
    r"(?i)^(?:that|which|who|what|where|when|if|how|why|whether|until|so|because|and|or|but|then|as|before|after|once|while|"
    r"whatever|whichever|wherever|make|sure|ensure|check|verify|confirm|note|it|you|we|i|they)$"
)
_OBJECTS = re.compile(r"(?i)^(?:the|an?|this|these|your|my|our|their|its|them|something|everything|anything|all|every|each|any|some|both|another)$")
_WHOLE_WORDS = 8  # words of a sentence whose pronoun needs its clause of time
_NOUNS = re.compile(r"(?i)^(?:of|number|numbers|details|options?|settings?|rates?|names?|types?|lines?|fees?|boxes|box)$")
_OUGHT = re.compile(
    r"(?i)^(?:the |your |our |my |each |every )?(?P<thing>(?!it\b|this\b|that\b|they\b|you\b|we\b|i\b|there\b)\w[\w-]*(?: [\w-]+){0,2})"
    r" (?:should (?:always |normally |usually )?|must (?:always )?|(?:has|have|needs?) (?:always )?to )be (?:set to |at )?"
    r"(?P<state>(?!(?-i:[a-z]+(?:ed|ing))\b|able\b|there\b|here\b|ready\b|visible\b)[^,]+)$"
)
_EXISTS = re.compile(
    r"(?i)\b(?:there(?:'s| is| are|'re)|you(?:'ll| will| can| should|'re going to| are going to)?(?: also| now)? (?:see|find|get|notice|have)|"
    r"(?:you|we|i)(?:'ve| have)(?: got)?|here(?:'s| is))"
    r" (?:also |now |only |just )?(?P<thing>(?:an?|the|this|your|our|my|another) [\w'’+&/-]+(?: (?!in\b|on\b|at\b|that\b|which\b|to\b|with\b|here\b|up\b|down\b|called\b|where\b|for\b|and\b|so\b|right\b|under\b|from\b|if\b|when\b|next\b|but\b|or\b)[\w'’+&/-]+){0,3}(?: (?:called|named|labelled|labeled|marked|saying|that says|that reads) [\w'’&/-]+(?: (?-i:[A-Z])[\w'’&/-]+){0,2})?)"
)
_OBJECT = re.compile(
    r"(?i)\b(?P<thing>(?:the|your|our|my|an?) [\w'’+&/-]+(?: (?!in\b|on\b|at\b|that\b|which\b|to\b|with\b|here\b|and\b|so\b|from\b|for\b|if\b|when\b|as\b|is\b|are\b|was\b|has\b|up\b|or\b|but\b|into\b|by\b|of\b|should\b|because\b)[\w'’+&/-]+){0,2})"
)


def order_in(sentence: str, lexicon: Lexicon) -> str:
    """The instruction in a sentence as an imperative, without its lead-in; empty when there is none."""
    text = tidy(corrected(fluent(sentence), lexicon))
    asks = re.search(r"(?<!, okay)(?<!, ok)(?<!, right)(?<!, yeah)(?<!, all right)\?[\s\"”]*$", sentence)
    polite = re.match(r"(?i)(?:can|could|would|will) you ", text)
    if not text or (not polite and (asks or lexicon.starts("questions").match(text))):
        return ""
    return _order(text, lexicon) or _later(text, lexicon)


def listed(order: str, lexicon: Lexicon) -> str:
    """“Save the expense, press Submit” as “Save the expense and press Submit”."""
    order = re.sub(
        r"(?i)\b(and|then|and then) (?:you|we|i)(?:'ll)?(?: just| then)* (?=([\w-]+))",
        lambda m: f"{m[1]} " if _verb(m[2], lexicon) else m[0],
        order,
    )
    order = re.sub(r"(?i), and (?=([\w-]+))", lambda m: " and " if _verb(m[1], lexicon) else m[0], order)
    first, comma, second = order.partition(", ")
    if comma and _bare(first, lexicon) and ", " not in second and " and " not in order and _verb(second, lexicon) and _bare(second, lexicon):
        return f"{first} and {second}"
    return order


def thing_named(text: str, lexicon: Lexicon, *, objects: bool = True) -> str:
    """What a sentence speaks of, to which “that” in the next one refers: “the New button”; empty when nothing.

    With ``objects`` any thing that it names will do, else only one that it points out or that is its topic.
    """
    text = tidy(fluent(text))
    if found := list(_EXISTS.finditer(text)):
        return _definite(found[-1]["thing"])
    if lexicon.lead().match(text):
        text = without_leads(text, lexicon)
    if 0 < len(text.split()) <= 3 and not _order(text, lexicon) and not lexicon.finds("statement").search(text):
        return _definite(text)
    found = list(_OBJECT.finditer(text)) if objects else []
    return _definite(found[0]["thing"]) if found else ""


def pronoun_only(order: str, lexicon: Lexicon) -> bool:
    """Whether an instruction says only “that” instead of what: “Hit that”."""
    return bool(_pronoun_only(lexicon).match(without_asides(order, lexicon)))


def with_thing(order: str, thing: str, lexicon: Lexicon) -> str:
    """The instruction with a thing in place of its pronoun: “Hit that” of “the New button” is “Hit the New button”."""
    found = _pronoun_only(lexicon).match(without_asides(order, lexicon))
    if not found:
        return order
    return f"{re.sub(r'(?i) on$', '', found['verb'])} {_definite(thing)}"


@cache
def _pronoun_only(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        rf"(?i)^(?P<verb>[\w-]+(?: on| up| in| out| off)?) {lexicon.phrase('pronouns')}(?: (?:again|now|too|here|then|as well|first|up|in|on|out|off))*$"
    )


def topic_of(text: str, lexicon: Lexicon) -> str:
    """The topic that a sentence of few words names and nothing more: “Oh yeah, priority.”; else empty."""
    bare = without_leads(tidy(fluent(text)), lexicon)
    few = 0 < len(bare.split()) <= 4
    if not few or _order(bare, lexicon) or lexicon.finds("statement").search(bare) or lexicon.whole("fillers").match(bare):
        return ""
    return re.sub(r"(?i)^(?:as )?(?:for|with) ", "", bare)


def without_leads(text: str, lexicon: Lexicon, *, comma: bool = False) -> str:
    """The text without its lead-ins; with ``comma`` only those that a comma follows."""
    while (lead := lexicon.lead().match(text)) and text[lead.end() :].strip():
        if comma and not re.search(r"[,:;–—.!]\s*$", lead[0]):
            break
        text = text[lead.end() :]
    return text


def _order(text: str, lexicon: Lexicon, depth: int = 0) -> str:
    """The instruction with which a text begins, after lead-ins, subjects and clauses before it."""
    text = tidy(text)
    while True:
        if lead := lexicon.lead().match(text):
            rest = text[lead.end() :]
            if lexicon.starts("care").match(text) and _verb(rest, lexicon):
                break
        elif (indirect := _indirect(lexicon).match(text)) and _verb(text[indirect.end() :], lexicon, forms=True):
            return _spoken_of(text[indirect.end() :], lexicon)
        elif (rest := _indirect_rest(text, lexicon)) and (found := _addressed(rest, lexicon)):
            return found
        else:
            break
        text = rest
    return (
        _field_first(text, lexicon) or _addressed(text, lexicon) or _bare(text, lexicon) or _cautious(text, lexicon)
        or (_after_clause(text, lexicon, depth) if depth < 3 else "") or _ought(text)
    )  # fmt: skip


def _indirect_rest(text: str, lexicon: Lexicon) -> str:
    found = _indirect(lexicon).match(text)
    return text[found.end() :] if found else ""


def _spoken_of(text: str, lexicon: Lexicon) -> str:
    verb = _verb(text, lexicon, forms=True)
    return verb + text[len(text.split()[0]) :]


def _addressed(text: str, lexicon: Lexicon) -> str:
    """The instruction after a subject: “you then click Save”, “we're going to choose a date”."""
    found = _subject(lexicon).match(text)
    if not found:
        return ""
    rest, who, will = text[found.end() :], found["who"].casefold(), bool(found["will"] or _without_adverbs(found["aux"], lexicon))
    verb = _verb(rest, lexicon, forms=True)
    if who == "you" and (needs := re.match(r"(?i)need (?P<rest>(?:an?|the|your|another) .+ to \w+.*)$", rest)):
        return f"get {needs['rest']}"
    if re.match(r"(?i)going (?:from|with|for)\b", rest):
        return ""
    if not verb or (rest.split()[0].casefold().endswith("ing") and not will and verb.casefold() != rest.split()[0].casefold()):
        return ""
    key = verb.casefold()
    if who != "you" and re.fullmatch(lexicon.phrase("habits"), key):
        if not will or re.match(r"(?i)\w+ (?:here|there|for a (?:moment|second|sec|bit|minute)|a (?:moment|second|sec|bit))\b", rest):
            return ""
        if re.match(r"(?i)\w+ (?:you|everyone)\b", rest):
            return ""
    if re.fullmatch(lexicon.phrase("results"), key) and not re.search(r"(?i)\b(?:need|want|have|going)\b", found["aux"] + (found["will"] or "")):
        return ""
    if who == "you" and not will and key in {"get", "find", "have", "keep", "need", "end"}:
        return ""
    return _spoken_of(rest, lexicon)


def _without_adverbs(auxiliaries: str, lexicon: Lexicon) -> str:
    return re.sub(rf"(?i)\b(?:{lexicon.phrase('adverbs')})\b", "", auxiliaries).strip()


def _bare(text: str, lexicon: Lexicon) -> str:
    """The instruction that a text is by itself: an imperative, or a command to type."""
    words = text.split()
    if not words:
        return ""
    if _command(lexicon).match(text) and not re.match(r"(?i)(?:git )?(?:is|was|will|has|can|does|makes?)\b", " ".join(words[1:2])):
        return text if words[0].casefold() == "make" else f"{lexicon.phrase('command')} {text[0].lower()}{text[1:]}"
    if not _verb(text, lexicon) or _states(words) or lexicon.starts("exclamations").match(text):
        return ""
    second = words[1].strip(",;:").casefold() if len(words) > 1 else ""
    if second == "of" or (len(words) > 2 and _NOUNS.match(second) and _STATES.match(words[2])):
        return ""
    if words[0].casefold() == "get" and re.search(r"(?:ed|n)$", second) and second not in {"an", "in", "on", "git"}:
        return ""
    return text


def _states(words: list[str]) -> bool:
    """Whether what looks like an imperative states something: “Count is 84.”, “Filter options are on the right.”"""
    for at, word in enumerate(words[1:8], 1):
        bare = word.strip(",;:").casefold()
        if _LINKS.match(bare) or (at == 1 and _OBJECTS.match(bare)):
            return False
        if _STATES.match(bare):
            return not re.match(r"(?i)^(?:make|ensure|check|verify|confirm|note)$", words[0])
        if word.endswith((",", ";", ":")):
            return False
    return False


def _cautious(text: str, lexicon: Lexicon) -> str:
    """“Make sure that …”, “Don't close …”: kept as they are."""
    found = lexicon.starts("care").match(text)
    if not found:
        return ""
    rest = text[found.end() :].lstrip(" ,")
    if re.match(r"(?i)(?:make sure|be sure|be careful|take care|double)", text):
        return text
    if re.match(r"(?i)(?:don't|do not|always|never|remember|don't forget|do not forget)", text):
        return text if _verb(rest, lexicon) or re.match(r"(?i)(?:to|that|about|the|your)\b", rest) else ""
    return ""


def _ought(text: str) -> str:
    """“The stage should be Qualification” as “Set the stage to Qualification”."""
    found = _OUGHT.match(text)
    return f"Set the {found['thing']} to {found['state']}" if found else ""


def _after_clause(text: str, lexicon: Lexicon, depth: int) -> str:
    """The instruction after a clause of place, time, purpose or topic; else empty."""
    if placed := _placed(text, lexicon):
        return placed
    clause, comma, rest = text.partition(",")
    main = _order(rest, lexicon, depth + 1) if comma else ""
    if not main:
        return ""
    if re.match(r"(?i)^(?:in order )?to\b|^(?:if|when|whenever) you(?:'d)? (?:want|need|have|wish|would like|like)\b", clause):
        return main
    words = clause.split()
    if pronoun_only(main, lexicon) and (exists := _EXISTS.search(clause)):
        return with_thing(main, exists["thing"], lexicon)
    if re.match(r"(?i)^(?:as )?for\b|^with\b", clause) and (placed_topic := fronted(re.sub(r"(?i)^(?:as )?(?:for|with) ", "", clause), main, lexicon)):
        return placed_topic
    if _place(lexicon).match(clause):
        short = len(words) <= 6 and len(main.split()) <= 8 and not lexicon.finds("statement").search(clause)
        clause = re.sub(r"(?i)^as for\b", "for", clause)
        return f"{main} {clause[0].lower()}{clause[1:]}" if short and not re.search(r"(?i)\b(?:here|there)$", clause) else main
    if lexicon.starts("times").match(clause):
        whole = bool(re.search(r"(?i)\b(?:it|them|this|that|these|those|one)$", main))
        return text if whole and len(text.split()) <= _WHOLE_WORDS else main
    if len(words) <= 4 and not lexicon.finds("statement").search(clause):
        return fronted(clause, main, lexicon)
    return ""


def _placed(text: str, lexicon: Lexicon) -> str:
    """“From the dropdown I choose Annual leave.” as “Choose Annual leave from the dropdown”."""
    if not _place(lexicon).match(text):
        return ""
    for found in re.finditer(r"(?i)(?<=\s)(?:i|we|you)(?=['\s])", text[:60]):
        place, main = text[: found.start()].strip(" ,"), _addressed(text[found.start() :], lexicon)
        if main and len(place.split()) <= 6 and "," not in place and not lexicon.finds("statement").search(place):
            return main if re.match(r"(?i)^(?:right |over |up |down )*(?:here|there)\b", place) else f"{main} {place[0].lower()}{place[1:]}"
    return ""


def fronted(topic: str, main: str, lexicon: Lexicon) -> str:
    """“Issue type, change that to Bug” as “Change the issue type to Bug”: the pronoun gets the topic."""
    topic = without_leads(topic.strip(), lexicon)
    found = re.match(r"(?i)^(?P<verb>[\w-]+(?: (?:up|in|on|out|off|over))?) (?:it|that|this|them|those|these)\b(?P<rest>.*)$", main)
    if found and topic and len(topic.split()) <= 4:
        return f"{found['verb']} {_definite(topic)}{found['rest']}"
    return ""


def _field_first(text: str, lexicon: Lexicon) -> str:
    """“Issue type, change that to Bug”, where the name of the field begins with a word that may be a verb."""
    topic, comma, rest = text.partition(",")
    topic = re.sub(r"(?i)^(?:as )?(?:for|with) ", "", topic)
    if not comma or not lexicon.ends("fields").search(topic) or not 1 < len(topic.split()) <= 3:
        return ""
    main = _bare(without_leads(rest.strip(), lexicon), lexicon) or _addressed(rest.strip(), lexicon)
    return fronted(topic, main, lexicon) if main else ""


def direct_order(text: str, lexicon: Lexicon) -> bool:
    """Whether a text begins with an instruction, not only somewhere in it."""
    return bool(_order(tidy(corrected(fluent(text), lexicon)), lexicon))


def _later(text: str, lexicon: Lexicon) -> str:
    """The instruction in a later clause: “It'll complain, so just copy the line.”"""
    joints = list(re.finditer(r"(?i)(?:,\s*(?:so|and|but|then|and then|and so)?|;|:|\bso|\band then|\band|\s[-–—])\s+", text))
    exists = _EXISTS.search(text)
    if joints and exists and exists.end() <= joints[-1].start():
        last = _order(text[joints[-1].end() :], lexicon, 1)
        if pronoun_only(last, lexicon):
            return with_thing(last, exists["thing"], lexicon)
    for found in joints:
        rest, before = text[found.end() :], text[: found.start()]
        order = _order(rest, lexicon, 1) if len(rest.split()) > 1 else ""
        if not order or (found[0].strip().casefold() == "and" and not _safe(rest, lexicon)):
            continue
        if pronoun_only(order, lexicon) and (thing := thing_named(before, lexicon)):
            return with_thing(order, thing, lexicon)
        return order
    return ""


def _safe(rest: str, lexicon: Lexicon) -> bool:
    """Whether words after a bare “and” are an instruction and not the rest of a list."""
    return bool(_subject(lexicon).match(rest)) or bool(re.match(r"(?i)\w+(?: \w+)? (?:the|a|an|your|our|my|on|in|to|this|that|it|all)\b", rest))


def _definite(thing: str) -> str:
    """“a New button” as “the New button”; “issue type” as “the issue type”."""
    bare = re.sub(r"(?i)^(?:an?|this|another|the) ", "", thing.strip())
    if re.match(r"(?i)^(?:your|our|my) ", bare):
        return bare
    first = bare.split(" ", 1)[0]
    return f"the {bare if first[1:] != first[1:].lower() else bare}" if bare else ""


def _verb(text: str, lexicon: Lexicon, *, forms: bool = False) -> str:
    """The verb at the beginning of a text, in its base form; empty when there is none."""
    words = text.split()
    if not words:
        return ""
    first = words[0].strip(",;:").casefold()
    second = words[1].strip(",;:").casefold() if len(words) > 1 else ""
    if first in {"double", "right", "left", "triple"} and second in {"click", "check", "tap", "clicking"}:
        return words[0]
    if _STATES.match(second):
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
    plain = {f"{verb}ing": verb for verb in lexicon.verbs} | {"tying": "tie", "dying": "die"}
    return doubled | plain | {f"{verb[:-1]}ing": verb for verb in lexicon.verbs if verb.endswith("e") and not verb.endswith("ee")}


@cache
def _subject(lexicon: Lexicon) -> re.Pattern[str]:
    aux = rf"(?:{lexicon.phrase('auxiliaries')}|{lexicon.phrase('adverbs')})"
    return re.compile(rf"(?i)^(?P<who>i|we|you)(?P<will>'ll|'re|'m|'d|'ve got to)?\s(?P<aux>(?:{aux}\s+)*)")


@cache
def _indirect(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{lexicon.phrase('indirect')})(?![\w']),?\s+(?:(?:{lexicon.phrase('adverbs')})\s+)*")


@cache
def _place(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)^{lexicon.phrase('places')}(?![\w'’])")


@cache
def _command(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{lexicon.phrase('commands')})\s+\S")



def task_worded(said: str, lexicon: Lexicon) -> str:
    """A task as an imperative: “we raise an order”, “raising an order”; empty when it is a noun phrase."""
    if order := _order(said, lexicon):
        return order
    words = said.split()
    if words and (base := gerunds(lexicon).get(words[0].casefold())):
        return " ".join([base, *words[1:]])
    return ""


def noun_task(said: str, lexicon: Lexicon) -> str:
    """A task from a noun phrase: “the new order form” is “new order form”; empty when it is none."""
    if not said or re.match(r"(?i)^(?:i|we|you|it|he|she|they|that|if|because|how|what|this|these|so|to)(?![\w-])", said):
        return ""
    return re.sub(r"(?i)^(?:the|an?|our|your)\s+", "", said)
