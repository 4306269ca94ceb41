"""Cuts texts to the length of a title: no asides, no dangling words, at most ten words and sixty characters.

Pure. Knows no grammar; the phrases are those of a lexicon.
"""

from __future__ import annotations

import re
from functools import cache

from transcribe.phrases.lexicon import Lexicon

LONGEST = 60
"""Characters of a title, at most."""
MOST_WORDS = 10
"""Words of a title, at most; about eight are aimed at."""

_GOOD_WORDS = 8
_FEWEST = 2  # words before a place where a title may be cut
_MARKS = " .!?…,;:。！？、，-–—"
_FILLER = re.compile(
    r"(?i)(?:\s+(?:please|like this|like so|and so on|and stuff|real quick|really quick)"
    r"|,\s*(?:please|okay|ok|right|of course|again|yes|yeah|you know|comma))$"
)
_SAYS_ENOUGH = 4  # words of a title that can do without “up here”
_POINTING = re.compile(r"(?i)(?: (?:right|up|over|down|back|in))+ (?:here|there)$")
_JOINTS = "(?-i:and|or|und|oder|et|ou|ed|od)"
"""Words that join clauses in any language: a take may be taken for another one than it is in."""
_BREAKS = re.compile(r"[,;:–—]\s+|\s+[–—]\s+")


def tidy(text: str) -> str:
    """The text as one line, without quotation marks around it, marks at its end and polite words."""
    text = " ".join(text.split()).strip(" \"'“”„«»").rstrip(_MARKS)
    while filler := _FILLER.search(text):
        text = text[: filler.start()].rstrip(_MARKS)
    return text


def corrected(text: str, lexicon: Lexicon) -> str:
    """The text with words that recognisers write for others put right: “get commit” is “git commit”."""
    for wrong, right in lexicon.tables.get("misheard", {}).items():
        text = _ignoring_case(wrong).sub(right, text)
    return text


def without_leads(text: str, lexicon: Lexicon, *, comma: bool = False) -> str:
    """The text without its lead-ins; with ``comma`` only those that a comma follows."""
    while (lead := lexicon.lead().match(text)) and text[lead.end() :].strip():
        if comma and not re.search(r"[,:;–—.!]\s*$", lead[0]):
            break
        text = text[lead.end() :]
    return text


def trimmed(text: str, lexicon: Lexicon) -> str:
    """The text up to its first aside, without words that cannot be the last of a title."""
    text = _without_weak_end(without_asides(text, lexicon), lexicon)
    pointing = _POINTING.search(text)
    return text[: pointing.start()] if pointing and len(text[: pointing.start()].split()) >= _SAYS_ENOUGH else text


def without_asides(text: str, lexicon: Lexicon) -> str:
    """The text up to its first aside: why, what happens then, what the speaker usually does."""
    text = _without_insertions(tidy(text), lexicon)
    first = text.find(" ") + 1
    aside = lexicon.finds("asides").search(text, first) if first else None
    text = tidy(text[: aside.start()]) if aside and " " in tidy(text[: aside.start()]) else text
    ends = (lexicon.whole("closings"), lexicon.whole("fillers"), lexicon.starts("follows"), lexicon.starts("happens"))
    for comma in re.finditer(r",\s+", text):
        after = tidy(text[comma.end() :].split(",")[0])
        if after and (any(end.match(after) for end in ends) or _states(after, lexicon)):
            return tidy(text[: comma.start()])
    return text


def shortened(text: str, lexicon: Lexicon) -> str:
    """The text cut to the length of a title: after a clause, else after a word that can be the last."""
    text = _without_weak_end(tidy(text), lexicon)
    if len(text.split()) <= _GOOD_WORDS and len(text) <= LONGEST:
        return text
    for most, pattern in ((_GOOD_WORDS, _BREAKS), (MOST_WORDS, _clauses(lexicon))):
        fitting = [m.start() for m in pattern.finditer(text) if _fits(text[: m.start()], most)]
        if fitting and not (len(text.split()) <= MOST_WORDS and len(text) <= LONGEST and pattern is not _BREAKS):
            return _without_weak_end(tidy(text[: fitting[-1]]), lexicon)
    words = text.split()[:MOST_WORDS]
    if len(text) <= LONGEST and len(words) == len(text.split()):
        return text
    while len(words) > 1 and len(" ".join(words)) >= LONGEST:
        words.pop()
    head = _without_weak_end(" ".join(words), lexicon)
    return f"{head[: LONGEST - 1].rstrip(_MARKS)}…"


def capitalised(text: str) -> str:
    """Capitalised, unless the first word has its own spelling (iPhone, eBay)."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]


def _fits(head: str, most: int) -> bool:
    return _FEWEST <= len(head.split()) <= most and len(head) <= LONGEST


def _without_insertions(text: str, lexicon: Lexicon) -> str:
    """“Click Add and choose, let me scroll down, choose Taxi” without what stands between the commas."""
    parts = re.split(r",\s+", text)
    if len(parts) < 3 or "insertions" not in lexicon.phrases:
        return text
    inner = lexicon.starts("insertions")
    kept = [
        part
        for at, part in enumerate(parts)
        if at in {0, len(parts) - 1} or not inner.match(part) or not _goes_on(parts[at + 1], lexicon)
    ]
    if len(kept) == len(parts):
        return text
    joined = kept[0]
    for part in kept[1:]:
        last, first = joined.split()[-1], part.split()[0]
        repeated = last.casefold() == first.casefold() and len(part.split()) > 1
        joint = lexicon.whole("joints")
        glue = " " if repeated or joint.match(first) or joint.match(last) else ", "
        joined = joined[: -len(last)].rstrip() + " " + part if repeated else joined + glue + part
    return joined


def _states(clause: str, lexicon: Lexicon) -> bool:
    """Whether an English clause states something and does not go on with an instruction: “two weeks is plenty”."""
    first = clause.split(" ", 1)[0].casefold()
    goes_on = first in lexicon.verbs or lexicon.whole("joints").match(first)
    return lexicon.language == "en" and not goes_on and bool(lexicon.finds("statement").search(clause))


def _goes_on(part: str, lexicon: Lexicon) -> bool:
    """Whether what follows an insertion goes on with the instruction, which shows where verbs are listed as spoken."""
    if lexicon.language != "en":
        return True
    return re.sub(r"(?i)^(?:and|then|and then)\s+", "", part).split(" ", 1)[0].casefold() in lexicon.verbs


def _without_weak_end(text: str, lexicon: Lexicon) -> str:
    weak = _weak_end(lexicon)
    kept = lexicon.ends("particles")
    while (found := weak.search(text)) and text[: found.start()].strip() and not kept.search(text):
        if " " not in text[: found.start()].strip() and lexicon.whole("pronouns").match(text.rsplit(maxsplit=1)[-1]):
            break  # “Hit that” says more than “Hit”
        text = text[: found.start()]
    return text.rstrip(_MARKS) or text


@cache
def _weak_end(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)[,;:\s]+(?:{lexicon.phrase('weak')}|{_JOINTS})[\s,;:–—]*$|[\s,;:–—]+$")


@cache
def _clauses(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i)[,;:–—]\s+|\s+(?=(?:{lexicon.phrase('clauses')})(?!\w))")


@cache
def _ignoring_case(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{pattern}")
