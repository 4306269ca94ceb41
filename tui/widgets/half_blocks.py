"""Pictures as cells of half-blocks, and pictures read from files for it.

Owns pixels: the only widget file that imports NumPy and Pillow, loaded when the first picture is shown.
"""

from __future__ import annotations

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
from tui.model import Picture

Colours = NDArray[np.uint32]
"""0xRRGGBB."""

_FEWER, _MIDDLE = np.uint8(0xF8), np.uint8(0x04)
_OUTLINE = (255, 176, 32)
"""Orange: seen on light and on dark screens."""


def load(path: Path, width: int) -> Picture:
    """A picture file as RGB, about ``width`` pixels wide at most. Raises OSError when it is none, or far too large."""
    try:
        with Pillow.open(path) as image:
            image.thumbnail((width, width * 4), Pillow.Resampling.BOX)
            return np.asarray(image.convert("RGB"))
    except (ValueError, Pillow.DecompressionBombError) as error:
        raise OSError(f"{path} is no picture: {error}") from error


def sharpened(picture: Picture) -> Pillow.Image:
    """A picture as textual-image takes it."""
    return Pillow.fromarray(picture)


def outlined(picture: Picture, region: Region, columns: int) -> Picture:
    """A copy with a rectangle drawn around a region, one cell thick when it is shown ``columns`` cells wide."""
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
    """One strip a row: each cell shows two pixels, the upper as the ink of ``▀``, the lower as its ground.

    ``moving`` ones have fewer colours (32 of each primary): nobody sees it in motion, and neighbours become alike.
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
    """Neighbours of one colour become one segment: a screenshot is mostly flat, and less is sent to the terminal."""
    breaks = np.flatnonzero((upper[1:] != upper[:-1]) | (lower[1:] != lower[:-1])) + 1
    starts = [0, *breaks.tolist()]
    inks, grounds = upper[starts].tolist(), lower[starts].tolist()
    ends = [*starts[1:], len(upper)]
    cells = zip(starts, ends, inks, grounds, strict=True)
    return Strip([Segment("▀" * (end - start), _ink(ink, ground)) for start, end, ink, ground in cells], len(upper))


@lru_cache(maxsize=16_384)
def _ink(upper: int, lower: int) -> Style:
    return Style(color=_colour(upper), bgcolor=_colour(lower))


@lru_cache(maxsize=16_384)
def _colour(rgb: int) -> Color:
    return Color.from_rgb(rgb >> 16, rgb >> 8 & 255, rgb & 255)
