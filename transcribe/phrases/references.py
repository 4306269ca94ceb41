"""What English speakers name first and then call “that”: “There's a New button. You wanna hit that.”

Pure. Owns what a pronoun may stand for, and putting that thing in its place. Patterns are in ``lexicons/en.toml``.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases.disfluency import fluent
from transcribe.phrases.imperatives import instruction_at
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.wording import tidy, without_asides, without_leads

_TOPIC_WORDS = 4  # a topic of more words is a sentence


def pointed_out(text: str, lexicon: Lexicon) -> str:
    """What a text says is there: “there's a New button” gives “the New button”; else empty."""
    found = lexicon.finds("exists").search(text)
    return definite(found["thing"]) if found else ""


def thing_named(text: str, lexicon: Lexicon, *, objects: bool = True) -> str:
    """What a sentence speaks of, to which “that” in the next one refers: “the New button”; empty when nothing.

    With ``objects`` any thing that it names will do, else only one that it points out or that is its topic.
    """
    text = tidy(fluent(text))
    if found := list(lexicon.finds("exists").finditer(text)):
        return definite(found[-1]["thing"])
    if topic := topic_of(text, lexicon):
        return definite(topic)
    named = lexicon.finds("objects").search(text) if objects else None
    return definite(named["thing"]) if named else ""


def topic_of(text: str, lexicon: Lexicon) -> str:
    """The topic that a sentence of few words names and nothing more: “Oh yeah, priority.”; else empty."""
    name = without_leads(tidy(fluent(text)), lexicon)
    if not 0 < len(name.split()) <= _TOPIC_WORDS or lexicon.whole("fillers").match(name):
        return ""
    if lexicon.starts("follows").match(name):
        return ""
    if instruction_at(name, lexicon) or lexicon.finds("statement").search(name):
        return ""
    return re.sub(r"(?i)^(?:as )?(?:for|with) ", "", name)


def fronted(topic: str, order: str, lexicon: Lexicon) -> str:
    """“Issue type”, and “change that to Bug”, as “change the issue type to Bug”; empty without such a pronoun."""
    topic = re.sub(r"(?i)^(?:as )?(?:for|with) ", "", without_leads(topic.strip(), lexicon))
    particle = r"(?: (?:up|in|on|out|off|over))?"
    found = re.match(rf"(?i)^(?P<verb>[\w-]+{particle}) (?:it|that|this|them|those|these)\b(?P<rest>.*)$", order)
    if found and topic and len(topic.split()) <= _TOPIC_WORDS:
        return f"{found['verb']} {definite(topic)}{found['rest']}"
    return ""


def pronoun_only(order: str, lexicon: Lexicon) -> bool:
    """Whether an instruction says only “that” instead of what: “Hit that”."""
    return bool(_pronoun_only(lexicon).match(without_asides(order, lexicon)))


def with_thing(order: str, thing: str, lexicon: Lexicon) -> str:
    """The instruction with a thing in place of its pronoun: “Hit that” of “the New button” is “Hit the New button”."""
    found = _pronoun_only(lexicon).match(without_asides(order, lexicon))
    return f"{re.sub(r'(?i) on$', '', found['verb'])} {definite(thing)}" if found else order


def definite(thing: str) -> str:
    """“a New button” as “the New button”; “issue type” as “the issue type”."""
    name = re.sub(r"(?i)^(?:an?|this|another|the) ", "", thing.strip())
    return name if not name or re.match(r"(?i)^(?:your|our|my) ", name) else f"the {name}"


@cache
def _pronoun_only(lexicon: Lexicon) -> re.Pattern[str]:
    particle = "(?:on|up|in|out|off)"
    after = rf"(?: (?:again|now|too|here|then|as well|first|{particle}))*"
    return re.compile(rf"(?i)^(?P<verb>[\w-]+(?: {particle})?) {lexicon.phrase('pronouns')}{after}$")
