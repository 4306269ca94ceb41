"""Finds a picture without the pointer over the position of a click: under an arrow “order” is read as “prder”.

Pure over events and pictures. Owns which moments to use and whether they show the same content. Does not read text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from capture.model import Click, Event, Pointer, Region, WindowChange
from transcribe.model import Picture
from transcribe.ocr.click_label import place_of
from transcribe.steps.actions import BEFORE_MS

ARROW = Region(-14, -14, 46, 46)
"""Area a pointer covers around its tip, at ordinary pixel density: an arrow to the lower right, or a text cursor."""

LONGEST_MS = 8_000
"""Before and after a click; beyond, the content has usually changed."""

_TICK_MS = 40  # a pointer event may be one tick earlier than the picture that shows it
_ALIKE = 0.6  # correlation of two pictures of a region; hovering changes the shade of a button, not its letters


def picture_of(click: Click, events: Sequence[Event], grab: Callable[[int], Picture]) -> tuple[Picture, bool]:
    """The picture to read the label of a click from, and whether it is the one before the click without the pointer.

    Else it is the one after the click without it, where that shows the same, or that of the click itself. ``grab``
    returns the picture at a time (ms). Only what comes before the click decides on the first kind.
    """
    clicked = grab(max(0, click.at_ms - BEFORE_MS))
    place = place_of(click, clicked.shape[0])
    for moment in clear_moments(click, events, place):
        clear = grab(moment)
        if alike(_cut(clear, place), _cut(clicked, place), _arrow(click, place)):
            return clear, moment < click.at_ms
    return clicked, False


def _cut(picture: Picture, place: Region) -> Picture:
    return picture[max(0, place.y) : max(0, place.bottom), max(0, place.x) : max(0, place.right)]


def _arrow(click: Click, place: Region) -> Region:
    """The part of ``place`` that the pointer covers, in pixels relative to ``place``."""
    scale = max(1, place.height // 60)
    left, top = max(0, place.x), max(0, place.y)
    x, y = click.x + ARROW.x * scale - left, click.y + ARROW.y * scale - top
    return Region(x, y, ARROW.width * scale, ARROW.height * scale)


def clear_moments(click: Click, events: Sequence[Event], around: Region) -> list[int]:
    """Moments (ms) near a click with the pointer outside ``around`` (pixels): the last before, the first after.

    Limited to the time without a change of the front window.
    """
    first, last = _same_window(click, events)
    away = [e.at_ms for e in events if isinstance(e, Pointer) and first <= e.at_ms <= last and not _covers(e, around)]
    before = [at - _TICK_MS for at in away if at < click.at_ms]
    after = [at + _TICK_MS for at in away if at > click.at_ms]
    return [at for at in (*before[-1:], *after[:1]) if at >= 0]


def _same_window(click: Click, events: Sequence[Event]) -> tuple[int, int]:
    """Time (ms) in which the clicked window was in front, at most 8 s before and after the click.

    A click that brings its window to the front does not change what that window shows.
    """
    clicked = click.at_ms - BEFORE_MS
    there = (click.window, click.window_class)
    changes = [
        event.at_ms
        for event in events
        if isinstance(event, WindowChange)
        and not (event.at_ms >= clicked and click.window and (event.window, event.window_class) == there)
    ]
    first = max((at for at in changes if at < clicked), default=0)
    last = min((at for at in changes if at >= clicked), default=click.at_ms + LONGEST_MS)
    return max(first, click.at_ms - LONGEST_MS), min(last, click.at_ms + LONGEST_MS)


def _covers(pointer: Pointer, around: Region) -> bool:
    arrow = Region(pointer.x + ARROW.x, pointer.y + ARROW.y, ARROW.width, ARROW.height)
    return not arrow.intersect(around).empty


def alike(one: Picture, other: Picture, arrow: Region) -> bool:
    """Whether two pictures of one region show the same content, outside of ``arrow`` (pixels of the pictures)."""
    import cv2
    import numpy as np

    if one.shape != other.shape or not one.size:
        return False
    counts = np.ones(one.shape[:2], bool)
    counts[max(0, arrow.y) : max(0, arrow.bottom), max(0, arrow.x) : max(0, arrow.right)] = False
    if not counts.any():
        return False
    # Edges instead of colours: hovering changes the colour of a button, not its letters.
    edges = [cv2.Laplacian(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY), cv2.CV_32F)[counts] for p in (one, other)]
    lengths = [float(np.linalg.norm(d)) for d in edges]
    if min(lengths) < 1:  # an empty region
        return max(lengths) < 1
    return float(edges[0] @ edges[1]) / (lengths[0] * lengths[1]) >= _ALIKE
