"""Sets words right by what stood on the screen: “the new or button” by the label “New order”.

Pure. Compares runs of words by their letters. Does not know steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

LIKE = 75
"""Two runs of words are the same, heard wrongly, from this ratio of their letters on (0 to 100)."""
NAME_LIKE = 86
"""The same for names that need not have been on the screen: “terms” is not “Teams”."""
_SHORTEST = 4  # letters; shorter names are like too many words
_ENDS = re.compile(r"^\W+|\W+$")


def names(text: str, label: str) -> bool:
    """Whether a text names a label, perhaps heard or spelled wrongly."""
    return bool(place_of(text.split(), label))


def place_of(words: list[str], label: str, like: float = LIKE) -> tuple[int, int] | None:
    """First and last index (exclusive) of the words most like a label; None when none are like it."""
    wanted = _letters(label)
    count = len(label.split())
    best = (0.0, 0, 0)
    for length in {max(1, count - 1), count, count + 1}:
        for at in range(len(words) - length + 1):
            heard = _letters(" ".join(words[at : at + length]))
            if heard == wanted:
                return at, at + length
            if len(wanted) >= _SHORTEST and heard[:1] == wanted[:1]:
                best = max(best, (fuzz.ratio(heard, wanted), at, at + length))
    return (best[1], best[2]) if best[0] >= like else None


def spelled(text: str, labels: Iterable[str], like: float = LIKE) -> str:
    """The text with what is like a label spelled as the label."""
    for label in labels:
        words = text.split()
        if label and (place := place_of(words, label, like)):
            after = words[place[1] - 1][len(words[place[1] - 1].rstrip(".,;:!?")) :]
            text = " ".join([*words[: place[0]], label + after, *words[place[1] :]])
    return text


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
