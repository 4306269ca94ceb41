"""Reads the label at a position in a picture: of the button, row, link or field that was clicked.

Owns the crops and which words belong together. Does not recognize text (a ScreenReader does) and does not load
pictures. Positions are pixels of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from capture.model import Click, Region
from transcribe.model import Picture, ScreenReader, TextLine
from transcribe.ocr.text_layout import DENSE, is_text, joined, tidy

LONGEST = 60
"""Characters of a label; a longer text is content that was clicked, not a name."""

_NEAR = Region(-150, -30, 300, 60)  # the crop around a click, at ordinary pixel density
_WIDE = Region(-450, -30, 900, 60)  # for a label that extends beyond it
_LEFT = Region(-450, -30, 460, 60)  # for the name of a field
_SCALE = 2  # letters of 12 pixels are often misread, those of 24 rarely
_WORD_GAP = 0.55  # of a line's height, margin included; spaces between words have up to 0.45, gaps between links more
_INK = 48  # difference from the background, of 255: letters, not compression artefacts around them
_REACH = 1.6  # of a line's height: the largest distance of a label, for an icon or the padding of a button


def place_of(click: Click, height: int) -> Region:
    """Region in which the label of a click is looked for, in a picture of this height; may exceed the picture."""
    return _around(click.x, click.y, _NEAR, _density(height))


def label_at(reader: ScreenReader, picture: Picture, x: int, y: int, *, field: bool = False) -> str:
    """The label at a position: the line that contains it, else the nearest one; empty when there is none.

    For a ``field``, which is empty or contains input, also the line to its left.
    """
    found = _at(reader, picture, x, y) or (_beside(reader, picture, x, y) if field else None)
    return _label(found.text) if found is not None else ""


def labels_around(reader: ScreenReader, picture: Picture, x: int, y: int) -> tuple[str, str]:
    """The label at a position, and the line to its left, which is read only where nothing is at the position."""
    if (found := _at(reader, picture, x, y)) is not None:
        return _label(found.text), ""
    beside = _beside(reader, picture, x, y)
    return "", _label(beside.text) if beside is not None else ""


def _at(reader: ScreenReader, picture: Picture, x: int, y: int) -> TextLine | None:
    near = _crop(picture, x, y, _NEAR)
    found = _read_at(reader, picture, near, x, y)
    if found is not None and _may_extend(found.region, near):
        return _read_at(reader, picture, _crop(picture, x, y, _WIDE), x, y) or found
    return found


def _beside(reader: ScreenReader, picture: Picture, x: int, y: int) -> TextLine | None:
    return _left_of(_lines(reader, picture, _crop(picture, x, y, _LEFT)), x, y)


def _read_at(reader: ScreenReader, picture: Picture, crop: Region, x: int, y: int) -> TextLine | None:
    """The line at a position, read from a crop; of several links or menus in a row, only the one there."""
    found = _nearest(_lines(reader, picture, crop), x, y)
    if found is None:
        return None
    alone = part_at(picture, found.region.intersect(crop), x)
    if alone.width >= found.region.width - 2 * alone.height:
        return found
    return _nearest(_lines(reader, picture, alone), x, y) or found


def _may_extend(region: Region, crop: Region) -> bool:
    """Whether a line may extend beyond the crop: OCR often drops a word that is cut off."""
    margin = region.height
    return region.x - margin <= crop.x or region.right + margin >= crop.right


def part_at(picture: Picture, line: Region, x: int) -> Region:
    """The part of a line around ``x`` without a wide gap, with a margin on both sides."""
    import cv2
    import numpy as np

    if line.empty:
        return line
    grey = cv2.cvtColor(picture[line.y : line.bottom, line.x : line.right], cv2.COLOR_BGR2GRAY).astype(np.int16)
    inked = np.flatnonzero((np.abs(grey - np.median(grey)) > _INK).any(axis=0))
    if not len(inked):
        return line
    gap = round(_WORD_GAP * line.height)
    parts = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    nearest = min(parts, key=lambda part: max(int(part[0]) - (x - line.x), (x - line.x) - int(part[-1]), 0))
    left, right = line.x + int(nearest[0]) - gap // 2, line.x + int(nearest[-1]) + 1 + gap // 2
    around = Region(left, line.y - line.height // 4, right - left, line.height + line.height // 2)
    return around.intersect(Region(0, 0, picture.shape[1], picture.shape[0]))


def _left_of(lines: Sequence[TextLine], x: int, y: int) -> TextLine | None:
    """The nearest line to the left at the same height."""
    beside = [line for line in lines if line.region.y <= y < line.region.bottom and line.region.right <= x]
    return max(beside, key=lambda line: line.region.right, default=None)


def _nearest(lines: Sequence[TextLine], x: int, y: int) -> TextLine | None:
    """The line that contains the click, else the nearest within the largest distance."""
    distances = [(_distance(line.region, x, y), line) for line in lines]
    near = [(distance, line) for distance, line in distances if distance <= _REACH * line.region.height]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _distance(region: Region, x: int, y: int) -> float:
    """Distance of a position from a region, 0 inside. Vertical distance counts double, as labels are usually beside."""
    across = max(region.x - x, 0, x - region.right + 1)
    down = max(region.y - y, 0, y - region.bottom + 1)
    return across + 2 * down


def _lines(reader: ScreenReader, picture: Picture, crop: Region) -> list[TextLine]:
    """The lines in a crop, with regions in the whole picture."""
    import cv2
    import numpy as np

    if crop.empty:
        return []
    part = picture[crop.y : crop.bottom, crop.x : crop.right]
    scale = _SCALE / _density(picture.shape[0])
    large = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) if scale != 1 else part
    runs = [run for run in reader.lines(np.asarray(large, np.uint8)) if is_text(run.text)]
    return joined([TextLine(run.text, _in_picture(run.region, scale, crop), run.score) for run in runs])


def _in_picture(region: Region, scale: float, crop: Region) -> Region:
    left, top = crop.x + round(region.x / scale), crop.y + round(region.y / scale)
    return Region(left, top, round(region.width / scale), round(region.height / scale))


def _crop(picture: Picture, x: int, y: int, around: Region) -> Region:
    height, width = picture.shape[:2]
    return _around(x, y, around, _density(height)).intersect(Region(0, 0, width, height))


def _around(x: int, y: int, around: Region, density: int) -> Region:
    return Region(x + around.x * density, y + around.y * density, around.width * density, around.height * density)


def _density(height: int) -> int:
    """Pixel density of a picture of this height, relative to an ordinary screen."""
    return 2 if height > DENSE else 1


def _label(text: str) -> str:
    text = tidy(text).strip(" .:…*|>‹›»«-–—_")
    return text if len(text) <= LONGEST else ""
