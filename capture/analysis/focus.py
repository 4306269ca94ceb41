"""The focus: the rectangle of the screen in which something happens, from clicks, typing and changes. Pure.

Owns which events and changes count, how much room is left around them, and that a focus has the shape of the picture.
Also finds a decisive change: a dialog that opens, another page. Does not know steps, nor read pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from capture.analysis.ambient_motion import ambient_changes
from capture.model import Change, Chord, Click, Event, InferredAction, Region, Scroll, Typed, WindowChange
from capture.span import Span

NARROWEST = 3 / 8
"""Share of the picture's sides that a focus has at least: 720 x 405 of 1080p, in which one still knows where one is."""
LEAST_WIDTH, LEAST_HEIGHT = 480, 270
"""Pixels; a smaller part of a picture says too little."""
MOST = 0.35
"""Share of the picture that a focus may cover for the sake of more than what is acted on."""

_REACH = (110, 40)  # pixels around a click that hold the label of an ordinary button
_NAME = 150  # pixels left of a field that is filled in, where its name stands
_DENSE = 1_600  # a higher picture has two pixels for one
_MARGIN = 24  # pixels around everything
_BEFORE_MS, _AFTER_MS = 400, 400  # a control lights up as the pointer comes, and shows that it has the focus
_TYPED_MS = 400  # the last letter is on the screen by then
_CONTROL = 0.2  # share of the picture; a larger change at a click is more than a control
_NEAR = 1 / 4  # of the picture's height: what is typed farther from its click stands elsewhere, such as a status line
_TICKS_MS = 60  # a picture may be two ticks of the recorder older than the click that it shows the effect of
_OPENS_MS = 1_500  # a window opens so soon after the click, key or word that asked for it
_DECISIVE = 1 / 40  # share of the picture that a decisive change covers at least
_WINDOW = 20_000  # pixels: no dialog or menu is smaller
_SETTLES_MS = 350  # then the new window is drawn whole
_EMPTY = Region(0, 0, 0, 0)


def visible_changes(changes: Sequence[Change], duration_ms: int) -> list[Change]:
    """The changes (sorted by time) without the pointer and without what blinks, spins or counts by itself."""
    ambient = ambient_changes(changes, duration_ms)
    return [change for index, change in enumerate(changes) if index not in ambient and not change.pointer]


def focus_in(
    span: Span,
    events: Iterable[Event],
    inferred: Iterable[InferredAction],
    changes: Sequence[Change],
    size: tuple[int, int],
) -> Region | None:
    """Where it happens in a span, in pixels of a picture of ``size`` (width, height), with the picture's shape.

    ``events`` and ``inferred`` are those that belong together, ``changes`` are ``visible_changes``, all on one clock.
    None when nothing tells; what lies outside of the picture does not count.
    """
    whole = Region(0, 0, *size)
    if whole.empty:
        return None
    done = list(events)
    acted = _acted_on(done, inferred, changes, whole)
    if acted.empty:
        acted = _changed(span, changes, whole)
    if acted.empty:
        return None
    named, both = _named(done, changes, whole), acted.unite(_opened(span, done, changes, whole))
    for more in (both.unite(named), both, acted.unite(named)):
        if _share(framed(more, size), whole) <= MOST:
            return framed(more, size)
    return framed(acted, size)


def framed(region: Region, size: tuple[int, int]) -> Region:
    """A region with room around it, inside the picture, in its shape, and large enough to be understood."""
    width, height = size
    margin = _MARGIN * density(size)
    wide = max(region.width + 2 * margin, width * NARROWEST, LEAST_WIDTH)
    high = max(region.height + 2 * margin, height * NARROWEST, LEAST_HEIGHT)
    scale = min(1.0, max(wide / width, high / height))
    return placed(region, (round(width * scale), round(height * scale)), size)


