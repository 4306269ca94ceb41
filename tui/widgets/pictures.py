"""How a picture is drawn in this terminal: sharp by kitty or sixel graphics where it can, in half-blocks elsewhere.

Owns the decision and the half-blocks. The decision reads the environment only: textual-image also asks the terminal
when it is imported, so it is imported only where the environment names a terminal known to answer (asking others eats
keys, and inside tmux the answer comes from the wrong place).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from capture.model import Region

_SHARP_TERMINALS = {"kitty", "ghostty", "wezterm", "iterm.app", "mlterm", "contour", "rio", "konsole"}
_SHARP_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "mlterm", "contour", "wezterm")
_OUTLINE = (255, 176, 32)
"""Orange: seen on light and on dark screens."""
_CELL = 2.0
"""A terminal cell is about twice as high as wide."""

Picture = NDArray[np.uint8]


def sharp_terminal(environment: Mapping[str, str]) -> bool:
    """Whether the terminal draws real pictures, as far as its environment says. Never inside tmux or screen."""
    if environment.get("TMUX") or environment.get("STY") or "NO_COLOR" in environment:
        return False
    if environment.get("TERM", "").startswith(_SHARP_TERMS) or environment.get("KITTY_WINDOW_ID"):
        return True
    return environment.get("TERM_PROGRAM", "").lower() in _SHARP_TERMINALS


def sharp_widget(environment: Mapping[str, str], *, terminal: bool) -> type[Any] | None:
    """textual-image's widget for this terminal, or None for half-blocks. Call it before Textual owns the keyboard."""
    if not (terminal and sharp_terminal(environment)):
        return None
    from textual_image import renderable

    if renderable.Image not in {renderable.SixelImage, renderable.TGPImage}:
        return None
    from textual_image.widget import Image

    return Image


def load(path: Path, width: int) -> Picture:
    """A picture file as RGB, about ``width`` pixels wide at most. Raises OSError when it is none."""
    with Pillow.open(path) as image:
        image.thumbnail((width, width * 4), Pillow.Resampling.BOX)
        return np.asarray(image.convert("RGB"))


def fitted(picture_size: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows that a picture of (width, height) pixels takes inside a box of cells, its shape kept."""
    width, height = picture_size
    if min(width, height, columns, rows) <= 0:
        return 0, 0
    high = columns * height / width / _CELL
    if high <= rows:
        return columns, max(1, round(high))
    return max(1, min(columns, round(rows * _CELL * width / height))), rows


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
