"""Pictures as cells of half-blocks, and pictures read from files for it.

Owns pixels: the only widget file that imports NumPy and Pillow, loaded when the first picture is shown.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
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


def half_blocks(picture: Picture, columns: int, rows: int) -> list[Strip]:
    """One strip a row: each cell shows two pixels, the upper as the ink of ``▀``, the lower as its ground."""
    if not (columns and rows):
        return []
    small = Pillow.fromarray(picture).resize((columns, rows * 2), Pillow.Resampling.BOX)
    pixels = np.asarray(small).astype(int)
    upper, lower = pixels[0::2], pixels[1::2]
    return [_strip(upper[row], lower[row]) for row in range(rows)]


def _strip(upper: NDArray[np.int_], lower: NDArray[np.int_]) -> Strip:
    """Neighbours of one colour become one segment: a screenshot is mostly flat, and less is sent to the terminal."""
    pairs = np.concatenate([upper, lower], axis=1)
    breaks = np.flatnonzero((pairs[1:] != pairs[:-1]).any(axis=1)) + 1
    edges = [0, *breaks.tolist(), len(pairs)]
    segments = [Segment("▀" * (end - start), _ink(tuple(pairs[start].tolist()))) for start, end in pairwise(edges)]
    return Strip(segments, len(pairs))


@lru_cache(maxsize=4096)
def _ink(pair: tuple[int, ...]) -> Style:
    return Style(color=Color.from_rgb(*pair[:3]), bgcolor=Color.from_rgb(*pair[3:]))
