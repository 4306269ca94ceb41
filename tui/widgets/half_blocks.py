"""Pictures drawn as half-block characters, and loading picture files for them.

The only widget file that imports NumPy and Pillow; imported when the first picture is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from capture.model import Region
from library.pictures import cropped
from transcribe.model import Annotation
from tui.model import Picture
from tui.widgets.still_part import StillPart

Colours = NDArray[np.uint32]
"""0xRRGGBB."""

_FEWER, _MIDDLE = np.uint8(0xF8), np.uint8(0x04)
_OUTLINE = (255, 176, 32)
"""Orange: visible on light and on dark pictures."""


def load(path: Path, width: int, part: StillPart | None = None) -> Picture:
    """A picture file, or a part of it, as RGB, at most about ``width`` pixels wide.

    Raises OSError if it is no picture or too large.
    """
    try:
        with Pillow.open(path) as image:
            shown = image if part is None else cropped(image.convert("RGB"), *part)
            shown.thumbnail((width, width * 4), Pillow.Resampling.BOX)
            return np.asarray(shown.convert("RGB"))
    except (ValueError, Pillow.DecompressionBombError) as error:
        raise OSError(f"{path} is no picture: {error}") from error


def to_pillow(picture: Picture) -> Pillow.Image:
    """A picture as the Pillow image that textual-image needs."""
    return Pillow.fromarray(picture)


def annotated(picture: Picture, region: Region, size: tuple[int, int], annotations: Sequence[Annotation]) -> Picture:
    """A region of a picture, counted in a picture of ``size``, with what was put on it."""
    return np.asarray(cropped(to_pillow(picture), region, size, annotations))


def outlined(picture: Picture, region: Region, columns: int) -> Picture:
    """A copy with a rectangle drawn around ``region`` (in pixels), one cell thick at a width of ``columns`` cells."""
    drawn = picture.copy()
    thick = max(2, -(-picture.shape[1] // columns))
    outer = Region(region.x - thick, region.y - thick, region.width + 2 * thick, region.height + 2 * thick)
    for line in (
        Region(outer.x, outer.y, outer.width, thick),
        Region(outer.x, region.bottom, outer.width, thick),
        Region(outer.x, outer.y, thick, outer.height),
        Region(region.right, outer.y, thick, outer.height),
    ):
        drawn[max(0, line.y) : max(0, line.bottom), max(0, line.x) : max(0, line.right)] = _OUTLINE
    return drawn


def half_blocks(picture: Picture, columns: int, rows: int, *, moving: bool = False) -> list[Strip]:
    """One strip for each row. A cell shows two pixels: the upper is the foreground of ``▀``, the lower the background.

    ``moving`` pictures have fewer colours (32 of each primary): invisible in motion, and more neighbours are equal.
    """
    if not (columns and rows):
        return []
    if picture.shape[:2] != (rows * 2, columns):
        picture = np.asarray(Pillow.fromarray(picture).resize((columns, rows * 2), Pillow.Resampling.BOX))
    if moving:
        picture = picture & _FEWER | _MIDDLE
    pixels = picture.astype(np.uint32)
    colours = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
    return [_strip(colours[2 * row], colours[2 * row + 1]) for row in range(rows)]


def _strip(upper: Colours, lower: Colours) -> Strip:
    """One row; equal neighbours share a segment. Screenshots are mostly flat, so less is sent to the terminal."""
    breaks = np.flatnonzero((upper[1:] != upper[:-1]) | (lower[1:] != lower[:-1])) + 1
    starts = [0, *breaks.tolist()]
    fgs, bgs = upper[starts].tolist(), lower[starts].tolist()
    ends = [*starts[1:], len(upper)]
    cells = zip(starts, ends, fgs, bgs, strict=True)
    return Strip([Segment("▀" * (end - start), _style(fg, bg)) for start, end, fg, bg in cells], len(upper))


@lru_cache(maxsize=16_384)
def _style(upper: int, lower: int) -> Style:
    return Style(color=_colour(upper), bgcolor=_colour(lower))


@lru_cache(maxsize=16_384)
def _colour(rgb: int) -> Color:
    return Color.from_rgb(rgb >> 16, rgb >> 8 & 255, rgb & 255)
