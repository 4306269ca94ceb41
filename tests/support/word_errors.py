"""Word error rate: how much of what was said a recogniser got wrong."""

from __future__ import annotations

import re


def word_error_rate(said: str, heard: str) -> float:
    """Words wrong, missing or too many (Levenshtein), per word said; case and punctuation do not count."""
    true, found = (re.findall(r"[\w']+", text.lower()) for text in (said, heard))
    row = list(range(len(found) + 1))
    for at, word in enumerate(true, 1):
        before, row[0] = row[0], at
        for to, other in enumerate(found, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1] / len(true)
