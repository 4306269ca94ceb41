"""The pictures of a demo's steps as they are shown: cropped to where it happens, with what was put on them by hand.

Stills on disk are whole screens, with the blurs of the clip burnt in, so every crop has them too. Owns what of a still
is shown where; draws annotations. Does not find a focus (``capture/analysis/focus.py``), nor write files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from capture.analysis.focus import density, focus_in
from capture.model import Click, Region
from library.model import Demo
from transcribe.model import Annotation, AnnotationKind, Step
from transcribe.steps.actions import fills

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

CLOSE_WIDTH = 450
"""Pixels of a close-up at ordinary density: on a phone 390 px wide its capital letters are 9 px high."""
MOVES_MS = 600
"""How long a view takes from one focus to the next."""
_COLOUR, _HALO = (224, 64, 0), (255, 255, 255)
_STROKE = 1 / 180  # of the shorter side of what is shown
_NUMBER = 1 / 16


class Look(StrEnum):
    """How much of a still is shown: all, the focus, or a part of it in which letters can be read on paper."""

    WHOLE = "whole"
    FOCUS = "focus"
    CLOSE = "close"


def picture_size(demo: Demo) -> tuple[int, int]:
    """Width and height of the clip's pictures, in which focuses and clicks are counted; (0, 0) when not known."""
    return demo.clip.width, demo.clip.height


def focus_of(step: Step, size: tuple[int, int], *, then: bool = False) -> Region:
    """What of a picture of ``size`` to show of a step (``then``: of its second still); all of it when nobody knows.

    Demos of older showhows have no focus; theirs follows from their clicks.
    """
    whole = Region(0, 0, *size)
    if then:
        known = step.then.focus if step.then is not None else None
    else:
        known = step.focus or focus_in(step, step.events, step.inferred, (), size)
    shown = known.intersect(whole) if known is not None else whole
    return whole if shown.width < 2 or shown.height < 2 else shown


def focus_moments(demo: Demo) -> tuple[tuple[int, Region], ...]:
    """What of the clip to show from when on (ms), in order: each step's focus, then that of its second still."""
    size = picture_size(demo)
    whole, found = Region(0, 0, *size), list[tuple[int, Region]]()
    for step in demo.steps:
        if not found or found[-1][0] != step.start_ms:
            found.append((step.start_ms, focus_of(step, size)))
        else:
            found[-1] = step.start_ms, focus_of(step, size)
        if step.then is not None:
            found.append((step.then.at_ms, focus_of(step, size, then=True)))
        found.append((step.end_ms, whole))
    return tuple(found)


def focus_at(moments: Sequence[tuple[int, Region]], at_ms: int) -> Region | None:
    """What to show at a time, of ``focus_moments``; None before the first."""
    index = bisect_right(moments, at_ms, key=lambda moment: moment[0]) - 1
    return moments[index][1] if index >= 0 else None


def view_at(moments: Sequence[tuple[int, Region]], at_ms: int, size: tuple[int, int]) -> Region:
    """What a film shows at a time: the focus of the moment, and for MOVES_MS after it begins, the way there."""
    index = bisect_right(moments, at_ms, key=lambda moment: moment[0]) - 1
    whole = Region(0, 0, *size)
    if index < 0:
        return whole
    begins_ms, aim = moments[index]
    share = min(1.0, (at_ms - begins_ms) / MOVES_MS)
    if share >= 1:
        return aim
    before = view_at(moments[:index], begins_ms, size)
    eased = share * share * (3 - 2 * share)
    pairs = (before.x, aim.x), (before.y, aim.y), (before.width, aim.width), (before.height, aim.height)
    return Region(*(round(one + (other - one) * eased) for one, other in pairs))


