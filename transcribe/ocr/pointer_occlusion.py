"""When the place of a click can be seen without the pointer over it: an arrow on “order” makes it read “prder”.

Pure over events and pictures. Owns which moments to look at and whether they show the same thing. Refuses to read text.
"""

from __future__ import annotations

from collections.abc import Sequence

from capture.model import Click, Event, Pointer, Region, WindowChange
from transcribe.model import Picture
from transcribe.steps.actions import BEFORE_MS

ARROW = Region(-14, -14, 46, 46)
"""What a pointer covers around its tip, at ordinary pixel density: an arrow to the lower right, or a bar."""

_LONGEST_MS = 8_000  # longer ago or later, other things happen
_TICK_MS = 40  # a pointer's place is told up to a tick before the picture shows it there
_ALIKE = 0.6  # correlation of two pictures of a place; a button under the pointer is shaded but keeps its letters


def clear_moments(click: Click, events: Sequence[Event], around: Region) -> list[int]:
    """Moments near a click at which the pointer was outside ``around`` (pixels): before it came, after it left.

    Nothing is seen past another window coming to the front.
    """
    first, last = _same_window(click, events)
    away = [e.at_ms for e in events if isinstance(e, Pointer) and first <= e.at_ms <= last and not _over(e, around)]
    before = [at - _TICK_MS for at in away if at < click.at_ms]
    after = [at + _TICK_MS for at in away if at > click.at_ms]
    return [at for at in (*before[-1:], *after[:1]) if at >= 0]


def _same_window(click: Click, events: Sequence[Event]) -> tuple[int, int]:
    """From when to when the window that was clicked was in front, at most so long before and after the click."""
    clicked = click.at_ms - BEFORE_MS
    changes = [event.at_ms for event in events if isinstance(event, WindowChange)]
    first = max((at for at in changes if at < clicked), default=0)
    last = min((at for at in changes if at >= clicked), default=click.at_ms + _LONGEST_MS)
    return max(first, click.at_ms - _LONGEST_MS), min(last, click.at_ms + _LONGEST_MS)


def _over(pointer: Pointer, around: Region) -> bool:
    arrow = Region(pointer.x + ARROW.x, pointer.y + ARROW.y, ARROW.width, ARROW.height)
    return not arrow.intersect(around).empty


def alike(one: Picture, other: Picture, arrow: Region) -> bool:
    """Whether two pictures of one place show the same, whatever lies in ``arrow`` (pixels of the pictures)."""
    import cv2
    import numpy as np

    if one.shape != other.shape or not one.size:
        return False
    counts = np.ones(one.shape[:2], bool)
    counts[max(0, arrow.y) : max(0, arrow.bottom), max(0, arrow.x) : max(0, arrow.right)] = False
    if not counts.any():
        return False
    # Edges, not shades: hovering changes the colour of a button, not its letters.
    drawn = [cv2.Laplacian(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY), cv2.CV_32F)[counts] for p in (one, other)]
    lengths = [float(np.linalg.norm(d)) for d in drawn]
    if min(lengths) < 1:  # a place without anything on it
        return max(lengths) < 1
    return float(drawn[0] @ drawn[1]) / (lengths[0] * lengths[1]) >= _ALIKE
