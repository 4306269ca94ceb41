"""How a picture fits into cells of a terminal. Pure."""

from __future__ import annotations

_CELL = 2.0
"""A terminal cell is about twice as high as wide."""


def fitted(picture_size: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows that a picture of (width, height) pixels takes inside a box of cells, its shape kept."""
    width, height = picture_size
    if min(width, height, columns, rows) <= 0:
        return 0, 0
    high = columns * height / width / _CELL
    if high <= rows:
        return columns, max(1, round(high))
    return max(1, min(columns, round(rows * _CELL * width / height))), rows