def placed(region: Region, box: tuple[int, int], size: tuple[int, int]) -> Region:
    """A region of the size ``box`` around the middle of another, moved inside the picture; both fit into ``size``."""
    wide, high = min(box[0], size[0]), min(box[1], size[1])
    x = min(max(0, region.x + region.width // 2 - wide // 2), size[0] - wide)
    y = min(max(0, region.y + region.height // 2 - high // 2), size[1] - high)
    return Region(x, y, wide, high)


def decisive_change(
    span: Span, events: Sequence[Event], changes: Sequence[Change], size: tuple[int, int]
) -> tuple[int, Region] | None:
    """When the effect of a click or key is seen whole, and its region, if it changes much of the picture.

    The moment lies inside the span and before what is done next. Of several, the one that the next click is made in (a
    dialog that is answered), else the last. None without such a change.
    """
    whole, found = Region(0, 0, *size), list[tuple[int, Region]]()
    done = [event for event in events if isinstance(event, Click | Chord | Scroll | Typed)]
    for event, answer in zip(done, [*done[1:], None], strict=False):
        if not isinstance(event, Click | Chord):
            continue
        ends = min(span.end_ms, answer.at_ms if answer is not None else span.end_ms)
        after = Span(event.at_ms - _TICKS_MS, max(event.at_ms, min(event.at_ms + _OPENS_MS, ends - _TICKS_MS)))
        seen = [change for change in changes if after.contains(change.at_ms) and _pixels(change.region) >= _WINDOW]
        if not any(isinstance(e, WindowChange) and after.contains(e.at_ms) for e in events):
            seen = [change for change in seen if not _is_control(change.region, event, whole)]
        boxes = sorted((change.region.intersect(whole) for change in seen), key=_pixels, reverse=True)
        answered = [box for box in boxes if isinstance(answer, Click) and _holds(box, answer)]
        if not answered and not (boxes and _share(boxes[0], whole) >= _DECISIVE):
            continue
        at_ms = max(span.start_ms, min(seen[-1].at_ms + _SETTLES_MS, ends - 1))
        if answered:
            return at_ms, answered[0]
        found.append((at_ms, boxes[0]))
    return found[-1] if found else None


def _is_control(region: Region, event: Click | Chord, whole: Region) -> bool:
    """Whether a change at a click is the clicked field or list itself, which shows that it has the focus."""
    return isinstance(event, Click) and _holds(region, event) and _share(region, whole) <= _CONTROL


def _holds(region: Region, click: Click) -> bool:
    return not _around(click.x, click.y, (1, 1)).intersect(region).empty


def _acted_on(
    events: Sequence[Event], inferred: Iterable[InferredAction], changes: Sequence[Change], whole: Region
) -> Region:
    """What was clicked, typed into or scrolled, or where that was probably done; empty without actions."""
    found, last = _EMPTY, None
    for event in events:
        if isinstance(event, Click | Scroll):
            if not _around(event.x, event.y, (0, 0)).intersect(whole).empty:
                last = _control(event, changes, whole)
                found = found.unite(last)
        elif isinstance(event, Typed):
            found = found.unite(_written(event, last, changes, whole))
    for action in inferred:
        found = found.unite(action.region.intersect(whole))
        if action.place is not None:
            found = found.unite(_around(*action.place, _reach(whole)).intersect(whole))
    return found


def _named(events: Sequence[Event], changes: Sequence[Change], whole: Region) -> Region:
    """The room left of each field that is filled in: of a click that typing follows."""
    found, room = _EMPTY, _NAME * density((whole.width, whole.height))
    for event, after in pairwise(events):
        if isinstance(event, Click) and isinstance(after, Typed):
            field = _control(event, changes, whole)
            found = found.unite(Region(field.x - room, field.y, room, field.height).intersect(whole))
    return found


def _control(event: Click | Scroll, changes: Sequence[Change], whole: Region) -> Region:
    """The room of a label at the place of a click, and the control there as far as it changed its look."""
    place = _around(event.x, event.y, (1, 1))
    control = _around(event.x, event.y, _reach(whole)).intersect(whole)
    for change in changes:
        near = event.at_ms - _BEFORE_MS <= change.at_ms <= event.at_ms + _AFTER_MS
        if near and _share(change.region, whole) <= _CONTROL and not change.region.intersect(place).empty:
            control = control.unite(change.region.intersect(whole))
    return control


def _written(typed: Typed, clicked: Region | None, changes: Sequence[Change], whole: Region) -> Region:
    """Where the letters of a burst appeared."""
    during = Span(typed.at_ms - 1, typed.end_ms + _TYPED_MS)
    found, reach = _EMPTY, round(whole.height * _NEAR)
    for change in changes:
        if not during.contains(change.at_ms) or change.height * 8 > whole.height:
            continue
        if clicked is None or _gap(change.region, clicked) <= reach:
            found = found.unite(change.region.intersect(whole))
    return found


def _opened(span: Span, events: Sequence[Event], changes: Sequence[Change], whole: Region) -> Region:
    """The window, menu or dialog that came up for the last action."""
    found = decisive_change(span, events, changes, (whole.width, whole.height))
    return found[1] if found is not None else _EMPTY


def _changed(span: Span, changes: Sequence[Change], whole: Region) -> Region:
    """All that changed in a span without actions; empty when that is most of the picture."""
    found = _EMPTY
    for change in changes:
        if span.contains(change.at_ms):
            found = found.unite(change.region.intersect(whole))
    return found if _share(found, whole) <= MOST else _EMPTY


def _reach(whole: Region) -> tuple[int, int]:
    by = density((whole.width, whole.height))
    return _REACH[0] * by, _REACH[1] * by


def density(size: tuple[int, int]) -> int:
    """Pixels of a picture of ``size`` (width, height) for one of an ordinary screen, along a side."""
    return 2 if min(size) > _DENSE else 1


def _around(x: int, y: int, reach: tuple[int, int]) -> Region:
    return Region(x - reach[0], y - reach[1], 2 * reach[0] + 1, 2 * reach[1] + 1)


def _gap(one: Region, other: Region) -> int:
    """Pixels between two regions, up or down."""
    return max(one.y - other.bottom, other.y - one.bottom, 0)


def _pixels(region: Region) -> int:
    return region.width * region.height


def _share(region: Region, whole: Region) -> float:
    return max(0, region.width) * max(0, region.height) / (whole.width * whole.height)
