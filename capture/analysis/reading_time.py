"""Time to read what a silent recording shows: slides, pages and dialogs that come and stay. Pure.

Owns which changes bring something new to read and how long it is kept. In a narrated recording the words keep it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from capture.model import Change
from capture.span import Span

READING_MS = 5_000
"""Kept of what stays longer: twenty words at the pace of captions, 240 a minute."""
_ONE_MS = 500
"""Changes this near are one: a slide that fades in, a page that is drawn in parts."""
_WIDE, _CHANGED = 0.3, 0.03
"""The least share of the picture that the changes span, and that they cover: a pointer that jumps spans it too."""


def reading_spans(changes: Sequence[Change], width: int, height: int, duration_ms: int) -> list[Span]:
    """The spans in which something new is shown first, of at most READING_MS, until the next new thing.

    ``changes`` are sorted, in pixels of a picture of that size. Empty when nothing new comes.
    """
    news = [at_ms for at_ms, moment in moments(changes) if _is_new(moment, width * height)]
    if not news:
        return []
    shown = [0, *news, duration_ms]
    return [Span(start, min(end, start + READING_MS)) for start, end in pairwise(shown) if end > start]


def moments(changes: Sequence[Change]) -> Iterator[tuple[int, list[Change]]]:
    """Changes that belong together, with the time of the last of them."""
    group: list[Change] = []
    for change in changes:
        if group and change.at_ms - group[-1].at_ms > _ONE_MS:
            yield group[-1].at_ms, group
            group = []
        group.append(change)
    if group:
        yield group[-1].at_ms, group


def _is_new(moment: Sequence[Change], picture: int) -> bool:
    left, top = min(c.x for c in moment), min(c.y for c in moment)
    right, bottom = max(c.x + c.width for c in moment), max(c.y + c.height for c in moment)
    covered = sum(c.width * c.height for c in moment)
    return (right - left) * (bottom - top) >= _WIDE * picture and covered >= _CHANGED * picture
