"""Sections: the lines over hits that lack some of the words or are only the nearest, and why a hit was found.

One wording for the command line, the application and the web reader. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from library.model import Hit, Why

WHY: Mapping[Why, str] = {"words": "", "screen": "on the screen", "meaning": "means the same"}
"""What is said beside a hit; nothing where its marked words say it."""
_NONE_HAS_ALL, _REST = "None has all your words", "These have some of your words"
_NEAREST = "Nobody has shown this; nearest:"


def headings(hits: Iterable[Hit]) -> Iterator[tuple[str, Hit]]:
    """Each hit with the line above it; empty where none begins."""
    above, complete = "", False
    for hit in hits:
        line = _NEAREST if hit.nearest else _partial(after_complete=complete) if hit.partial else ""
        complete = complete or not (hit.nearest or hit.partial)
        yield (line if line != above else "", hit)
        above = line


def _partial(*, after_complete: bool) -> str:
    return _REST if after_complete else _NONE_HAS_ALL
