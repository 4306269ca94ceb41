"""Sets words right by what stood on the screen: “the new or button” by the label “New order”.

Pure. Compares runs of words by their letters. Does not know steps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from transcribe.words import letters

LIKE = 75
"""Two runs of words are the same, heard wrongly, from this ratio of their letters on (0 to 100)."""
NAME_LIKE = 86
"""The same for names that need not have been on the screen: “terms” is not “Teams”."""
SURE, DOUBTFUL, UNSURE = 0.8, 0.7, 0.5
"""Confidences: from the first on a word is evidence for others; below the second it may be another one that much else
speaks for, and below the third any other."""
_SEEN_LIKE = 85  # of a whole screen's words some are like any others by chance
_SEEN_SHORTEST = 7  # letters
_SHORTEST = 4  # letters; shorter names are like too many words
_ENDING = 2  # letters of an ending: “-s”, “-es”, “-en”
_LETTERS_A_SLIP = 7  # letters of a verb in which one may be wrong
_ACCENTS = "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING CEDILLA}"
_ENDS = re.compile(r"^\W+|\W+$")


def names(text: str, label: str) -> bool:
    """Whether a text names a label, perhaps heard or spelled wrongly."""
    return bool(place_of(text.split(), label))


def place_of(words: Sequence[str], label: str, like: float = LIKE) -> tuple[int, int] | None:
    """First and last index (exclusive) of the words most like a label; None when none are like it."""
    wanted = letters(label)
    count = len(label.split())
    best = (0.0, 0, 0)
    for length in {max(1, count - 1), count, count + 1}:
        for at in range(len(words) - length + 1):
            heard = letters(" ".join(words[at : at + length]))
            if heard == wanted:
                return at, at + length
            if len(wanted) >= _SHORTEST and heard[:1] == wanted[:1]:
                best = max(best, (fuzz.ratio(heard, wanted), at, at + length))
    return (best[1], best[2]) if best[0] >= like else None


def inflected(one: str, other: str) -> bool:
    """Whether two words differ only in an ending: “invoice” and “invoices”."""
    short, long = sorted((one, other), key=len)
    ending = long[len(short) :]
    return long.startswith(short) and (len(ending) <= _ENDING or ending == "ing")


def spelled(text: str, labels: Iterable[str], like: float = LIKE) -> str:
    """The text with what is like a label spelled as the label."""
    for label in labels:
        words = text.split()
        if label and (place := place_of(words, label, like)):
            after = words[place[1] - 1][len(words[place[1] - 1].rstrip(".,;:!?")) :]
            text = " ".join([*words[: place[0]], label + after, *words[place[1] :]])
    return text


def spelled_as_seen(title: str, seen: str) -> str:
    """A title with runs of words, after its first, spelled as text on the screen that they are very much like."""
    words = title.split()
    for at, end, run in reversed(list(seen_places(words, seen))):
        words[at:end] = [run]
    return " ".join(words)


def seen_places(words: Sequence[str], seen: str) -> Iterator[tuple[int, int, str]]:
    """First and last index (exclusive) of runs of words, after the first, very much like text on the screen; the text.

    Words that are on the screen as they are, and those that differ only in their ending, are left alone. In order.
    """
    shown = seen.split()
    known = {
        letters(run): run for length in (1, 2, 3) for run in _runs(shown, length) if len(letters(run)) >= _SEEN_SHORTEST
    }
    found: list[tuple[int, int, str]] = []
    for length in (3, 2, 1):
        for at in range(1, len(words) - length + 1):
            end = at + length
            if any(a < end and at < b for a, b, _ in found):
                continue
            if run := _seen_like(letters(" ".join(words[at:end])), known):
                found.append((at, end, _ENDS.sub("", run)))
    yield from sorted(found)


def _seen_like(heard: str, known: Mapping[str, str]) -> str:
    """The text on the screen that is very much like the letters heard, and not the same but for its ending."""
    if len(heard) < _SEEN_SHORTEST or heard in known:
        return ""
    found = process.extractOne(heard, known.keys(), scorer=fuzz.ratio, score_cutoff=_SEEN_LIKE)
    if not found or found[0][0] != heard[0] or found[0].startswith(heard) or heard.startswith(found[0]):
        return ""
    return known[found[0]]


def _runs(words: Sequence[str], length: int) -> Iterator[str]:
    return (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))


def closest_verb(heard: str, forms: Mapping[str, str]) -> str:
    """The form of a verb that letters are nearly: a letter in seven differs at most; ``forms`` have their infinitives.

    Empty unless every other verb differs at least twice as much: “drycken” is neither “drücken” nor “drucken”. Accents
    count as the forms have them.
    """
    most = len(heard) // _LETTERS_A_SLIP
    near: dict[str, tuple[int, str]] = {}
    for form, edits, _ in process.extract(
        heard, forms.keys(), scorer=Levenshtein.distance, score_cutoff=2 * most, limit=None
    ):
        near[forms[form]] = min(near.get(forms[form], (edits, form)), (edits, form))
    ranked = sorted(near.values())
    if not most or not ranked or ranked[0][0] > most:
        return ""
    return "" if len(ranked) > 1 and ranked[1][0] < max(1, 2 * ranked[0][0]) else ranked[0][1]


def unaccented(text: str) -> str:
    """The letters of a text without accents; umlauts and “ñ” are letters of their own."""
    parts = unicodedata.normalize("NFD", letters(text))
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _ACCENTS))


def likeness(one: str, other: str) -> float:
    """The share of letters that two texts have in common in order, 0 to 100."""
    return fuzz.ratio(one, other)
