"""What of a still the screens show: the focus of its step, with what was put on it, or the whole screen.

Pure but for cutting a picture that is there. Does not load pictures.
"""

from __future__ import annotations

from typing import NamedTuple

from capture.model import Region
from library.model import Demo
from library.pictures import Look, picture_size, region_shown
from transcribe.model import Annotation, Step
from tui.model import Picture


class StillPart(NamedTuple):
    """A region of a picture of ``size``, and what is drawn on it."""

    region: Region
    size: tuple[int, int]
    annotations: tuple[Annotation, ...] = ()


def part_of(demo: Demo, step: Step | None, *, whole: bool = False) -> StillPart | None:
    """What to show of a step's still: its focus or, with ``whole``, all of it; with what was put on it."""
    size = picture_size(demo)
    if step is None or not all(size):
        return None
    return StillPart(region_shown(step, size, Look.WHOLE if whole else Look.FOCUS), size, step.annotations)


def part_of_frame(picture: Picture, region: Region, size: tuple[int, int]) -> Picture:
    """The part of a picture, which may be smaller than ``size``, that shows a region counted in that size."""
    high, wide = picture.shape[:2]
    x, y = wide / max(1, size[0]), high / max(1, size[1])
    left, top = min(wide - 1, round(region.x * x)), min(high - 1, round(region.y * y))
    return picture[top : max(top + 1, round(region.bottom * y)), left : max(left + 1, round(region.right * x))]
