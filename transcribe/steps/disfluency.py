"""Speech as it was meant: without ums, with what was said twice said once, and with the better of two tries.

Pure, English only: “um” means something in German and Portuguese. Owns stumbles; refuses to know steps. Titles are made
from fluent text, a step's own text stays as it was said.
"""

from __future__ import annotations

import re

_SOUNDS = "u+m+|u+h+|e+rm*|e+h+m*|a+h+|o+h+|h+mm+|m+hm+"
_UM = re.compile(rf"(?i)[,;]?\s*(?<![\w'’-])(?:{_SOUNDS})(?![\w'’-])[,.…]*(?:\s*[-–—])?")
_PADDING = re.compile(r"(?i),\s*(?:you know|you see|i mean|like|basically|sort of|kind of|let's say|let me see)\s*,")
_BROKEN = re.compile(r"\s*(?:…|\.\.\.|\s[-–—]|-)$")
_BETTER = re.compile(
    rf"(?i)^(?:(?:(?:{_SOUNDS})\b|(?:no|nope|wait|actually|rather|pardon|not that(?: one)?)\s*(?=[,.:;!–—])"
    r"|(?:no |oh )?sorry|excuse me|my mistake|i mean|i meant|scratch that|hold on|let me try (?:that|this) again)"
    r"[\s,.:;!–—-]*)+"
)
_TAKES_BACK = re.compile(r"(?i)\b(?:no|nope|sorry|mean|meant|scratch|wait|try|not|mistake)\b")
_AMENDED = re.compile(r"(?i)[,–—]\s*(?:(?:oh|no|sorry|wait|i mean|i meant|rather|actually|scratch that)\b[\s,–—]*)+")
_REPEATED = 4
"""Words that are said again as one when somebody gathers their thoughts: “then we click, then we click”."""


def fluent(sentence: str) -> str:
    """The sentence without its stumbles; the same sentence when it has none."""
    text = _PADDING.sub(" ", _UM.sub(" ", takes_back(sentence) or sentence)).strip(" ,;–—-")
    text = " ".join(_once(_whole(text.split())))
    return _amended(text) or sentence.strip()


def restarts(sentence: str, before: str) -> bool:
    """Whether a sentence says anew, and in full, what the one before it only began: “Now open.” “Now open the menu.”"""
    begun, full = _bare(_BROKEN.sub("", before)), _bare(sentence)
    return 0 < len(begun) <= len(full) and full[: len(begun)] == begun


def takes_back(sentence: str) -> str:
    """What is said instead, in a sentence that takes the one before it back: “No, sorry, click submit.”; else empty."""
    found = _BETTER.match(sentence)
    return sentence[found.end() :] if found and _TAKES_BACK.search(found[0]) else ""


def _whole(words: list[str]) -> list[str]:
    """Without words that broke off: “sel- select”."""
    return [w for w, after in zip(words, [*words[1:], ""], strict=False) if not (w.endswith("-") and _starts(after, w))]


def _starts(word: str, broken: str) -> bool:
    return word.casefold().startswith(broken.rstrip("-").casefold())


def _once(words: list[str]) -> list[str]:
    """Without what is said again at once. Signs and figures may well be meant twice: “type 5 5”."""
    at = 0
    while at < len(words):
        for length in range(_REPEATED, 0, -1):
            one, two = words[at : at + length], words[at + length : at + 2 * length]
            if len(two) == length and _same(one, two):
                del words[at : at + length]
                break
        else:
            at += 1
    return words


def _same(one: list[str], two: list[str]) -> bool:
    spoken = [w.strip(",.;:–—-").casefold() for w in one]
    if any(not w or any(c.isdigit() for c in w) or (len(w) == 1 and w not in "ai") for w in spoken):
        return False
    return spoken == [w.strip(",.;:–—-").casefold() for w in two]


def _amended(text: str) -> str:
    """“Click the save, no, the submit button” as “Click the submit button”."""
    found = _AMENDED.search(text)
    if found is None or not text[found.end() :]:
        return text
    before, after = text[: found.start()].split(), text[found.end() :].split()
    places = [at for at, word in enumerate(before) if word.casefold() == after[0].casefold()]
    return " ".join([*before[: places[-1]], *after]) if places else text


def _bare(text: str) -> list[str]:
    words = re.findall(r"[\w'’]+", fluent(text).casefold())
    while words and words[0] in {"and", "so", "then", "now", "okay", "ok", "well", "first", "next"}:
        words = words[1:]
    return words
