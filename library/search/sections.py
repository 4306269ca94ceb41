"""Sections: the lines over hits that lack some of the words or are only the nearest, and why a hit was found.

One wording for the command line, the application and the web reader. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from library.model import Hit, Why

_WHY: Mapping[Why, str] = {"words": "", "screen": "on the screen", "meaning": "means the same"}
_NONE_HAS_ALL, _REST = "None has all your words", "These have some of your words"
_NEAREST, _NEAR_TOO = "Nobody has shown this; nearest:", "Not this, but near it:"


def reason(hit: Hit) -> str:
    """What is said beside a hit on why it was found; nothing where its marked words or the line above say it."""
    return "" if hit.nearest and hit.why == "meaning" else _WHY[hit.why]


def headings(hits: Iterable[Hit]) -> Iterator[tuple[str, Hit]]:
    """Each hit with the line above it; empty where none begins."""
    above, complete = "", False
    for hit in hits:
        if hit.nearest:
            line = _NEAR_TOO if complete else _NEAREST
        else:
            line = "" if not hit.partial else _REST if complete else _NONE_HAS_ALL
        complete = complete or not (hit.nearest or hit.partial)
        yield (line if line != above else "", hit)
        above = line