def close_up(step: Step, size: tuple[int, int], box: tuple[int, int] = (0, 0), *, then: bool = False) -> Region:
    """The part of the focus around what is clicked in which letters can be read.

    ``box``: its width and height at ordinary density; else CLOSE_WIDTH and the shape of the picture.
    """
    focus = focus_of(step, size, then=then)
    if focus == Region(0, 0, *size):
        return focus
    wide, high = box if all(box) else (CLOSE_WIDTH, round(CLOSE_WIDTH * size[1] / size[0]))
    wide, high = min(wide * density(size), size[0]), min(high * density(size), size[1])
    x, y, name = _target(step, focus, then=then)
    room = wide // 3 if name else 0
    left = min(max(focus.x - room, x - wide // 2 - room), focus.x + max(0, focus.width - wide))
    top = min(max(focus.y, y - high // 2), focus.y + max(0, focus.height - high))
    return Region(min(max(0, left), size[0] - wide), min(top, size[1] - high), wide, high)


def _target(step: Step, focus: Region, *, then: bool) -> tuple[int, int, bool]:
    """What to look at: the next click in the focus, else the first one, else the middle.

    And whether it is a field that is filled in, whose name stands left of it.
    """
    at_ms = step.then.at_ms if then and step.then is not None else step.at_ms
    clicks = [event for event in step.events if isinstance(event, Click)]
    inside = [c for c in clicks if focus.x <= c.x < focus.right and focus.y <= c.y < focus.bottom]
    later = [click for click in inside if click.at_ms >= at_ms]
    if found := next(iter(later if then else [*later, *inside]), None):
        return found.x, found.y, fills(found, step.events)
    return focus.x + focus.width // 2, focus.y + focus.height // 2, False


def region_shown(
    step: Step, size: tuple[int, int], look: Look, *, box: tuple[int, int] = (0, 0), then: bool = False
) -> Region:
    """What of a still is shown; ``box``: of a close-up, see ``close_up``."""
    if look is Look.WHOLE:
        return Region(0, 0, *size)
    return focus_of(step, size, then=then) if look is Look.FOCUS else close_up(step, size, box, then=then)


def shown_picture(
    demo: Demo, step: Step, look: Look = Look.FOCUS, *, box: tuple[int, int] = (0, 0), then: bool = False
) -> Image.Image | None:
    """A step's still as RGB, cropped and annotated; None when there is none or it cannot be read."""
    name = step.still if not then else step.then.still if step.then is not None else ""
    still = read_picture(demo.path / name) if name else None
    if still is None:
        return None
    size = picture_size(demo) if all(picture_size(demo)) else still.size
    region = region_shown(step, size, look, box=box, then=then)
    return cropped(still, region, size, () if then else step.annotations)


def page_names(still: str) -> tuple[str, str]:
    """The names of the files that a page beside them shows of a still: the whole one, and what matters of it."""
    name = Path(still)
    return name.name, f"{name.stem}-focus.webp"


def read_picture(path: Path) -> Image.Image | None:
    """A picture file as RGB; None when it cannot be read."""
    from PIL import Image

    try:
        with Image.open(path) as found:
            return found.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def cropped(
    still: Image.Image, region: Region, size: tuple[int, int], annotations: Sequence[Annotation] = ()
) -> Image.Image:
    """The region of a still, both counted in a picture of ``size``; the file of the still may be smaller."""
    scale = still.width / size[0], still.height / size[1]
    box = _scaled(region, scale)
    shown = still.crop((box.x, box.y, box.right, box.bottom))
    for annotation in annotations:
        place = _scaled(annotation.region, scale)
        _draw(shown, annotation, Region(place.x - box.x, place.y - box.y, place.width, place.height))
    return shown


def _scaled(region: Region, scale: tuple[float, float]) -> Region:
    left, top = round(region.x * scale[0]), round(region.y * scale[1])
    right, bottom = round(region.right * scale[0]), round(region.bottom * scale[1])
    return Region(left, top, max(1, right - left), max(1, bottom - top))


def _draw(picture: Image.Image, annotation: Annotation, place: Region) -> None:
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    stroke = max(3, round(min(picture.size) * _STROKE))
    if annotation.kind is AnnotationKind.FRAME:
        for width, colour in ((stroke + 4, _HALO), (stroke, _COLOUR)):
            grow = width // 2 + stroke
            corners = (place.x - grow, place.y - grow, place.right + grow, place.bottom + grow)
            pen.rounded_rectangle(corners, radius=2 * stroke, outline=colour, width=width)
    elif annotation.kind is AnnotationKind.ARROW:
        _draw_arrow(pen, place, stroke, min(picture.size))
    else:
        _draw_number(pen, annotation.number, (place.x, place.y), max(14, round(min(picture.size) * _NUMBER)))


def _draw_arrow(pen: ImageDraw.ImageDraw, place: Region, stroke: int, side: int) -> None:
    """An arrow from the lower left to the near corner of a place; from the right where there is no room."""
    length = side // 6
    sign = -1 if place.x > length else 1
    tip = (place.x if sign < 0 else place.right, place.bottom)
    tail = (tip[0] + sign * length, tip[1] + length * 2 // 3)
    head = length // 3
    barbs = ((tip[0] + sign * head, tip[1]), (tip[0], tip[1] + head))
    for width, colour in ((stroke + 4, _HALO), (stroke, _COLOUR)):
        pen.line((tail, tip), colour, width)
        for barb in barbs:
            pen.line((tip, barb), colour, width)


def _draw_number(pen: ImageDraw.ImageDraw, number: int, middle: tuple[int, int], size: int) -> None:
    from PIL import ImageFont

    x, y = middle
    radius = round(size * 0.8)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_COLOUR, outline=_HALO, width=max(2, size // 10))
    pen.text((x, y), str(number), fill=_HALO, font=ImageFont.load_default(size), anchor="mm")
