"""Removes disfluencies from sentences: filler sounds, repetitions, restarts and corrections.

Pure, English only: “um” is a word in German and Portuguese. Does not know steps. Titles are made from fluent text; the
text of a step stays as spoken.
"""

from __future__ import annotations

import re

_SOUNDS = "u+m+|u+h+|e+rm*|e+h+m*|a+h+|o+h+|h+mm+|m+hm+"
_UM = re.compile(rf"(?i)[,;]?\s*(?<![\w'’-])(?:{_SOUNDS})(?![\w'’-])[,.…]*(?:\s*[-–—])?")
_PADDING = re.compile(r"(?i),\s*(?:you know|you see|i mean|like|basically|sort of|kind of|let's say|let me see)\s*,")
_BROKEN = re.compile(r"\s*(?:…|\.\.\.|\s[-–—]|-)$")
_CORRECTION = re.compile(
    rf"(?i)^(?:(?:(?:{_SOUNDS})\b|(?:no|nope|wait|actually|rather|pardon|not that(?: one)?)\s*(?=[,.:;!–—])"
    r"|(?:no |oh )?sorry|excuse me|my mistake|i mean|i meant|scratch that|hold on|let me try (?:that|this) again)"
    r"[\s,.:;!–—-]*)+"
)
_TAKES_BACK = re.compile(r"(?i)\b(?:no|nope|sorry|mean|meant|scratch|wait|try|not|mistake)\b")
_AMENDMENT = re.compile(r"(?i)[,–—]\s*(?:(?:oh|no|sorry|wait|i mean|i meant|rather|actually|scratch that)\b[\s,–—]*)+")
_REPEATED = 4
"""The longest repeated phrase in words: “then we click, then we click”."""


def fluent(sentence: str) -> str:
    """The sentence without disfluencies; unchanged when it has none."""
    text = _PADDING.sub(" ", _UM.sub(" ", takes_back(sentence) or sentence)).strip(" ,;–—-")
    text = " ".join(_without_repeats(_without_broken(text.split())))
    return _corrected(text) or sentence.strip()


def restarts(sentence: str, before: str) -> bool:
    """Whether a sentence restarts the incomplete one before it: “Now open.” “Now open the menu.”"""
    started, full = _plain_words(_BROKEN.sub("", before)), _plain_words(sentence)
    return 0 < len(started) <= len(full) and full[: len(started)] == started


def takes_back(sentence: str) -> str:
    """The replacement in a sentence that takes the previous one back: “No, sorry, click submit.”; else empty."""
    found = _CORRECTION.match(sentence)
    return sentence[found.end() :] if found and _TAKES_BACK.search(found[0]) else ""


def _without_broken(words: list[str]) -> list[str]:
    """The words without those that broke off: “sel- select”."""
    return [w for w, after in zip(words, [*words[1:], ""], strict=False) if not (w.endswith("-") and _starts(after, w))]


def _starts(word: str, broken: str) -> bool:
    return word.casefold().startswith(broken.rstrip("-").casefold())


def _without_repeats(words: list[str]) -> list[str]:
    """The words without immediate repetitions. Repeated signs and digits are kept: “type 5 5”."""
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


def _corrected(text: str) -> str:
    """“Click the save, no, the submit button” as “Click the submit button”."""
    found = _AMENDMENT.search(text)
    if found is None or not text[found.end() :]:
        return text
    before, after = text[: found.start()].split(), text[found.end() :].split()
    places = [at for at, word in enumerate(before) if word.casefold() == after[0].casefold()]
    return " ".join([*before[: places[-1]], *after]) if places else text


def _plain_words(text: str) -> list[str]:
    words = re.findall(r"[\w'’]+", fluent(text).casefold())
    while words and words[0] in {"and", "so", "then", "now", "okay", "ok", "well", "first", "next"}:
        words = words[1:]
    return words
